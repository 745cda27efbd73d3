#include "merkle/multiproof.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <utility>

#include "base/check.hpp"
#include "merkle/pair_batch.hpp"
#include "merkle/zero_hash.hpp"

namespace lockstep::merkle {

namespace {

using Indices = std::span<const std::uint64_t>;

void check_indices(Shape shape, unsigned depth, Indices indices) {
    LOCKSTEP_CHECK(depth <= kMaxDepth);
    LOCKSTEP_CHECK(shape == Shape::plain || depth >= kChunkLevel);
    LOCKSTEP_CHECK(!indices.empty() && indices.back() >> depth == 0);
    LOCKSTEP_CHECK(std::ranges::adjacent_find(indices, std::ranges::greater_equal{}) ==
                   indices.end());
}

/// Whether the node at positions[i] has its sibling right behind it among the positions.
bool is_paired(const std::vector<std::uint64_t>& positions, std::size_t i) {
    return i + 1 < positions.size() && (positions[i] ^ 1U) == positions[i + 1];
}

/// Calls visit(level, index) for each sibling that a proof of these leaves needs, in order.
template <typename Visit>
void for_each_sibling(unsigned depth, Indices indices, Visit visit) {
    std::vector<std::uint64_t> positions(indices.begin(), indices.end());
    for (unsigned level = 0; level < depth; ++level) {
        std::size_t parent_count = 0;
        for (std::size_t i = 0; i < positions.size(); ++i) {
            const std::uint64_t position = positions[i];
            if (is_paired(positions, i)) {
                ++i;
            } else {
                visit(level, position ^ 1U);
            }
            positions[parent_count++] = position >> 1U;
        }
        positions.resize(parent_count);
    }
}

std::size_t count_siblings(unsigned depth, Indices indices) {
    std::size_t count = 0;
    for_each_sibling(depth, indices, [&](unsigned, std::uint64_t) { ++count; });
    return count;
}

/// The distinct chunks of the leaves, ascending.
std::vector<std::uint64_t> chunks_of(Indices indices) {
    std::vector<std::uint64_t> chunks;
    for (const std::uint64_t index : indices) {
        const std::uint64_t chunk = index >> kChunkLevel;
        if (chunks.empty() || chunks.back() != chunk) {
            chunks.push_back(chunk);
        }
    }
    return chunks;
}

std::size_t count_flags(Shape shape, Indices indices) {
    return shape == Shape::memory ? chunks_of(indices).size() : 0;
}

template <typename AnyTree>
Opening open_leaves(const AnyTree& tree, Shape shape, Indices indices) {
    check_indices(shape, tree.depth(), indices);
    Opening opening{.shape = shape,
                    .depth = tree.depth(),
                    .indices = {indices.begin(), indices.end()},
                    .leaves = {},
                    .charged = {},
                    .siblings = {}};
    opening.leaves.reserve(indices.size());
    for (const std::uint64_t index : indices) {
        opening.leaves.push_back(tree.leaf(index));
    }
    for_each_sibling(tree.depth(), indices, [&](unsigned level, std::uint64_t index) {
        opening.siblings.push_back(tree.node(level, index));
    });
    return opening;
}

/// The nodes on the paths, on their way up to the root.
struct Ascent {
    std::vector<std::uint64_t> positions;
    /// One for each position.
    std::vector<Hash256> nodes;
    /// Those not yet used.
    std::span<const Hash256> siblings;
    PairBatch batch{};

