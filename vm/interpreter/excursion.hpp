#pragma once

#include <cstdint>

#include "vm/interpreter/context.hpp"
#include "vm/interpreter/threaded_code.hpp"

namespace lockstep::vm {

/// The frames that threaded code works on: locals and operands of a function stand side by side, and the
/// arguments of a call are where the callee has its parameters, so that nothing is copied.
class FrameBuffer {
public:
    FrameBuffer();
    [[nodiscard]] std::uint64_t* slots() { return slots_.get(); }
    [[nodiscard]] SuspendedFrame* suspended() { return suspended_.get(); }

private:
    std::unique_ptr<std::uint64_t[]> slots_;       // NOLINT(modernize-avoid-c-arrays)
    std::unique_ptr<SuspendedFrame[]> suspended_;  // NOLINT(modernize-avoid-c-arrays)
};

/// One stay in threaded code: takes the running frame out of the machine's state, executes, and puts back
/// that frame and all that have been entered since.
class Excursion {
public:
    Excursion(const Program& program, const ThreadedCode& code, FrameBuffer& buffer,
              MachineState& state, std::uint64_t until);

    /// Whether threaded code can be entered at the state's pc, and would get somewhere.
    [[nodiscard]] bool is_possible();
    void go();

private:
    [[nodiscard]] std::uint64_t available_gas() const;
    void take_frame();
    [[nodiscard]] std::uint32_t next_pc(const Registers& left) const;
    void settle_accounts(std::int64_t credit, StaticCost refund);
    void put_frames_back(std::uint32_t pc);
    void put_locals(std::uint32_t locals_begin, const std::uint64_t* frame, std::uint32_t locals,
                    std::uint32_t depth);
    void return_from_outermost(const std::uint64_t* frame);

    const Program& program_;
    const ThreadedCode& code_;
    FrameBuffer& buffer_;
    MachineState& state_;
    std::uint64_t until_;
    const FunctionShape* shape_ = nullptr;
    std::uint32_t height_ = 0;  // of the operands taken
    StaticCost ahead_;
    std::uint64_t gas_ = 0;  // in a full credit
    HandlerContext context_;
};

}  // namespace lockstep::vm
