#pragma once

#include <span>
#include <string>

#include "vm/engine/engine.hpp"

namespace lockstep::cli {

/// The lines of a perf map: address and size in hexadecimal, and the name, made printable.
[[nodiscard]] std::string perf_map(std::span<const vm::NativeSymbol> symbols);

/// Writes /tmp/perf-PID.map, in which perf looks up the native code of this process. Throws Failure.
void write_perf_map(const vm::Engine& engine);

}  // namespace lockstep::cli
