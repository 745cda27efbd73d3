#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "vm/interpreter/record_writer.hpp"

namespace lockstep::vm {

/// The operands of a function while it is translated. The topmost few may be constants, or locals that
/// no record has copied yet; all below are in their own slots. So whatever is done to one instruction
/// takes a bounded time.
class OperandWindow {
public:
    explicit OperandWindow(RecordWriter& writer) : writer_(writer) {}

    /// Of a function with so many locals, whose slots come first.
    void enter_function(std::uint32_t locals);
    /// All operands are in their own slots.
    void set_height(std::uint32_t height);
    [[nodiscard]] std::uint32_t height() const { return height_; }
    [[nodiscard]] std::uint32_t max_height() const { return max_height_; }
    /// The slot of the operand at that height.
    [[nodiscard]] std::uint16_t slot_at(std::uint32_t height) const {
        return static_cast<std::uint16_t>(locals_ + height);
    }

    void push_constant(std::uint64_t value);
    void push_local(std::uint16_t local);
    /// One that is in its own slot.
    void push();
    [[nodiscard]] PlacedOperand pop();
    void drop(std::uint32_t count);

    /// Puts all operands into their own slots.
    void settle();
    /// Those that are the local, before it is written.
    void settle_local(std::uint16_t local);

private:
    static constexpr std::size_t kCapacity = 24;

    void push(PlacedOperand operand);
    void settle(PlacedOperand& operand);

    RecordWriter& writer_;
    std::array<PlacedOperand, kCapacity> window_{};
    std::size_t count_ = 0;
    std::uint32_t locals_ = 0;
    std::uint32_t height_ = 0;
    std::uint32_t max_height_ = 0;
};

}  // namespace lockstep::vm
