// Messages given as blocks: the compression function, padding, messages of fixed size.

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "merkle/sha256.hpp"
#include "merkle/sha256_kernel.hpp"
#include "tests/unit/merkle/slow_sha256.hpp"
#include "tests/unit/merkle/slow_tree.hpp"

namespace lockstep::merkle {
namespace {

/// Numbers without a pattern that matters here (splitmix64).
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint32_t operator()() {
        state_ += 0x9e3779b97f4a7c15;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111eb;
        return static_cast<std::uint32_t>(z >> 32U);
    }

private:
    std::uint64_t state_;
};

Bytes random_bytes(std::size_t size, std::uint64_t seed) {
    Random random(seed);
    Bytes bytes(size);
    std::ranges::generate(bytes, [&] { return static_cast<std::uint8_t>(random()); });
    return bytes;
}

std::vector<Sha256State> random_states(std::size_t count, std::uint64_t seed) {
    Random random(seed);
    std::vector<Sha256State> states(count);
    for (Sha256State& state : states) {
        std::ranges::generate(state, [&] { return random(); });
    }
    return states;
}

/// The message, padded by the library.
Bytes padded(ByteView message) {
    Bytes blocks(message.begin(), message.end());
    blocks.resize(padded_bytes(message.size()), 0xff);
    const std::size_t whole = message.size() / kSha256BlockBytes * kSha256BlockBytes;
    pad_message(std::span(blocks).subspan(whole), message.size() - whole, message.size());
    return blocks;
}

// What the comparisons below rest on.
TEST(SlowCompress, GivesThePublishedDigest) {
    Bytes block = {'a', 'b', 'c', 0x80};
    block.resize(64);
    block.back() = 24;
    EXPECT_EQ(to_hex(finished(slow::compress(kSha256Initial, block))),
              "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

class Sha256BlocksTest : public ::testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        kernel_ = find_kernel(GetParam());
        if (kernel_ == nullptr) {
            GTEST_SKIP() << "this processor has no " << GetParam();
        }
    }

    const Sha256Kernel* kernel_ = nullptr;
};

TEST_P(Sha256BlocksTest, CompressesAnyNumberOfStates) {
    constexpr std::size_t kMostStates = 70;
    for (std::size_t count = 0; count <= 5; ++count) {
        const std::vector<Sha256State> before = random_states(kMostStates + 1, 7);
        const Bytes blocks = random_bytes(64 * count * kMostStates + 1, 8);
        const ByteView data = ByteView(blocks).subspan(1);
        std::vector<Sha256State> expected = before;
        for (std::size_t i = 0; i < kMostStates; ++i) {
            for (std::size_t j = 0; j < count; ++j) {
                expected[i] = slow::compress(expected[i], data.subspan(64 * (count * i + j), 64));
            }
        }
        for (std::size_t states = 0; states <= kMostStates; ++states) {
            std::vector<Sha256State> after = before;
            // No longer than said, for the address sanitizer; and at an odd address.
            const Bytes input(blocks.begin(), blocks.begin() + static_cast<std::ptrdiff_t>(
                                                                   64 * count * states + 1));
            kernel_->compress(std::span(after).first(states), input.data() + 1, count);
            for (std::size_t i = 0; i < after.size(); ++i) {
                ASSERT_EQ(after[i], i < states ? expected[i] : before[i])
                    << count << " blocks, " << i << " of " << states;
            }
        }
    }
}

TEST_P(Sha256BlocksTest, HashesPaddedMessagesOfAnyLength) {
    const Bytes bytes = random_bytes(300, 9);
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
        const ByteView message = ByteView(bytes).first(size);
        const Bytes blocks = padded(message);
        ASSERT_EQ(kernel_->blocks(blocks.data(), blocks.size() / 64), slow::sha256(message))
            << size;
    }
}

