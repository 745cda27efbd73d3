#pragma once

#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/strong.hpp"
#include "vm/program/program.hpp"

namespace lockstep::fuzz {

/// A small program that makes every kind of opening: the module of fuzz/recorded_run.wat.
[[nodiscard]] const vm::Program& recorded_program();

/// All states of a run of it: bundles[i] proves the step from roots[i] to roots[i + 1]. The last one
/// is of the machine that has stopped, so that roots ends with the same root twice.
struct RecordedRun {
    std::vector<Bytes> bundles;
    std::vector<StateRoot> roots;
};

/// A run of an exported function of it without arguments.
[[nodiscard]] RecordedRun record_run(std::string_view exported_function);

}  // namespace lockstep::fuzz
