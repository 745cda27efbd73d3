#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "vm/module/load_error.hpp"
#include "vm/module/types.hpp"

namespace lockstep::vm {

/// Reads the values of the binary format from the front of a byte string. After an error it is at
/// an unspecified place.
/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/binary/values.html
class WasmReader {
public:
    /// `bytes` begin at `file_offset` of the module.
    WasmReader(ByteView bytes, std::size_t file_offset)
        : bytes_(bytes), file_offset_(file_offset) {}

    /// In the module's bytes.
    [[nodiscard]] std::size_t offset() const { return file_offset_ + position_; }
    [[nodiscard]] std::size_t remaining() const { return bytes_.size() - position_; }
    [[nodiscard]] bool at_end() const { return remaining() == 0; }

    [[nodiscard]] Load<std::uint8_t> read_u8();
    [[nodiscard]] Load<std::uint8_t> peek_u8() const;
    /// LEB128. A value has at most ceil(bits / 7) bytes; leading zeros are allowed within that.
    [[nodiscard]] Load<std::uint32_t> read_u32() {
        // Most are one byte.
        if (!at_end() && bytes_[position_] < 0x80) {
            return bytes_[position_++];
        }
        return read_long_u32();
    }
    [[nodiscard]] Load<std::int32_t> read_s32();
    [[nodiscard]] Load<std::int64_t> read_s33();
    [[nodiscard]] Load<std::int64_t> read_s64();
    /// Little-endian, as floats are.
    [[nodiscard]] Load<std::uint32_t> read_fixed32();
    [[nodiscard]] Load<std::uint64_t> read_fixed64();
    /// A length and so many bytes of UTF-8.
    [[nodiscard]] Load<std::string_view> read_name();
    [[nodiscard]] Load<ByteView> read_bytes(std::size_t count);
    /// A reader of the next `count` bytes, which this one skips.
    [[nodiscard]] Load<WasmReader> read_part(std::size_t count);
    [[nodiscard]] Load<ValueType> read_value_type();
    [[nodiscard]] Load<ValueType> read_reference_type();
    /// The length of a list of things that take at least one byte each: at most the bytes left, and
    /// at most `limit` with the `present` ones, so that room may be made for them.
    [[nodiscard]] Load<std::uint32_t> read_count(std::uint32_t limit, std::string_view limit_name,
                                                 std::size_t present = 0);

private:
    [[nodiscard]] Load<std::uint32_t> read_long_u32();
    template <std::integral T, unsigned kBits>
    [[nodiscard]] Load<T> read_leb();

    ByteView bytes_;
    std::size_t file_offset_ = 0;
    std::size_t position_ = 0;
};

[[nodiscard]] bool is_utf8(ByteView text);

}  // namespace lockstep::vm
