#include "merkle/sha256.hpp"

#include "base/check.hpp"
#include "merkle/sha256_kernel.hpp"

namespace lockstep::merkle {

const Sha256Kernel& active_kernel() {
    static const Sha256Kernel& kernel =
        sha_ni_kernel() != nullptr ? *sha_ni_kernel() : openssl_kernel();
    return kernel;
}

Hash256 sha256(ByteView message) {
    return active_kernel().digest(message);
}

Hash256 hash_pair(const Hash256& left, const Hash256& right) {
    return active_kernel().pair(left, right);
}

void hash_pairs(std::span<const Hash256> nodes, std::span<Hash256> parents) {
    LOCKSTEP_CHECK(nodes.size() == 2 * parents.size());
    active_kernel().pairs(nodes, parents);
}

}  // namespace lockstep::merkle