    /// One level up: the nodes give way to their parents.
    void climb() {
        std::size_t parent_count = 0;
        for (std::size_t i = 0; i < positions.size(); ++i) {
            const std::uint64_t position = positions[i];
            // The parent overwrites a node that the batch has already copied: parent_count <= i.
            Hash256& parent = nodes[parent_count];
            if (is_paired(positions, i)) {
                batch.add(nodes[i], nodes[i + 1], parent);
                ++i;
            } else {
                LOCKSTEP_CHECK(!siblings.empty());
                const Hash256& sibling = siblings.front();
                const bool is_left = position % 2 == 0;
                batch.add(is_left ? nodes[i] : sibling, is_left ? sibling : nodes[i], parent);
                siblings = siblings.subspan(1);
            }
            positions[parent_count++] = position >> 1U;
        }
        batch.flush();
        positions.resize(parent_count);
        nodes.resize(parent_count);
    }
};

/// The hash at the front of the bytes, which are then the rest.
Hash256 take_hash(ByteView& bytes) {
    Hash256 hash;
    std::ranges::copy(bytes.first(kLeafBytes), hash.bytes.begin());
    bytes = bytes.subspan(kLeafBytes);
    return hash;
}

std::expected<std::vector<Hash256>, ProofError> read_leaves(ByteReader& reader, std::size_t count) {
    auto bytes = reader.read_bytes(count * kLeafBytes);
    if (!bytes) {
        return std::unexpected(ProofError::truncated);
    }
    std::vector<Hash256> leaves(count);
    std::ranges::generate(leaves, [&] { return take_hash(*bytes); });
    return leaves;
}

std::expected<std::vector<bool>, ProofError> read_flags(ByteReader& reader, std::size_t count) {
    const auto bytes = reader.read_bytes(count);
    if (!bytes) {
        return std::unexpected(ProofError::truncated);
    }
    if (std::ranges::any_of(*bytes, [](std::uint8_t byte) { return byte > 1; })) {
        return std::unexpected(ProofError::bad_flag);
    }
    return std::vector<bool>(bytes->begin(), bytes->end());
}

bool bit_at(ByteView bitmap, std::size_t j) {
    return (bitmap[j / 8] >> (j % 8) & 1U) != 0;
}

/// Reads the bitmap and the siblings that it announces.
std::expected<std::vector<Hash256>, ProofError> read_siblings(ByteReader& reader, Shape shape,
                                                              unsigned depth, Indices indices) {
    const std::size_t count = count_siblings(depth, indices);
    const auto bitmap = reader.read_bytes((count + 7) / 8);
    if (!bitmap) {
        return std::unexpected(ProofError::truncated);
    }
    if (count % 8 != 0 && bitmap->back() >> (count % 8) != 0) {
        return std::unexpected(ProofError::non_zero_padding);
    }
    std::size_t explicit_count = 0;
    for (const std::uint8_t byte : *bitmap) {
        explicit_count += static_cast<std::size_t>(std::popcount(byte));
    }
    auto explicit_siblings = reader.read_bytes(explicit_count * kLeafBytes);
    if (!explicit_siblings) {
        return std::unexpected(ProofError::truncated);
    }
    std::vector<Hash256> siblings;
    siblings.reserve(count);
    bool canonical = true;
    for_each_sibling(depth, indices, [&](unsigned level, std::uint64_t) {
        const bool is_explicit = bit_at(*bitmap, siblings.size());
        const Hash256& zero = zero_hash(shape, level);
        siblings.push_back(is_explicit ? take_hash(*explicit_siblings) : zero);
        canonical = canonical && !(is_explicit && siblings.back() == zero);
    });
    if (!canonical) {
        return std::unexpected(ProofError::non_canonical_sibling);
    }
    return siblings;
}

}  // namespace

Hash256 root(const Opening& opening) {
    check_indices(opening.shape, opening.depth, opening.indices);
    LOCKSTEP_CHECK(opening.leaves.size() == opening.indices.size());
    LOCKSTEP_CHECK(opening.charged.size() == count_flags(opening.shape, opening.indices));
    Ascent ascent{opening.indices, opening.leaves, opening.siblings};
    for (unsigned level = 1; level <= opening.depth; ++level) {
        ascent.climb();
        if (opening.shape == Shape::memory && level == kChunkLevel) {
            for (std::size_t i = 0; i < ascent.nodes.size(); ++i) {
                ascent.nodes[i] = chunk_node(ascent.nodes[i], opening.charged[i]);
            }
        }
    }
    LOCKSTEP_CHECK(ascent.siblings.empty());
    return ascent.nodes.front();
}

std::size_t flag_position(const Opening& opening, std::uint64_t index) {
    LOCKSTEP_CHECK(opening.shape == Shape::memory &&
                   std::ranges::binary_search(opening.indices, index));
    const std::vector<std::uint64_t> chunks = chunks_of(opening.indices);
    return static_cast<std::size_t>(std::ranges::lower_bound(chunks, index >> kChunkLevel) -
                                    chunks.begin());
}

Opening make_opening(const Tree& tree, Indices indices) {
    return open_leaves(tree, Shape::plain, indices);
}

Opening make_opening(const MemoryTree& tree, Indices indices) {
    Opening opening = open_leaves(tree, Shape::memory, indices);
    for (const std::uint64_t chunk : chunks_of(indices)) {
        opening.charged.push_back(tree.charged(chunk));
    }
    return opening;
}

void append_opening(ByteWriter& writer, const Opening& opening) {
    check_indices(opening.shape, opening.depth, opening.indices);
    LOCKSTEP_CHECK(opening.leaves.size() == opening.indices.size());
    LOCKSTEP_CHECK(opening.charged.size() == count_flags(opening.shape, opening.indices));
    LOCKSTEP_CHECK(opening.siblings.size() == count_siblings(opening.depth, opening.indices));
    for (const Hash256& leaf : opening.leaves) {
        writer.put(leaf);
    }
    for (const bool charged : opening.charged) {
        writer.put(static_cast<std::uint8_t>(charged ? 1 : 0));
    }
    Bytes bitmap((opening.siblings.size() + 7) / 8);
    Bytes explicit_siblings;
    std::size_t j = 0;
    for_each_sibling(opening.depth, opening.indices, [&](unsigned level, std::uint64_t) {
        const Hash256& sibling = opening.siblings[j];
        if (sibling != zero_hash(opening.shape, level)) {
            bitmap[j / 8] = static_cast<std::uint8_t>(bitmap[j / 8] | 1U << (j % 8));
            explicit_siblings.insert(explicit_siblings.end(), sibling.bytes.begin(),
                                     sibling.bytes.end());
        }
        ++j;
    });
    writer.put(ByteView(bitmap));
    writer.put(ByteView(explicit_siblings));
}

void append_multiproof(ByteWriter& writer, const Tree& tree, Indices indices) {
    append_opening(writer, make_opening(tree, indices));
}

void append_multiproof(ByteWriter& writer, const MemoryTree& tree, Indices indices) {
    append_opening(writer, make_opening(tree, indices));
}

std::expected<Opening, ProofError> read_opening(ByteReader& reader, Shape shape, unsigned depth,
                                                Indices indices) {
    check_indices(shape, depth, indices);
    LOCKSTEP_TRY(auto leaves, read_leaves(reader, indices.size()));
    LOCKSTEP_TRY(auto charged, read_flags(reader, count_flags(shape, indices)));
    LOCKSTEP_TRY(auto siblings, read_siblings(reader, shape, depth, indices));
    return Opening{.shape = shape,
                   .depth = depth,
                   .indices = {indices.begin(), indices.end()},
                   .leaves = std::move(leaves),
                   .charged = std::move(charged),
                   .siblings = std::move(siblings)};
}

}  // namespace lockstep::merkle
