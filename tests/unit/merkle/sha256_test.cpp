#include "merkle/sha256.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
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

/// A kernel by name, skipped where the processor lacks what it needs.
class Sha256KernelTest : public ::testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        kernel_ = find_kernel(GetParam());
        if (kernel_ == nullptr) {
            GTEST_SKIP() << "this processor has no " << GetParam();
        }
    }

    const Sha256Kernel* kernel_ = nullptr;
};

// FIPS 180-4's examples (NIST, "Secure Hash Standard" example values).
TEST_P(Sha256KernelTest, GivesThePublishedDigests) {
    EXPECT_EQ(to_hex(kernel_->digest({})),
              "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(to_hex(kernel_->digest(text("abc"))),
              "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(
        to_hex(kernel_->digest(text("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
        "0x248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(to_hex(kernel_->digest(Bytes(1'000'000, 'a'))),
              "0xcdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_P(Sha256KernelTest, AgreesWithOpensslOnEveryLength) {
    const Bytes bytes = pattern(1100);
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
        const ByteView message = ByteView(bytes).first(size);
        ASSERT_EQ(kernel_->digest(message), slow::sha256(message)) << size;
    }
}

TEST_P(Sha256KernelTest, ReadsMessagesAtAnyAddress) {
    const Bytes bytes = pattern(300);
    for (std::size_t offset = 0; offset < 64; ++offset) {
        const ByteView message = ByteView(bytes).subspan(offset, 200);
        ASSERT_EQ(kernel_->digest(message), slow::sha256(message)) << offset;
    }
}

TEST_P(Sha256KernelTest, HashesPairs) {
    const std::vector<Hash256> nodes = pattern_nodes(64);
    for (std::size_t i = 0; i + 1 < nodes.size(); ++i) {
        EXPECT_EQ(kernel_->pair(nodes[i], nodes[i + 1]), slow_pair(nodes[i], nodes[i + 1]));
    }
}

// More than four passes of any kernel, and every rest of one.
constexpr std::size_t kMostPairs = 70;

TEST_P(Sha256KernelTest, HashesBatchesOfAnySize) {
    const std::vector<Hash256> nodes = pattern_nodes(2 * kMostPairs);
    for (std::size_t count = 0; count <= kMostPairs; ++count) {
        // One more than needed, to see that it is left alone.
        std::vector<Hash256> parents(count + 1, slow::filled(0xee));
        // No longer than said, for the address sanitizer.
        const std::vector<Hash256> children(nodes.begin(),
                                            nodes.begin() + static_cast<std::ptrdiff_t>(2 * count));
        kernel_->pairs(children, std::span(parents).first(count));
        for (std::size_t i = 0; i < count; ++i) {
            ASSERT_EQ(parents[i], slow_pair(nodes[2 * i], nodes[2 * i + 1]))
                << i << " of " << count;
        }
        ASSERT_EQ(parents[count], slow::filled(0xee)) << count;
    }
}

TEST_P(Sha256KernelTest, BatchMayOverwriteItsFront) {
    const std::vector<Hash256> nodes = pattern_nodes(2 * kMostPairs);
    for (std::size_t count = 0; count <= kMostPairs; ++count) {
        std::vector<Hash256> in_place = nodes;
        kernel_->pairs(std::span(in_place).first(2 * count), std::span(in_place).first(count));
        for (std::size_t i = 0; i < count; ++i) {
            ASSERT_EQ(in_place[i], slow_pair(nodes[2 * i], nodes[2 * i + 1]))
                << i << " of " << count;
        }
        for (std::size_t i = count; i < nodes.size(); ++i) {
            ASSERT_EQ(in_place[i], nodes[i]) << i << " behind " << count;
        }
    }
}

TEST_P(Sha256KernelTest, BatchesMayStandAtAnyAddress) {
    constexpr std::size_t kPairs = 21;
    const std::vector<Hash256> nodes = pattern_nodes(2 * kPairs);
    std::vector<std::uint8_t> room(32 * 2 * kPairs + 64);
    for (std::size_t offset = 0; offset < 64; ++offset) {
        auto* const moved = static_cast<Hash256*>(static_cast<void*>(room.data() + offset));
        std::memcpy(moved, nodes.data(), 32 * nodes.size());
        kernel_->pairs({moved, 2 * kPairs}, {moved, kPairs});
        for (std::size_t i = 0; i < kPairs; ++i) {
            ASSERT_EQ(moved[i], slow_pair(nodes[2 * i], nodes[2 * i + 1])) << offset << ", " << i;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Kernels, Sha256KernelTest,
                         ::testing::Values("openssl", "sha-ni", "avx2", "avx512"),
                         [](const auto& test) {
                             std::string name = test.param;
                             std::erase(name, '-');
                             return name;
                         });

TEST(UsableKernels, AreFoundByTheirNames) {
    const std::vector<const Sha256Kernel*> kernels = usable_kernels();
    ASSERT_FALSE(kernels.empty());
    EXPECT_EQ(kernels.front(), &openssl_kernel());
    for (const Sha256Kernel* const kernel : kernels) {
        EXPECT_EQ(find_kernel(kernel->name), kernel) << kernel->name;
    }
    EXPECT_EQ(find_kernel(""), nullptr);
    EXPECT_EQ(find_kernel("sha"), nullptr);
    EXPECT_EQ(find_kernel("openssl "), nullptr);
}

// Also a test of its own for each name, each in a process of its own.
TEST(ActiveKernel, IsTheOneThatTheEnvironmentNames) {
    const char* const name = std::getenv(kKernelVariable);
    const Sha256Kernel* const named = name != nullptr ? find_kernel(name) : nullptr;
    if (named != nullptr) {
        EXPECT_EQ(&active_kernel(), named);
        return;
    }
    const std::vector<const Sha256Kernel*> kernels = usable_kernels();
    EXPECT_NE(std::ranges::find(kernels, &active_kernel()), kernels.end());
    EXPECT_EQ(sha256(text("abc")), slow::sha256(text("abc")));
    if (name != nullptr && *name != '\0' && std::string_view(name) != "nonsense") {
        GTEST_SKIP() << "this processor has no " << name;
    }
}

TEST(ActiveKernel, CanBeReplaced) {
    const Sha256Kernel& before = active_kernel();
    for (const Sha256Kernel* const kernel : usable_kernels()) {
        use_kernel(*kernel);
        EXPECT_EQ(&active_kernel(), kernel);
        EXPECT_EQ(sha256(text("abc")), slow::sha256(text("abc"))) << kernel->name;
    }
    use_kernel(before);
    EXPECT_EQ(&active_kernel(), &before);
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
