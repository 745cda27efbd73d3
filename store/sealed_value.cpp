#include "store/sealed_value.hpp"

#include <algorithm>

#include "base/byte_writer.hpp"
#include "merkle/sha256.hpp"

namespace lockstep::store {

namespace {

/// A key's length follows from its first byte, so that no two pairs of key and body are one message.
Hash256 digest(ByteView key, ByteView body) {
    ByteWriter writer;
    writer.put(key);
    writer.put(body);
    return merkle::sha256(writer.bytes());
}

}  // namespace

Bytes seal(ByteView key, ByteView body) {
    ByteWriter writer;
    writer.put(body);
    writer.put(digest(key, body).view().first(kSealBytes));
    return writer.take();
}

std::optional<ByteView> unseal(ByteView key, ByteView value) {
    if (value.size() < kSealBytes) {
        return std::nullopt;
    }
    const ByteView body = value.first(value.size() - kSealBytes);
    const Hash256 expected = digest(key, body);
    return std::ranges::equal(value.last(kSealBytes), expected.view().first(kSealBytes))
               ? std::optional(body)
               : std::nullopt;
}

}  // namespace lockstep::store