// As many messages of one size together as a pass takes, and more: how records are hashed.
TEST_P(Sha256BlocksTest, HashesManyMessagesTogether) {
    for (const std::size_t size : {1U, 34U, 41U, 55U, 56U, 65U, 69U, 119U, 120U, 129U, 194U}) {
        constexpr std::size_t kMessages = 19;
        const Bytes bytes = random_bytes(size * kMessages, 10);
        Bytes blocks;
        for (std::size_t i = 0; i < kMessages; ++i) {
            const Bytes one = padded(ByteView(bytes).subspan(size * i, size));
            blocks.insert(blocks.end(), one.begin(), one.end());
        }
        std::vector<Sha256State> states(kMessages, kSha256Initial);
        kernel_->compress(states, blocks.data(), padded_bytes(size) / 64);
        for (std::size_t i = 0; i < kMessages; ++i) {
            ASSERT_EQ(finished(states[i]), slow::sha256(ByteView(bytes).subspan(size * i, size)))
                << size << ", " << i;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Kernels, Sha256BlocksTest,
                         ::testing::Values("openssl", "sha-ni", "avx2", "avx512"),
                         [](const auto& test) {
                             std::string name = test.param;
                             std::erase(name, '-');
                             return name;
                         });

TEST(Padding, TakesAnotherBlockWhereTheLengthHasNoRoom) {
    EXPECT_EQ(padded_bytes(0), 64);
    EXPECT_EQ(padded_bytes(55), 64);
    EXPECT_EQ(padded_bytes(56), 128);
    EXPECT_EQ(padded_bytes(63), 128);
    EXPECT_EQ(padded_bytes(64), 128);
    EXPECT_EQ(padded_bytes(119), 128);
    EXPECT_EQ(padded_bytes(120), 192);
}

TEST(Padding, IsABitZerosAndTheLengthInBits) {
    for (const std::size_t size : {0U, 1U, 54U, 55U, 56U, 63U}) {
        const Bytes message(size, 0xaa);
        Bytes expected = message;
        expected.push_back(0x80);
        expected.resize(size <= 55 ? 62 : 126);
        expected.push_back(static_cast<std::uint8_t>(8 * size >> 8U));
        expected.push_back(static_cast<std::uint8_t>(8 * size));
        EXPECT_EQ(padded(message), expected) << size;
    }
}

TEST(Padding, CountsTheBlocksBeforeTheTail) {
    Bytes tail(64, 0xff);
    pad_message(tail, 3, 0x0123456789abcdc3);
    EXPECT_EQ(tail[2], 0xff);
    EXPECT_EQ(tail[3], 0x80);
    EXPECT_EQ(load_be<std::uint64_t>(&tail[56]), 8 * std::uint64_t{0x0123456789abcdc3});
}

TEST(PaddingDeathTest, SizesMustFit) {
    Bytes block(64);
    EXPECT_DEATH(pad_message(block, 56, 56), "internal check failed");
    EXPECT_DEATH(pad_message(block, 3, 66), "internal check failed");
    EXPECT_DEATH(pad_message({}, 0, 0), "internal check failed");
    EXPECT_DEATH((void)sha256_of_blocks(ByteView(block).first(63)), "internal check failed");
}

template <std::size_t kBytes>
void expect_padded() {
    PaddedMessage<kBytes> message;
    const Bytes bytes = random_bytes(kBytes, kBytes);
    std::ranges::copy(bytes, message.blocks.begin());
    EXPECT_TRUE(std::ranges::equal(message.blocks, padded(bytes))) << kBytes;
    EXPECT_EQ(sha256_of_blocks(message.blocks), slow::sha256(bytes)) << kBytes;
}

TEST(PaddedMessage, IsPaddedForItsSize) {
    expect_padded<0>();
    expect_padded<1>();
    expect_padded<34>();
    expect_padded<41>();
    expect_padded<55>();
    expect_padded<56>();
    expect_padded<63>();
    expect_padded<64>();
    expect_padded<65>();
    expect_padded<69>();
    expect_padded<194>();
    expect_padded<8192>();
}

}  // namespace
}  // namespace lockstep::merkle
