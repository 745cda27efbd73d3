#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "merkle/sha256.hpp"
#include "merkle/sha256_kernel.hpp"
#include "tests/unit/merkle/slow_tree.hpp"

namespace lockstep::merkle {
namespace {

void expect_digest(const Bytes& message) {
    const Hash256 expected = slow::sha256(message);
    RC_ASSERT(openssl_kernel().digest(message) == expected);
    if (sha_ni_kernel() != nullptr) {
        RC_ASSERT(sha_ni_kernel()->digest(message) == expected);
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

}  // namespace
}  // namespace lockstep::merkle
