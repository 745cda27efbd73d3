#include "tests/conformance/step_sample.hpp"

#include <optional>

#include <fmt/format.h>

#include "vm/machine/trap.hpp"

namespace lockstep::conformance {

namespace {

/// SplitMix64: the same numbers on every machine.
std::uint64_t next_random(std::uint64_t& state) {
    state += 0x9E37'79B9'7F4A'7C15;
    std::uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58'476D'1CE4'E5B9;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D0'49BB'1331'11EB;
    return mixed ^ (mixed >> 31U);
}

std::string outcome_of(const vm::MachineState& after) {
    return after.status == vm::Status::trapped
               ? std::string(vm::trap_name(static_cast<vm::Trap>(after.code)))
               : "success";
}

}  // namespace

void StepSample::begin_script() {
    script_strata_.clear();
    random_ = 0;
}

void StepSample::offer(vm::Opcode opcode, const vm::MachineState& after, const std::string& label,
                       const StateRoot& pre, const StateRoot& post, Bytes bundle) {
    const std::string outcome = outcome_of(after);
    Stratum& stratum = script_strata_[{opcode, outcome}];
    strata_ += stratum.seen == 0 ? 1 : 0;
    ++stratum.seen;
    std::optional<std::size_t> place;
    if (stratum.places.size() < of_each_stratum_) {
        place = steps_.size();
        stratum.places.push_back(steps_.size());
        steps_.emplace_back();
    } else if (const std::uint64_t drawn = next_random(random_) % stratum.seen;
               drawn < of_each_stratum_) {
        // Reservoir sampling: each step of the stratum stays with the same chance.
        place = stratum.places[drawn];
    }
    if (place) {
        steps_[*place] = {.label = fmt::format("{}/{}/{}/{}", vm::traits(opcode).mnemonic, outcome,
                                               label, after.steps.value - 1),
                          .pre = pre,
                          .post = post,
                          .bundle = std::move(bundle)};
    }
}

}  // namespace lockstep::conformance
