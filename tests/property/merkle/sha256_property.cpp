#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "merkle/sha256.hpp"
#include "merkle/sha256_kernel.hpp"
#include "tests/unit/merkle/slow_sha256.hpp"
#include "tests/unit/merkle/slow_tree.hpp"

namespace lockstep::merkle {
namespace {

void expect_digest(const Bytes& message) {
    const Hash256 expected = slow::sha256(message);
    for (const Sha256Kernel* const kernel : usable_kernels()) {
        RC_ASSERT(kernel->digest(message) == expected);
    }
}

RC_GTEST_PROP(Sha256Property, KernelsAgreeWithOpenssl, (const Bytes& message)) {
    expect_digest(message);
}

RC_GTEST_PROP(Sha256Property, KernelsAgreeWithOpensslOnLongMessages, (const Bytes& piece)) {
    Bytes message;
    for (int i = 0; i < 50; ++i) {
        message.push_back(static_cast<std::uint8_t>(i));
        message.insert(message.end(), piece.begin(), piece.end());
    }
    expect_digest(message);
}

RC_GTEST_PROP(Sha256Property, KernelsCompressAsDefined, ()) {
    const auto count = *rc::gen::inRange<std::size_t>(0, 6);
    const auto before = *rc::gen::container<std::vector<Sha256State>>(
        *rc::gen::inRange<std::size_t>(0, 40), rc::gen::arbitrary<Sha256State>());
    const auto blocks =
        *rc::gen::container<Bytes>(64 * count * before.size(), rc::gen::arbitrary<std::uint8_t>());
    std::vector<Sha256State> expected = before;
    for (std::size_t i = 0; i < before.size(); ++i) {
        for (std::size_t j = 0; j < count; ++j) {
            expected[i] =
                slow::compress(expected[i], ByteView(blocks).subspan(64 * (count * i + j), 64));
        }
    }
    for (const Sha256Kernel* const kernel : usable_kernels()) {
        std::vector<Sha256State> after = before;
        kernel->compress(after, blocks.data(), count);
        RC_ASSERT(after == expected);
    }
}

}  // namespace
}  // namespace lockstep::merkle
