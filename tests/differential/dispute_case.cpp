#include "tests/differential/dispute_case.hpp"

#include <random>
#include <stdexcept>

namespace lockstep::differential {

namespace {

constexpr int kFaults = 7;
constexpr std::uint64_t kGreatestArity = 32;
constexpr std::uint64_t kMostSteps = 20'000;
constexpr std::uint64_t kFewestSteps = 8;

std::uint64_t length_of(const programs::ProgramRun& run) {
    return HonestParty(run).execution().length().value;
}

}  // namespace

const programs::ProgramRuns& disputed_runs() {
    static const programs::ProgramRuns runs = [] {
        programs::ProgramRuns chosen;
        for (const programs::ProgramRun& run : programs::all_runs()) {
            const std::uint64_t length = length_of(run);
            if (length >= kFewestSteps && length <= kMostSteps) {
                chosen.push_back(run);
            }
        }
        return chosen;
    }();
    return runs;
}

DisputeCase arbitrary_dispute(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const auto below = [&](std::uint64_t bound) { return random() % bound; };
    const programs::ProgramRun& run = disputed_runs()[below(disputed_runs().size())];
    return {.run = &run,
            .lie = Step(below(length_of(run))),
            .fault = static_cast<trace::Fault>(below(kFaults)),
            .arity = 2 + below(kGreatestArity - 1),
            .defender_lies = below(2) == 0};
}

PlayedDispute play(const DisputeCase& dispute) {
    HonestParty truth(*dispute.run);
    HonestParty behind_the_lie(*dispute.run);
    trace::FaultyExecution liar(behind_the_lie.execution(), dispute.lie, dispute.fault);
    trace::TraceProvider& defender =
        dispute.defender_lies ? static_cast<trace::TraceProvider&>(liar) : truth.execution();
    trace::TraceProvider& challenger =
        dispute.defender_lies ? static_cast<trace::TraceProvider&>(truth.execution()) : liar;
    auto game = dispute::play(defender, challenger, dispute.arity);
    if (!game) {
        throw std::runtime_error(dispute.run->label + ": the game ends without a verdict");
    }
    const vm::Program& program = *dispute.run->program;
    const vm::Opcode opcode =
        program.code[truth.execution().at(game->verdict.step).machine.pc].opcode;
    RecordedStep step{
        .label = "dispute/" + std::string(trace::fault_name(dispute.fault)) + "/" + name(opcode),
        .pre = game->verdict.agreed,
        .post = game->verdict.proven,
        .bundle = game->verdict.bundle};
    return {
        .game = std::move(*game), .length = truth.execution().length(), .step = std::move(step)};
}

std::vector<RecordedStep> disputed_steps(std::uint64_t count) {
    std::vector<RecordedStep> steps;
    for (std::uint64_t seed = 0; seed < count; ++seed) {
        steps.push_back(play(arbitrary_dispute(seed)).step);
        steps.back().label += "/" + std::to_string(seed);
    }
    return steps;
}

}  // namespace lockstep::differential
