#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/bytes.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::bench {

/// A program of bench/kernels: `kernel(n)` computes a checksum.
struct Kernel {
    const char* name;
    std::uint32_t full_size;   // about 10 ms of native code
    std::uint32_t quick_size;  // some thousands of steps
};

[[nodiscard]] std::span<const Kernel> kernels();

/// Where the build has put a form of it: ".wasm", ".so".
[[nodiscard]] std::string kernel_file(const std::string& name, const std::string& extension);

[[nodiscard]] Bytes read_kernel(const std::string& name);

/// Throws std::runtime_error where the module is refused.
[[nodiscard]] vm::Program load_program(Bytes wasm);

/// The WebAssembly form. Throws std::runtime_error where the file is not what the build has made.
[[nodiscard]] vm::Program load_kernel(const std::string& name);

/// Its initial state, with all the gas there is.
[[nodiscard]] vm::MachineState start_kernel(const vm::Program& program, std::uint32_t size);

}  // namespace lockstep::bench
