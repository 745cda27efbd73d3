#pragma once

#include "base/bytes.hpp"
#include "fuzz/choices.hpp"

namespace lockstep::engines {

/// A module with a few changes, each of which keeps most of it well-formed: instructions deleted, repeated,
/// exchanged or replaced, immediates and other bytes changed, sections repeated, deleted or exchanged, sizes
/// written longer than they need to be.
[[nodiscard]] Bytes mutate_module(const Bytes& wasm, fuzz::Choices& choices);

}  // namespace lockstep::engines
