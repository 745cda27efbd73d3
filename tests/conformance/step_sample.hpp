#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/strong.hpp"
#include "tests/differential/step_case.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/program/opcode.hpp"

namespace lockstep::conformance {

/// A sample of proven steps, so many of each stratum: a script, an opcode and an outcome (success or
/// the trap). Which ones does not depend on what is proven besides, but for the script's own steps.
class StepSample {
public:
    explicit StepSample(std::size_t of_each_stratum) : of_each_stratum_(of_each_stratum) {}

    /// Steps are of another script from now on.
    void begin_script();

    /// A step of `opcode` that has led to `after`. `label` says where it comes from.
    void offer(vm::Opcode opcode, const vm::MachineState& after, const std::string& label,
               const StateRoot& pre, const StateRoot& post, Bytes bundle);

    /// All strata, in the order of their first steps.
    [[nodiscard]] std::span<const differential::RecordedStep> steps() const { return steps_; }
    [[nodiscard]] std::size_t strata() const { return strata_; }

private:
    struct Stratum {
        std::uint64_t seen = 0;
        std::vector<std::size_t> places;  // in steps_
    };
    using Key = std::pair<vm::Opcode, std::string>;

    std::size_t of_each_stratum_;
    std::map<Key, Stratum> script_strata_;
    std::size_t strata_ = 0;
    std::vector<differential::RecordedStep> steps_;
    std::uint64_t random_ = 0;
};

}  // namespace lockstep::conformance
