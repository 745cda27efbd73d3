#pragma once

#include <string>

#include "base/bytes.hpp"

namespace lockstep::programs {

/// How a guest ended where Lockstep had no part in it.
struct NativeOutcome {
    bool is_trapped = false;  // by a signal: what is a trap in WebAssembly
    std::uint32_t code = 0;   // else the exit code
    Bytes output;             // of one that is not trapped
};

/// Runs the native build of an application, or its module in Node.js where it is written in
/// AssemblyScript. Throws where that cannot be done, and where a sanitizer finds fault with it.
[[nodiscard]] NativeOutcome run_natively(const std::string& application, const Bytes& input);

}  // namespace lockstep::programs
