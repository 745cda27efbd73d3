#pragma once

#include <algorithm>
#include <concepts>
#include <optional>

#include "base/bytes.hpp"
#include "base/hash256.hpp"

namespace lockstep {

/// Reads packed big-endian fields from the front of a byte string. A read past the end gives
/// nullopt and moves nothing.
class ByteReader {
public:
    explicit ByteReader(ByteView bytes) : bytes_(bytes) {}

    template <std::unsigned_integral T>
    [[nodiscard]] std::optional<T> read() {
        if (remaining() < sizeof(T)) {
            return std::nullopt;
        }
        const T value = load_be<T>(bytes_.data() + offset_);
        offset_ += sizeof(T);
        return value;
    }

    [[nodiscard]] std::optional<Hash256> read_hash() {
        if (remaining() < 32) {
            return std::nullopt;
        }
        Hash256 hash;
        std::copy_n(bytes_.data() + offset_, 32, hash.bytes.begin());
        offset_ += 32;
        return hash;
    }

    [[nodiscard]] std::optional<ByteView> read_bytes(std::size_t count) {
        if (remaining() < count) {
            return std::nullopt;
        }
        const ByteView view = bytes_.subspan(offset_, count);
        offset_ += count;
        return view;
    }

    [[nodiscard]] std::size_t offset() const { return offset_; }
    [[nodiscard]] std::size_t remaining() const { return bytes_.size() - offset_; }

private:
    ByteView bytes_;
    std::size_t offset_ = 0;
};

}  // namespace lockstep
