#pragma once

#include <cstdint>
#include <vector>

#include "vm/module/types.hpp"

namespace lockstep::vm {

/// Function types without repetition, and where each type of a module is among them.
struct CanonicalTypes {
    std::vector<FunctionType> types;     // in order of first occurrence
    std::vector<std::uint32_t> indices;  // by the module's type index
};

[[nodiscard]] CanonicalTypes make_canonical(const std::vector<FunctionType>& types);

}  // namespace lockstep::vm
