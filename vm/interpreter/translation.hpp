#pragma once

#include "vm/interpreter/threaded_code.hpp"
#include "vm/program/program.hpp"

namespace lockstep::vm {

/// Time and memory are linear in the program.
[[nodiscard]] ThreadedCode translate(const Program& program);

}  // namespace lockstep::vm
