#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/hash256.hpp"

namespace lockstep {

/// Lower-case hexadecimal with the prefix 0x.
[[nodiscard]] std::string to_hex(ByteView bytes);
[[nodiscard]] std::string to_hex(const Hash256& hash);

/// Parses an even number of hexadecimal digits with the prefix 0x, either case; nullopt otherwise.
[[nodiscard]] std::optional<Bytes> bytes_from_hex(std::string_view text);

/// Parses exactly 64 hexadecimal digits with the prefix 0x; nullopt otherwise.
[[nodiscard]] std::optional<Hash256> hash_from_hex(std::string_view text);

}  // namespace lockstep
