#pragma once

#include "base/hash256.hpp"
#include "merkle/shape.hpp"

namespace lockstep::merkle {

/// The node at `level` (at most kMaxDepth) above nothing but zero leaves; in a memory tree also
/// above none but uncharged chunks. Level 0 is 32 zero bytes.
[[nodiscard]] const Hash256& zero_hash(Shape shape, unsigned level);

}  // namespace lockstep::merkle
