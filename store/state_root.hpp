#pragma once

#include <optional>

#include "base/bytes.hpp"
#include "base/strong.hpp"
#include "store/execution_record.hpp"
#include "store/state_encoding.hpp"

namespace lockstep::store {

/// The root of a state from what a store holds of it (docs/spec/state.md), without its program: memory by
/// the roots of its trees. nullopt where the parts are those of no state.
[[nodiscard]] std::optional<StateRoot> state_root(const ExecutionRecord& execution,
                                                  const StoredState& state, ByteView output);

}  // namespace lockstep::store
