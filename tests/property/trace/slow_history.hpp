#pragma once

// Histories as docs/spec/history.md defines them, all leaves written out: the slow twin of
// trace/history.

#include <cstdint>
#include <vector>

#include "base/byte_writer.hpp"
#include "base/hash256.hpp"
#include "base/strong.hpp"
#include "merkle/sha256.hpp"

namespace lockstep::trace::slow {

/// Different for each number.
[[nodiscard]] inline StateRoot some_root(std::uint64_t number) {
    Hash256 root;
    store_be(root.bytes.data(), number * 0x9e3779b97f4a7c15U);
    root.bytes[31] = 1;
    return StateRoot(root);
}

[[nodiscard]] inline std::vector<StateRoot> some_roots(std::uint64_t count) {
    std::vector<StateRoot> roots;
    roots.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
        roots.push_back(some_root(i));
    }
    return roots;
}

[[nodiscard]] inline Hash256 node_above(const Hash256& left, const Hash256& right) {
    ByteWriter writer;
    writer.put(std::uint8_t{0x0c});
    writer.put(left);
    writer.put(right);
    return merkle::sha256(writer.bytes());
}

/// levels[l][i] is the node (l, i).
using Levels = std::vector<std::vector<Hash256>>;

/// Of the leaves, the last one repeated up to 2^height of them.
[[nodiscard]] inline Levels history(const std::vector<StateRoot>& roots, unsigned height) {
    Levels levels(1);
    for (std::uint64_t i = 0; i < std::uint64_t{1} << height; ++i) {
        levels[0].push_back(i < roots.size() ? roots[i].value : roots.back().value);
    }
    for (unsigned level = 0; level < height; ++level) {
        std::vector<Hash256> parents;
        for (std::size_t i = 0; i < levels[level].size(); i += 2) {
            parents.push_back(node_above(levels[level][i], levels[level][i + 1]));
        }
        levels.push_back(std::move(parents));
    }
    return levels;
}

}  // namespace lockstep::trace::slow
