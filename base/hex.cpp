#include "base/hex.hpp"

#include <algorithm>

namespace lockstep {

namespace {

std::optional<std::uint8_t> digit_value(char digit) {
    if (digit >= '0' && digit <= '9') {
        return static_cast<std::uint8_t>(digit - '0');
    }
    if (digit >= 'a' && digit <= 'f') {
        return static_cast<std::uint8_t>(digit - 'a' + 10);
    }
    if (digit >= 'A' && digit <= 'F') {
        return static_cast<std::uint8_t>(digit - 'A' + 10);
    }
    return std::nullopt;
}

}  // namespace

std::string to_hex(ByteView bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text = "0x";
    text.reserve(2 + 2 * bytes.size());
    for (const std::uint8_t byte : bytes) {
        text.push_back(kDigits[byte >> 4U]);
        text.push_back(kDigits[byte & 0xFU]);
    }
    return text;
}

std::string to_hex(const Hash256& hash) {
    return to_hex(hash.view());
}

std::optional<Bytes> bytes_from_hex(std::string_view text) {
    if (!text.starts_with("0x") || text.size() % 2 != 0) {
        return std::nullopt;
    }
    text.remove_prefix(2);
    Bytes bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const auto high = digit_value(text[i]);
        const auto low = digit_value(text[i + 1]);
        if (!high || !low) {
            return std::nullopt;
        }
        bytes.push_back(static_cast<std::uint8_t>((*high << 4U) | *low));
    }
    return bytes;
}

std::optional<Hash256> hash_from_hex(std::string_view text) {
    const auto bytes = bytes_from_hex(text);
    if (!bytes || bytes->size() != 32) {
        return std::nullopt;
    }
    Hash256 hash;
    std::ranges::copy(*bytes, hash.bytes.begin());
    return hash;
}

}  // namespace lockstep
