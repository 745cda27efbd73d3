#pragma once

#include <cstdint>
#include <span>
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

/// An argument that is passed in a register.
struct RegisterArgument {
    std::uint32_t index = 0;
    ArgumentPlace place;
};

/// How the functions of each type of a program are called: the first arguments are in registers, by
/// their types, the others in their homes.
class CallingConvention {
public:
    explicit CallingConvention(const Program& program);

    /// By index.
    [[nodiscard]] std::span<const RegisterArgument> in_registers(std::uint32_t type) const {
        return std::span(arguments_).subspan(begins_[type], begins_[type + 1] - begins_[type]);
    }
    [[nodiscard]] ArgumentPlace place_of(std::uint32_t type, std::uint32_t argument) const;

private:
    std::vector<RegisterArgument> arguments_;
    std::vector<std::size_t> begins_;  // of each type's, and one more
};

}  // namespace lockstep::vm::jit
