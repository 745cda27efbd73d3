#pragma once

#include <cstddef>

#include "base/bytes.hpp"

namespace lockstep::bench {

/// A valid module of about that many bytes: functions with loops, branches, memory accesses, calls and
/// arithmetic, and a data segment of a quarter of its size.
[[nodiscard]] Bytes make_synthetic_module(std::size_t size_bytes);

}  // namespace lockstep::bench
