#pragma once

// The state root, computed anew from a whole machine as docs/spec/state.md says. It shares with the
// production code only SHA-256; it keeps nothing between two calls and skips nothing but runs of zero.

#include "base/strong.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::differential {

[[nodiscard]] ImageRoot shadow_image_root(const vm::Program& program);

/// `image` is the program's root, which does not change.
[[nodiscard]] StateRoot shadow_root(const ImageRoot& image, const vm::MachineState& state);

}  // namespace lockstep::differential
