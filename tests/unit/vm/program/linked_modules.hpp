#pragma once

#include <string_view>

#include "vm/module/validate.hpp"

namespace lockstep::vm {

/// One of the modules in linked/, by its name there without the ending.
[[nodiscard]] ValidModule linked_module(std::string_view name);

}  // namespace lockstep::vm
