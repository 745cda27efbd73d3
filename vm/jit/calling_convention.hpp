#pragma once

#include <cstdint>
#include <vector>

#include "vm/module/types.hpp"
#include "vm/program/program.hpp"

namespace lockstep::vm::jit {

/// Where an argument is passed.
struct ArgumentPlace {
    enum class Kind : std::uint8_t { home, gp, xmm };
    Kind kind = Kind::home;
    std::uint8_t reg = 0;
};

[[nodiscard]] inline bool is_float_type(ValueType type) {
    return type == ValueType::f32 || type == ValueType::f64;
}

/// The first arguments are in registers, by their types; the others in their homes.
[[nodiscard]] std::vector<ArgumentPlace> argument_places(const FunctionType& type);

}  // namespace lockstep::vm::jit
