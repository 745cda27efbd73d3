// Writes the vector files for the Solidity tests into a folder: see vector_file.hpp.

#include <exception>
#include <filesystem>
#include <iostream>
#include <iterator>

#include "tests/differential/dispute_case.hpp"
#include "tests/differential/initial_case.hpp"
#include "tests/differential/program_steps.hpp"
#include "tests/differential/recording.hpp"
#include "tests/differential/step_cases.hpp"
#include "tests/differential/synthetic_steps.hpp"
#include "tests/differential/totality/last_steps.hpp"
#include "tests/differential/vector_file.hpp"
#include "tests/programs/application_steps.hpp"

namespace {

using namespace lockstep;
using namespace lockstep::differential;

constexpr std::uint64_t kDisputes = 200;

void append(std::vector<RecordedStep>& all, std::vector<RecordedStep>&& more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

void write_vectors(const std::filesystem::path& folder) {
    std::vector<RecordedStep> steps;
    for (const StepCase& step_case : all_step_cases()) {
        append(steps, record(step_case));
    }
    append(steps, synthetic_steps());
    append(steps, sampled_program_steps());
    append(steps, disputed_steps(kDisputes));
    append(steps, last_steps());
    write_step_vectors(folder / "steps.bin", steps);
    const std::vector<RecordedStep> of_applications = programs::sampled_application_steps();
    write_step_vectors(folder / "applications.bin", of_applications);
    const std::vector<InitialCase> initial = initial_cases();
    write_initial_vectors(folder / "initial.bin", initial);
    std::cout << steps.size() << " steps, " << of_applications.size() << " of applications, "
              << initial.size() << " initial states\n";
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        std::cerr << "usage: write_vectors <folder>\n";
        return 2;
    }
    try {
        write_vectors(arguments[1]);
        return 0;
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
