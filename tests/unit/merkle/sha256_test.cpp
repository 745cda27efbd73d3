#include "merkle/sha256.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "merkle/sha256_kernel.hpp"
#include "tests/unit/merkle/slow_tree.hpp"

namespace lockstep::merkle {
namespace {

Bytes text(std::string_view characters) {
    return {characters.begin(), characters.end()};
}

/// Bytes that do not repeat with any period that matters here.
Bytes pattern(std::size_t size) {
    Bytes bytes(size);
    std::uint32_t state = 1;
    for (std::uint8_t& byte : bytes) {
        state = state * 1664525U + 1013904223U;
        byte = static_cast<std::uint8_t>(state >> 24U);
    }
    return bytes;
}

std::vector<Hash256> pattern_nodes(std::size_t count) {
    const Bytes bytes = pattern(32 * count);
    std::vector<Hash256> nodes(count);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        nodes[i / 32].bytes[i % 32] = bytes[i];
    }
    return nodes;
}

Hash256 slow_pair(const Hash256& left, const Hash256& right) {
    Bytes message(left.bytes.begin(), left.bytes.end());
    message.insert(message.end(), right.bytes.begin(), right.bytes.end());
    return slow::sha256(message);
}

class Sha256KernelTest : public ::testing::TestWithParam<const Sha256Kernel*> {};

// FIPS 180-4's examples (NIST, "Secure Hash Standard" example values).
TEST_P(Sha256KernelTest, GivesThePublishedDigests) {
    EXPECT_EQ(to_hex(GetParam()->digest({})),
              "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(to_hex(GetParam()->digest(text("abc"))),
              "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(to_hex(GetParam()->digest(
                  text("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
              "0x248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(to_hex(GetParam()->digest(Bytes(1'000'000, 'a'))),
              "0xcdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_P(Sha256KernelTest, AgreesWithOpensslOnEveryLength) {
    const Bytes bytes = pattern(1025);
    for (std::size_t size = 0; size <= 1024; ++size) {
        const ByteView message = ByteView(bytes).first(size);
        ASSERT_EQ(GetParam()->digest(message), slow::sha256(message)) << size;
    }
}

TEST_P(Sha256KernelTest, ReadsMessagesAtAnyAddress) {
    const Bytes bytes = pattern(300);
    for (std::size_t offset = 0; offset < 64; ++offset) {
        const ByteView message = ByteView(bytes).subspan(offset, 200);
        ASSERT_EQ(GetParam()->digest(message), slow::sha256(message)) << offset;
    }
}

TEST_P(Sha256KernelTest, HashesPairs) {
    const std::vector<Hash256> nodes = pattern_nodes(64);
    for (std::size_t i = 0; i + 1 < nodes.size(); ++i) {
        EXPECT_EQ(GetParam()->pair(nodes[i], nodes[i + 1]), slow_pair(nodes[i], nodes[i + 1]));
    }
}

TEST_P(Sha256KernelTest, HashesBatchesOfAnySize) {
    for (std::size_t count = 0; count <= 20; ++count) {
        const std::vector<Hash256> nodes = pattern_nodes(2 * count);
        std::vector<Hash256> parents(count);
        GetParam()->pairs(nodes, parents);
        for (std::size_t i = 0; i < count; ++i) {
            ASSERT_EQ(parents[i], slow_pair(nodes[2 * i], nodes[2 * i + 1]))
                << i << " of " << count;
        }
    }
}

TEST_P(Sha256KernelTest, BatchMayOverwriteItsFront) {
    const std::vector<Hash256> nodes = pattern_nodes(34);
    std::vector<Hash256> in_place = nodes;
    GetParam()->pairs(in_place, std::span(in_place).first(17));
    for (std::size_t i = 0; i < 17; ++i) {
        EXPECT_EQ(in_place[i], slow_pair(nodes[2 * i], nodes[2 * i + 1])) << i;
    }
}

std::vector<const Sha256Kernel*> usable_kernels() {
    std::vector<const Sha256Kernel*> kernels = {&openssl_kernel()};
    if (sha_ni_kernel() != nullptr) {
        kernels.push_back(sha_ni_kernel());
    }
    return kernels;
}

INSTANTIATE_TEST_SUITE_P(Kernels, Sha256KernelTest, ::testing::ValuesIn(usable_kernels()),
                         [](const auto& test) {
                             return std::string(test.param->name == "sha-ni" ? "sha_ni"
                                                                             : "openssl");
                         });

TEST(Sha256, PrefersTheShaExtensions) {
    const Sha256Kernel* const sha_ni = sha_ni_kernel();
    EXPECT_EQ(&active_kernel(), sha_ni != nullptr ? sha_ni : &openssl_kernel());
}

TEST(Sha256, PublicFunctionsUseTheKernel) {
    const std::vector<Hash256> nodes = pattern_nodes(2);
    std::vector<Hash256> parents(1);
    hash_pairs(nodes, parents);
    EXPECT_EQ(parents[0], slow_pair(nodes[0], nodes[1]));
    EXPECT_EQ(hash_pair(nodes[0], nodes[1]), parents[0]);
    EXPECT_EQ(sha256(text("abc")), slow::sha256(text("abc")));
    EXPECT_EQ(to_hex(hash_pair(slow::filled(1), slow::filled(2))),
              "0xf818afd37a6dc3bc92fb44731011277006db4efa6e9023cd7468c02335d22a4d");
}

TEST(Sha256DeathTest, BatchSizesMustFit) {
    const std::vector<Hash256> nodes(3);
    std::vector<Hash256> parents(1);
    EXPECT_DEATH(hash_pairs(nodes, parents), "internal check failed");
}

}  // namespace
}  // namespace lockstep::merkle
