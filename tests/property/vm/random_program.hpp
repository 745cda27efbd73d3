#pragma once

#include <cstdint>

#include "vm/machine/start.hpp"
#include "vm/program/program.hpp"

namespace lockstep::vm {

struct RandomRun {
    Program program;
    Invocation invocation;
};

/// A lowered program chosen by the seed, and a run of it: functions of straight code, branches, loops
/// and calls over all opcodes, with the stack discipline that lowering keeps. It ends by itself, by a
/// trap or for want of gas.
[[nodiscard]] RandomRun random_run(std::uint64_t seed);

}  // namespace lockstep::vm
