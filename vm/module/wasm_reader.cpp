#include "vm/module/wasm_reader.hpp"

#include <cstring>
#include <type_traits>

#include "base/check.hpp"

namespace lockstep::vm {

namespace {

/// A byte that is a type elsewhere: the name of the feature, or an empty view.
std::string_view feature_of_type(std::uint8_t byte) {
    switch (byte) {
        case 0x7B: return "simd";
        case 0x69:
        case 0x74: return "exception-handling";
        case 0x63:
        case 0x64: return "function-references";
        case 0x6A:
        case 0x6B:
        case 0x6C:
        case 0x6D:
        case 0x6E:
        case 0x71:
        case 0x72:
        case 0x73: return "gc";
        default: return {};
    }
}

/// How many bytes a sequence of UTF-8 that begins with `first` has, or 0.
std::size_t utf8_length(std::uint8_t first) {
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xC2 && first < 0xE0) {
        return 2;
    }
    if (first >= 0xE0 && first < 0xF0) {
        return 3;
    }
    return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

/// Whether `second` may follow `first`: no overlong form, no surrogate, nothing above U+10FFFF.
bool is_utf8_second(std::uint8_t first, std::uint8_t second) {
    switch (first) {
        case 0xE0: return second >= 0xA0 && second < 0xC0;
        case 0xED: return second >= 0x80 && second < 0xA0;
        case 0xF0: return second >= 0x90 && second < 0xC0;
        case 0xF4: return second >= 0x80 && second < 0x90;
        default: return second >= 0x80 && second < 0xC0;
    }
}

}  // namespace

bool is_utf8(ByteView text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t length = utf8_length(text[at]);
        if (length == 0 || length > text.size() - at) {
            return false;
        }
        if (length > 1 && !is_utf8_second(text[at], text[at + 1])) {
            return false;
        }
        for (std::size_t i = 2; i < length; ++i) {
            if ((text[at + i] & 0xC0U) != 0x80) {
                return false;
            }
        }
        at += length;
    }
    return true;
}

Load<std::uint8_t> WasmReader::read_u8() {
    if (at_end()) {
        return refuse(LoadErrorCode::unexpected_end, offset());
    }
    return bytes_[position_++];
}

Load<std::uint8_t> WasmReader::peek_u8() const {
    if (at_end()) {
        return refuse(LoadErrorCode::unexpected_end, offset());
    }
    return bytes_[position_];
}

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/binary/values.html#integers
template <std::integral T, unsigned kBits>
Load<T> WasmReader::read_leb() {
    constexpr bool kSigned = std::is_signed_v<T>;
    const std::size_t start = offset();
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        LOCKSTEP_TRY(const std::uint8_t byte, read_u8());
        value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
        if (shift + 7 >= kBits) {
            // The last byte that may be: its bits beyond the value must extend it, by zero or sign.
            if ((byte & 0x80U) != 0) {
                return refuse(LoadErrorCode::integer_too_long, start);
            }
            const unsigned used = kBits - shift - (kSigned ? 1 : 0);
            const unsigned beyond = byte >> used;
            if (beyond != 0 && !(kSigned && beyond == 0x7FU >> used)) {
                return refuse(LoadErrorCode::integer_too_large, start);
            }
        }
        if ((byte & 0x80U) == 0) {
            if (kSigned && (byte & 0x40U) != 0 && shift + 7 < 64) {
                value |= ~std::uint64_t{0} << (shift + 7);
            }
            return static_cast<T>(value);
        }
    }
}

Load<std::uint32_t> WasmReader::read_long_u32() {
    return read_leb<std::uint32_t, 32>();
}
Load<std::int32_t> WasmReader::read_s32() {
    return read_leb<std::int32_t, 32>();
}
Load<std::int64_t> WasmReader::read_s33() {
    return read_leb<std::int64_t, 33>();
}
Load<std::int64_t> WasmReader::read_s64() {
    return read_leb<std::int64_t, 64>();
}

Load<std::uint32_t> WasmReader::read_fixed32() {
    LOCKSTEP_TRY(const ByteView bytes, read_bytes(4));
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.data(), 4);
    return value;
}

Load<std::uint64_t> WasmReader::read_fixed64() {
    LOCKSTEP_TRY(const ByteView bytes, read_bytes(8));
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data(), 8);
    return value;
}

Load<ByteView> WasmReader::read_bytes(std::size_t count) {
    if (count > remaining()) {
        return refuse(LoadErrorCode::unexpected_end, offset(), count);
    }
    const ByteView view = bytes_.subspan(position_, count);
    position_ += count;
    return view;
}

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/binary/values.html#names
Load<std::string_view> WasmReader::read_name() {
    LOCKSTEP_TRY(const std::uint32_t length, read_u32());
    const std::size_t start = offset();
    LOCKSTEP_TRY(const ByteView text, read_bytes(length));
    if (!is_utf8(text)) {
        return refuse(LoadErrorCode::bad_utf8, start);
    }
    return std::string_view(reinterpret_cast<const char*>(text.data()), text.size());
}

Load<WasmReader> WasmReader::read_part(std::size_t count) {
    const std::size_t start = offset();
    LOCKSTEP_TRY(const ByteView part, read_bytes(count));
    return WasmReader(part, start);
}

Load<ValueType> WasmReader::read_value_type() {
    const std::size_t start = offset();
    LOCKSTEP_TRY(const std::uint8_t byte, read_u8());
    if ((byte >= 0x7C && byte <= 0x7F) || byte == 0x70 || byte == 0x6F) {
        return static_cast<ValueType>(byte);
    }
    if (const std::string_view feature = feature_of_type(byte); !feature.empty()) {
        return refuse_feature(feature, start);
    }
    return refuse(LoadErrorCode::bad_value_type, start, byte);
}

Load<ValueType> WasmReader::read_reference_type() {
    const std::size_t start = offset();
    const auto type = read_value_type();
    if (type && is_reference(*type)) {
        return *type;
    }
    if (!type && type.error().code != LoadErrorCode::bad_value_type) {
        return std::unexpected(type.error());
    }
    return refuse(LoadErrorCode::bad_reference_type, start, bytes_[start - file_offset_]);
}

Load<std::uint32_t> WasmReader::read_count(std::uint32_t limit, std::string_view limit_name,
                                           std::size_t present) {
    const std::size_t start = offset();
    LOCKSTEP_TRY(const std::uint32_t count, read_u32());
    if (count > remaining()) {
        return refuse(LoadErrorCode::unexpected_end, start, count);
    }
    if (present > limit || count > limit - present) {
        return refuse_limit(limit_name, limit, start);
    }
    return count;
}

}  // namespace lockstep::vm
