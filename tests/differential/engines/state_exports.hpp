#pragma once

#include "base/bytes.hpp"

namespace lockstep::engines {

/// The module with exports added: its memory as `memory`, its globals as `global0` and so on, its tables as
/// `table0`. One that cannot be decoded is given back as it is.
[[nodiscard]] Bytes export_state(const Bytes& wasm);

}  // namespace lockstep::engines
