#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include "base/byte_reader.hpp"
#include "base/bytes.hpp"
#include "base/hash256.hpp"

namespace lockstep::store {

/// Reads fields one after the other. Past the end all of them are zero, and the whole is not complete.
class FieldReader {
public:
    explicit FieldReader(ByteView bytes) : reader_(bytes) {}

    template <std::unsigned_integral T>
    [[nodiscard]] T number() {
        const auto value = reader_.read<T>();
        is_whole_ = is_whole_ && value;
        return value.value_or(0);
    }
    [[nodiscard]] Hash256 hash() {
        const auto value = reader_.read_hash();
        is_whole_ = is_whole_ && value;
        return value.value_or(Hash256{});
    }
    [[nodiscard]] ByteView bytes(std::size_t count) {
        const auto value = reader_.read_bytes(count);
        is_whole_ = is_whole_ && value;
        return value.value_or(ByteView{});
    }

    /// Nothing was missing so far.
    [[nodiscard]] bool is_whole() const { return is_whole_; }
    /// And nothing is left.
    [[nodiscard]] bool is_complete() const { return is_whole_ && remaining() == 0; }
    [[nodiscard]] std::size_t remaining() const { return reader_.remaining(); }
    /// For fields that others know how to read.
    [[nodiscard]] ByteReader& rest() { return reader_; }

private:
    ByteReader reader_;
    bool is_whole_ = true;
};

}  // namespace lockstep::store
