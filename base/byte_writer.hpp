#pragma once

#include <concepts>
#include <utility>

#include "base/bytes.hpp"
#include "base/hash256.hpp"

namespace lockstep {

/// Appends packed big-endian fields to a byte string.
class ByteWriter {
public:
    template <std::unsigned_integral T>
    void put(T value) {
        const std::size_t at = bytes_.size();
        bytes_.resize(at + sizeof(T));
        store_be(bytes_.data() + at, value);
    }
    void put(const Hash256& hash) { put(hash.view()); }
    void put(ByteView bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }

    [[nodiscard]] const Bytes& bytes() const { return bytes_; }
    [[nodiscard]] Bytes take() { return std::move(bytes_); }

private:
    Bytes bytes_;
};

}  // namespace lockstep
