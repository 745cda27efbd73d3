#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/differential/jit/comparison.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::jit_test {

/// The program of <name>.wat in this folder.
[[nodiscard]] vm::Program load_text_module(const std::string& name);

/// The start of an exported function, with some input.
[[nodiscard]] vm::MachineState start(const vm::Program& program, const std::string& function,
                                     const std::vector<std::uint64_t>& arguments,
                                     Gas gas_limit = kMuchGas);

}  // namespace lockstep::jit_test
