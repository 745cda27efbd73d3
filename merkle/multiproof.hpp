#pragma once

// A multiproof shows some leaves of a tree to whoever knows its root, and lets them compute the
// root after a change of these leaves. For sorted distinct leaf indices it is encoded as
//
//   leaves    32 bytes each, in ascending order of index
//   charged   memory shape only: one byte, 0 or 1, for each distinct chunk of the leaves, ascending
//   bitmap    one bit a sibling, bit j at byte j / 8, bit j % 8 from the least significant
//   siblings  32 bytes each, those whose bit is set
//
// A sibling is wanted for each node on the paths from the leaves to the root whose sibling is not
// itself on a path. Siblings are numbered level by level upward, within a level by ascending index.
// A clear bit stands for the zero hash of the sibling's level and shape. From kChunkLevel upward
// the siblings in a memory tree are wrapped nodes and nodes above them.
//
// The encoding is canonical, so that no two byte strings prove one thing: a sibling given although
// it is the zero hash, unused bits set in the bitmap and other flags than 0 and 1 are rejected.

#include <cstdint>
#include <expected>
#include <span>
#include <vector>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "base/hash256.hpp"
#include "merkle/memory_tree.hpp"
#include "merkle/shape.hpp"
#include "merkle/tree.hpp"

namespace lockstep::merkle {

enum class ProofError : std::uint8_t {
    truncated,
    bad_flag,
    non_zero_padding,
    non_canonical_sibling,
};

/// Some leaves of a tree with all that is needed to compute the root above them. Leaves and charged
/// flags may be changed; the other fields say where they stand.
struct Opening {
    Shape shape = Shape::plain;
    unsigned depth = 0;
    /// Ascending, distinct, not empty.
    std::vector<std::uint64_t> indices;
    /// One for each index.
    std::vector<Hash256> leaves;
    /// Memory shape only: one for each distinct chunk of the indices, ascending.
    std::vector<bool> charged;
    /// In the order of the encoding, the zero hashes filled in.
    std::vector<Hash256> siblings;

    bool operator==(const Opening&) const = default;
};

/// The root of the tree with the opening's current leaves and flags.
[[nodiscard]] Hash256 root(const Opening& opening);

/// Where in `charged` the flag stands for the chunk of leaf `index`, one of the opening's.
[[nodiscard]] std::size_t flag_position(const Opening& opening, std::uint64_t index);

/// Opens leaves of a tree, as they are at its last root(). Indices are ascending, distinct, within
/// the tree and not none.
[[nodiscard]] Opening make_opening(const Tree& tree, std::span<const std::uint64_t> indices);
[[nodiscard]] Opening make_opening(const MemoryTree& tree, std::span<const std::uint64_t> indices);

void append_opening(ByteWriter& writer, const Opening& opening);
void append_multiproof(ByteWriter& writer, const Tree& tree,
                       std::span<const std::uint64_t> indices);
void append_multiproof(ByteWriter& writer, const MemoryTree& tree,
                       std::span<const std::uint64_t> indices);

/// Reads the multiproof of these leaves; the indices are the reader's own, not the prover's. Says
/// nothing of the root: compare root(). After an error the reader stands in or behind the field
/// that is wrong.
[[nodiscard]] std::expected<Opening, ProofError> read_opening(
    ByteReader& reader, Shape shape, unsigned depth, std::span<const std::uint64_t> indices);

}  // namespace lockstep::merkle
