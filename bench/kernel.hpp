#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::bench {

/// A program of bench/kernels, in both forms.
struct Kernel {
    const char* name;
    std::uint32_t (*native)(std::uint32_t n);
    std::uint32_t full_size;
    std::uint32_t quick_size;
};

[[nodiscard]] const std::array<Kernel, 5>& kernels();

/// The WebAssembly form. Throws std::runtime_error where the file is not what the build has made.
[[nodiscard]] vm::Program load_kernel(const std::string& name);

/// Its initial state, with all the gas there is.
[[nodiscard]] vm::MachineState start_kernel(const vm::Program& program, std::uint32_t size);

}  // namespace lockstep::bench
