#pragma once

#include <cstdint>
#include <string>

#include "dispute/local_game.hpp"
#include "tests/differential/step_case.hpp"
#include "tests/programs/program_run.hpp"
#include "trace/execution.hpp"
#include "trace/faulty_execution.hpp"

namespace lockstep::differential {

/// A dispute about a run: one party tells the truth, the other's step `lie` goes wrong.
struct DisputeCase {
    const programs::ProgramRun* run = nullptr;
    Step lie;
    trace::Fault fault{};
    std::uint64_t arity = 2;
    bool defender_lies = false;
};

/// The runs that disputes are about: long enough to be searched, short enough to be searched often.
[[nodiscard]] const programs::ProgramRuns& disputed_runs();

/// A dispute chosen by the seed.
[[nodiscard]] DisputeCase arbitrary_dispute(std::uint64_t seed);

/// An execution of a run that keeps its image.
class HonestParty {
public:
    explicit HonestParty(const programs::ProgramRun& run)
        : image_(*run.program), execution_(*run.program, image_, programs::initial_state(run)) {}

    [[nodiscard]] trace::Execution& execution() { return execution_; }

private:
    trace::Image image_;
    trace::Execution execution_;
};

struct PlayedDispute {
    dispute::LocalGame game;
    Step length;
    /// The disputed step, labelled dispute/<fault>/<opcode>/<seed>.
    RecordedStep step;
};

/// Plays it; throws where the game fails.
[[nodiscard]] PlayedDispute play(const DisputeCase& dispute);

/// The disputed steps of so many disputes.
[[nodiscard]] std::vector<RecordedStep> disputed_steps(std::uint64_t count);

}  // namespace lockstep::differential
