#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "vm/instructions/state_access.hpp"

namespace lockstep::trace {

/// The leaves, of `leaf` bytes or slots each, that hold the one or two ranges: ascending, distinct.
[[nodiscard]] inline std::vector<std::uint64_t> leaf_indices(vm::Range first, vm::Range second,
                                                             std::uint64_t leaf) {
    std::vector<std::uint64_t> indices;
    for (const vm::Range range : {first, second}) {
        if (range.length != 0) {
            indices.push_back(range.begin / leaf);
            indices.push_back((range.begin + range.length - 1) / leaf);
        }
    }
    std::ranges::sort(indices);
    const auto repeated = std::ranges::unique(indices);
    indices.erase(repeated.begin(), repeated.end());
    return indices;
}

}  // namespace lockstep::trace
