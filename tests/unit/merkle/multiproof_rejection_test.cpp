// What a dishonest prover may try: every change of a valid proof is rejected or proves another root.

#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "merkle/multiproof.hpp"
#include "merkle/zero_hash.hpp"
#include "tests/unit/merkle/slow_tree.hpp"

namespace lockstep::merkle {
namespace {

/// A valid proof with what its reader knows.
struct Proof {
    Shape shape = Shape::plain;
    unsigned depth = 0;
    std::vector<std::uint64_t> indices;
    Bytes bytes;
    Hash256 root;

    [[nodiscard]] std::size_t flags_offset() const { return kLeafBytes * indices.size(); }
};

template <typename AnyTree>
Proof prove(AnyTree& tree, Shape shape, const std::vector<std::uint64_t>& indices) {
    Proof proof{.shape = shape,
                .depth = tree.depth(),
                .indices = indices,
                .bytes = {},
                .root = tree.root()};
    ByteWriter writer;
    append_multiproof(writer, tree, indices);
    proof.bytes = writer.take();
    return proof;
}

/// Some siblings zero, some not; sibling counts that fill a byte and such that do not.
std::vector<Proof> plain_proofs() {
    std::vector<Proof> proofs;
    for (unsigned depth = 0; depth <= 3; ++depth) {
        Tree tree(depth);
        for (std::uint64_t i = 0; i < std::uint64_t{1} << depth; i += 3) {
            tree.set_leaf(i, slow::filled(static_cast<std::uint8_t>(i + 1)));
        }
        for (std::uint64_t i = 0; i < std::uint64_t{1} << depth; ++i) {
            proofs.push_back(prove(tree, Shape::plain, {i}));
            for (std::uint64_t j = i + 1; j < std::uint64_t{1} << depth; ++j) {
                proofs.push_back(prove(tree, Shape::plain, {i, j}));
            }
        }
    }
    return proofs;
}

std::vector<Proof> memory_proofs() {
    MemoryTree tree(9);
    Bytes chunk(kChunkBytes);
    for (std::size_t i = 0; i < kChunkBytes; i += 300) {
        chunk[i] = static_cast<std::uint8_t>(i + 1);
    }
    tree.update_chunk(0, chunk, true);
    tree.update_chunk(2, chunk, false);
    const std::vector<std::vector<std::uint64_t>> index_sets = {
        {0}, {130}, {300}, {511}, {0, 1}, {0, 2}, {127, 128}, {64, 383}, {400, 500}};
    std::vector<Proof> proofs;
    for (const auto& indices : index_sets) {
        proofs.push_back(prove(tree, Shape::memory, indices));
    }
    return proofs;
}

std::vector<Proof> all_proofs() {
    std::vector<Proof> proofs = plain_proofs();
    for (Proof& proof : memory_proofs()) {
        proofs.push_back(std::move(proof));
    }
    return proofs;
}

std::expected<Opening, ProofError> read(const Proof& proof, const Bytes& bytes) {
    ByteReader reader(bytes);
    return read_opening(reader, proof.shape, proof.depth, proof.indices);
}

/// The root that a verifier accepts from these bytes, if it accepts them at all.
std::optional<Hash256> proven_root(const Proof& proof, const Bytes& bytes) {
    ByteReader reader(bytes);
    const auto opening = read_opening(reader, proof.shape, proof.depth, proof.indices);
    if (!opening || reader.remaining() != 0) {
        return std::nullopt;
    }
    return root(*opening);
}

/// The error that reading gives, or nullopt if it gives none.
std::optional<ProofError> error_of(const Proof& proof, const Bytes& bytes) {
    const auto opening = read(proof, bytes);
    return opening ? std::nullopt : std::optional(opening.error());
}

/// An honest proof as the parts of its encoding, for building dishonest ones.
struct Parts {
    Bytes head;
    std::vector<bool> is_explicit;
    std::vector<Hash256> siblings;

    explicit Parts(const Proof& proof) {
        const Opening opening = read(proof, proof.bytes).value();
        const std::size_t head_size = proof.flags_offset() + opening.charged.size();
        head.assign(proof.bytes.begin(),
                    proof.bytes.begin() + static_cast<std::ptrdiff_t>(head_size));
        for (std::size_t j = 0; j < opening.siblings.size(); ++j) {
            is_explicit.push_back((proof.bytes[head_size + j / 8] >> (j % 8) & 1U) != 0);
        }
        siblings = opening.siblings;
    }

