#pragma once

#include <optional>

#include "base/bytes.hpp"

namespace lockstep::store {

/// How many bytes of SHA-256 over key and body stand behind a body that its key does not commit to: a
/// value that is damaged, cut off or another key's is found out.
inline constexpr std::size_t kSealBytes = 16;

[[nodiscard]] Bytes seal(ByteView key, ByteView body);

/// The body; nullopt where the seal does not fit. It points into `value`.
[[nodiscard]] std::optional<ByteView> unseal(ByteView key, ByteView value);

}  // namespace lockstep::store
