#pragma once

#include <cstdint>

#include "vm/machine/direct_access.hpp"

namespace lockstep::vm {

/// StateAccess of the handlers of rare instructions: a DirectAccess whose value stack is the frame's
/// operands, with registers of its own. Instructions on locals, calls and returns do not come here.
class FrameAccess : public DirectAccess {
public:
    /// `top` is where the next operand goes.
    FrameAccess(const Program& program, MachineState& state, std::uint64_t* top, std::uint64_t gas)
        : DirectAccess(program, state), top_(top), gas_(gas) {}

    [[nodiscard]] std::uint64_t gas() const { return gas_; }
    void set_gas(std::uint64_t gas) { gas_ = gas; }
    std::uint64_t pop() { return *--top_; }
    void push(std::uint64_t value) { *top_++ = value; }

private:
    std::uint64_t* top_;
    std::uint64_t gas_;
};

static_assert(StateAccess<FrameAccess>);

}  // namespace lockstep::vm