    [[nodiscard]] Bytes encode() const {
        Bytes bytes = head;
        Bytes bitmap((siblings.size() + 7) / 8);
        for (std::size_t j = 0; j < siblings.size(); ++j) {
            bitmap[j / 8] =
                static_cast<std::uint8_t>(bitmap[j / 8] | (is_explicit[j] ? 1U : 0U) << (j % 8));
        }
        bytes.insert(bytes.end(), bitmap.begin(), bitmap.end());
        for (std::size_t j = 0; j < siblings.size(); ++j) {
            if (is_explicit[j]) {
                bytes.insert(bytes.end(), siblings[j].bytes.begin(), siblings[j].bytes.end());
            }
        }
        return bytes;
    }
};

TEST(MultiproofRejection, HonestProofsPass) {
    for (const Proof& proof : all_proofs()) {
        ASSERT_EQ(proven_root(proof, proof.bytes), proof.root);
        ASSERT_EQ(Parts(proof).encode(), proof.bytes);
    }
}

TEST(MultiproofRejection, EveryFlippedBitIsRejectedOrProvesAnotherRoot) {
    for (const Proof& proof : all_proofs()) {
        Bytes bytes = proof.bytes;
        for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
            const auto mask = static_cast<std::uint8_t>(1U << (bit % 8));
            bytes[bit / 8] ^= mask;
            ASSERT_NE(proven_root(proof, bytes), proof.root) << "bit " << bit;
            bytes[bit / 8] ^= mask;
        }
    }
}

TEST(MultiproofRejection, TruncationAtEveryLength) {
    for (const Proof& proof : all_proofs()) {
        for (std::size_t size = 0; size < proof.bytes.size(); ++size) {
            const Bytes bytes(proof.bytes.begin(),
                              proof.bytes.begin() + static_cast<std::ptrdiff_t>(size));
            ASSERT_EQ(error_of(proof, bytes), ProofError::truncated) << size;
        }
    }
}

TEST(MultiproofRejection, ExplicitZeroSiblings) {
    std::size_t tried = 0;
    for (const Proof& proof : all_proofs()) {
        const Parts honest(proof);
        for (std::size_t j = 0; j < honest.siblings.size(); ++j) {
            if (honest.is_explicit[j]) {
                continue;
            }
            Parts dishonest = honest;
            dishonest.is_explicit[j] = true;
            ASSERT_EQ(error_of(proof, dishonest.encode()), ProofError::non_canonical_sibling);
            ++tried;
        }
    }
    EXPECT_GT(tried, 50U);
}

TEST(MultiproofRejection, SetPaddingBits) {
    std::size_t tried = 0;
    for (const Proof& proof : all_proofs()) {
        const Parts honest(proof);
        const std::size_t count = honest.siblings.size();
        for (std::size_t bit = count; bit < (count + 7) / 8 * 8; ++bit) {
            Bytes bytes = proof.bytes;
            bytes[honest.head.size() + bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
            ASSERT_EQ(error_of(proof, bytes), ProofError::non_zero_padding);
            ++tried;
        }
    }
    EXPECT_GT(tried, 100U);
}

TEST(MultiproofRejection, FlagsOtherThanZeroAndOne) {
    for (const Proof& proof : memory_proofs()) {
        const std::size_t end = Parts(proof).head.size();
        for (std::size_t at = proof.flags_offset(); at < end; ++at) {
            for (unsigned flag = 2; flag <= 0xff; ++flag) {
                Bytes bytes = proof.bytes;
                bytes[at] = static_cast<std::uint8_t>(flag);
                ASSERT_EQ(error_of(proof, bytes), ProofError::bad_flag);
            }
        }
    }
}

TEST(MultiproofRejection, SwappedSiblingsProveAnotherRoot) {
    std::size_t tried = 0;
    for (const Proof& proof : all_proofs()) {
        const Parts honest(proof);
        for (std::size_t i = 0; i < honest.siblings.size(); ++i) {
            for (std::size_t j = i + 1; j < honest.siblings.size(); ++j) {
                if (!honest.is_explicit[i] || !honest.is_explicit[j] ||
                    honest.siblings[i] == honest.siblings[j]) {
                    continue;
                }
                Parts dishonest = honest;
                std::swap(dishonest.siblings[i], dishonest.siblings[j]);
                ASSERT_NE(proven_root(proof, dishonest.encode()), proof.root);
                ++tried;
            }
        }
    }
    EXPECT_GT(tried, 50U);
}

TEST(MultiproofRejection, SwappedLeavesProveAnotherRoot) {
    for (const Proof& proof : all_proofs()) {
        Opening opening = read(proof, proof.bytes).value();
        if (opening.leaves.size() == 2 && opening.leaves[0] != opening.leaves[1]) {
            std::swap(opening.leaves[0], opening.leaves[1]);
            ASSERT_NE(root(opening), proof.root);
        }
    }
}

// A proof may happen to be one for other leaves too, but then it shows these as they are.
TEST(MultiproofRejection, ProofOfOtherIndicesShowsTrueLeaves) {
    const std::vector<Proof> proofs = plain_proofs();
    for (const Proof& proof : proofs) {
        for (const Proof& other : proofs) {
            if (other.depth != proof.depth || other.indices == proof.indices) {
                continue;
            }
            const auto elsewhere = read(other, proof.bytes);
            if (elsewhere && root(*elsewhere) == proof.root) {
                ASSERT_EQ(elsewhere->leaves, read(other, other.bytes).value().leaves);
            }
        }
    }
}

TEST(MultiproofRejection, ProofInTheOtherShape) {
    for (const Proof& proof : memory_proofs()) {
        Proof plain = proof;
        plain.shape = Shape::plain;
        ASSERT_NE(proven_root(plain, proof.bytes), proof.root);
    }
}

// After an error the reader stands in or behind the field that is wrong.
TEST(MultiproofRejection, TheReaderTellsWhere) {
    const Proof proof = memory_proofs().front();
    Bytes bytes = proof.bytes;
    bytes[kLeafBytes] = 2;
    ByteReader reader(bytes);
    ASSERT_FALSE(read_opening(reader, proof.shape, proof.depth, proof.indices).has_value());
    EXPECT_EQ(reader.offset(), kLeafBytes + 1);
    const Bytes short_bytes(proof.bytes.begin(), proof.bytes.begin() + 20);
    ByteReader short_reader(short_bytes);
    ASSERT_FALSE(read_opening(short_reader, proof.shape, proof.depth, proof.indices).has_value());
    EXPECT_EQ(short_reader.offset(), 0U);
}

}  // namespace
}  // namespace lockstep::merkle
