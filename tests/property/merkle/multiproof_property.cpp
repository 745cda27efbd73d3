#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "merkle/multiproof.hpp"
#include "tests/property/merkle/arbitrary.hpp"
#include "tests/unit/merkle/slow_tree.hpp"

namespace lockstep::merkle {
namespace {

using Indices = std::vector<std::uint64_t>;

Indices any_indices(unsigned depth) {
    std::set<std::uint64_t> indices;
    const std::uint64_t tries = 1 + any_below(6);
    for (std::uint64_t i = 0; i < tries; ++i) {
        indices.insert(any_below(std::uint64_t{1} << depth));
    }
    return {indices.begin(), indices.end()};
}

/// Encodes and reads back; the encoding is one and the same by both ways.
template <typename AnyTree>
Opening round_trip(const AnyTree& tree, Shape shape, const Indices& indices) {
    ByteWriter writer;
    append_multiproof(writer, tree, indices);
    ByteReader reader(writer.bytes());
    const auto opening = read_opening(reader, shape, tree.depth(), indices);
    RC_ASSERT(opening.has_value());
    RC_ASSERT(reader.remaining() == 0U);
    ByteWriter again;
    append_opening(again, *opening);
    RC_ASSERT(again.bytes() == writer.bytes());
    return *opening;
}

RC_GTEST_PROP(MultiproofProperty, PlainOpeningsProveBothRoots, ()) {
    const auto depth = static_cast<unsigned>(any_below(7));
    Tree tree(depth);
    for (std::uint64_t i = any_below(20); i > 0; --i) {
        tree.set_leaf(any_below(std::uint64_t{1} << depth), any_leaf());
    }
    const Hash256 before = tree.root();
    const Indices indices = any_indices(depth);
    Opening opening = round_trip(tree, Shape::plain, indices);
    RC_ASSERT(root(opening) == before);
    for (std::size_t i = 0; i < indices.size(); ++i) {
        opening.leaves[i] = any_leaf();
        tree.set_leaf(indices[i], opening.leaves[i]);
    }
    RC_ASSERT(root(opening) == tree.root());
}

RC_GTEST_PROP(MultiproofProperty, MemoryOpeningsProveBothRoots, ()) {
    const auto depth = static_cast<unsigned>(7 + any_below(4));
    slow::MemoryTree memory(depth);
    MemoryTree tree(depth);
    const auto put = [&](std::uint64_t index, const Hash256& leaf, bool charged) {
        std::ranges::copy(leaf.bytes,
                          memory.bytes.begin() + static_cast<std::ptrdiff_t>(32 * index));
        tree.update_chunk(index / kChunkLeaves, memory.chunk(index / kChunkLeaves), charged);
    };
    for (std::uint64_t i = any_below(20); i > 0; --i) {
        put(any_below(std::uint64_t{1} << depth), any_leaf(), one_in(2));
    }
    const Hash256 before = tree.root();
    const Indices indices = any_indices(depth);
    Opening opening = round_trip(tree, Shape::memory, indices);
    RC_ASSERT(root(opening) == before);
    for (std::size_t i = 0; i < indices.size(); ++i) {
        const bool charged = one_in(2);
        opening.leaves[i] = any_leaf();
        opening.charged[flag_position(opening, indices[i])] = charged;
        put(indices[i], opening.leaves[i], charged);
    }
    RC_ASSERT(root(opening) == tree.root());
}

// Whatever the bytes, reading ends in an error or in an opening whose only encoding they are.
RC_GTEST_PROP(MultiproofProperty, AnyBytesAreRejectedOrCanonical, ()) {
    const Shape shape = one_in(2) ? Shape::memory : Shape::plain;
    const auto depth = static_cast<unsigned>((shape == Shape::memory ? 7 : 0) + any_below(4));
    const Indices indices = any_indices(depth);
    const std::uint64_t rarity = 1 + any_below(100);
    Bytes bytes;
    for (std::uint64_t i = any_below(600); i > 0; --i) {
        bytes.push_back(static_cast<std::uint8_t>(one_in(rarity) ? any_below(256) : 0));
    }
    ByteReader reader(bytes);
    const auto opening = read_opening(reader, shape, depth, indices);
    if (opening) {
        ByteWriter again;
        append_opening(again, *opening);
        bytes.resize(reader.offset());
        RC_ASSERT(again.bytes() == bytes);
    }
    RC_CLASSIFY(opening.has_value(), "accepted");
}

}  // namespace
}  // namespace lockstep::merkle
