#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.hpp"

namespace lockstep::engines {

/// `none` where wabt died: it has assertions about what it reads.
enum class WabtVerdict : std::uint8_t { none, valid, invalid };

/// What wasm-validate says of each module, with exactly the features that Lockstep has. Runs in processes of
/// its own.
[[nodiscard]] std::vector<WabtVerdict> validate_with_wabt(std::span<const Bytes> modules);

}  // namespace lockstep::engines
