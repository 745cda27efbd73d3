#pragma once

#include <cstdint>
#include <vector>

#include "base/strong.hpp"
#include "trace/snapshot.hpp"
#include "vm/engine/engine.hpp"

namespace lockstep::trace {

/// Appends the roots at one stride after `state`, at two, and so on: `count` of them, or less where the
/// machine stops, the stopped machine's root then being the last. `state` is committed before and
/// afterwards. Throws std::bad_alloc; the state is of no use then.
void append_roots(const vm::Engine& engine, const vm::Program& program, CommittedState& state,
                  std::uint64_t stride, std::uint64_t count, std::vector<StateRoot>& roots);

}  // namespace lockstep::trace
