#pragma once

#include <string_view>

namespace lockstep::vm::jit {

/// SHA-256 of this library's sources, in hexadecimal. Made when it is built (cmake/SourcesDigest.cmake).
[[nodiscard]] std::string_view sources_digest();

}  // namespace lockstep::vm::jit
