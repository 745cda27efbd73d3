#pragma once

#include <cstdint>
#include <filesystem>

#include "tests/random_modules/random_module.hpp"

namespace lockstep::engines {

/// A module that `wasm-opt --translate-to-fuzz` makes of bytes that follow from the seed, behind one that
/// takes what it logs: it writes that to the output. NaNs do not occur in it: binaryen replaces them.
///
/// Of the modules with reference types some are not valid: Debian's binaryen 108 confuses function types.
///
/// Writes files into `folder`. Throws std::runtime_error where wasm-opt fails.
[[nodiscard]] random_modules::RandomModules binaryen_modules(std::uint64_t seed,
                                                             const std::filesystem::path& folder);

}  // namespace lockstep::engines
