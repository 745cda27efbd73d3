#pragma once

#include <cstdint>

#include "vm/machine/trap.hpp"

namespace lockstep::vm {

/// What one step does to the program counter and the status.
struct Outcome {
    enum class Kind : std::uint8_t {
        next,    // pc + 1
        jump,    // to `value`
        stay,    // a bulk instruction with work left
        halt,    // with the exit code `value`; empties the stacks
        finish,  // the entry function has returned: halted with exit code 0, results on the stack
        trap,    // `value` is the Trap; empties the stacks
    };
    Kind kind = Kind::next;
    std::uint32_t value = 0;

    [[nodiscard]] static constexpr Outcome next() { return {}; }
    [[nodiscard]] static constexpr Outcome jump(std::uint32_t target) {
        return {.kind = Kind::jump, .value = target};
    }
    [[nodiscard]] static constexpr Outcome stay() { return {.kind = Kind::stay, .value = 0}; }
    [[nodiscard]] static constexpr Outcome halt(std::uint32_t code) {
        return {.kind = Kind::halt, .value = code};
    }
    [[nodiscard]] static constexpr Outcome finish() { return {.kind = Kind::finish, .value = 0}; }
    [[nodiscard]] static constexpr Outcome trap(Trap trap) {
        return {.kind = Kind::trap, .value = static_cast<std::uint32_t>(trap)};
    }
};

}  // namespace lockstep::vm
