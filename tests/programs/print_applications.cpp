// Prints the table of README.md: the applications and how many steps their default runs take.

#include <exception>
#include <iostream>
#include <string>

#include "tests/programs/application_run.hpp"
#include "vm/machine/interpreter.hpp"

namespace {

using namespace lockstep;

/// 1234567 as 1,234,567.
std::string grouped(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t i = digits.size(); i > 3; i -= 3) {
        digits.insert(i - 3, ",");
    }
    return digits;
}

void print_table() {
    std::cout << "| application | language | what it is good for | default run | steps |\n"
                 "| --- | --- | --- | --- | ---: |\n";
    for (const programs::Application& application : programs::applications()) {
        const programs::ApplicationRun& chosen = programs::default_run(application.name);
        const programs::ProgramRun run = programs::program_run(chosen);
        vm::MachineState state = programs::initial_state(run);
        vm::run(*run.program, state, Step(~0ULL));
        std::cout << "| `" << application.name << "` | " << application.language << " | "
                  << application.covers << " | `" << chosen.detail << "` | "
                  << grouped(state.steps.value) << " |\n";
    }
}

}  // namespace

int main() {
    try {
        print_table();
        return 0;
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
