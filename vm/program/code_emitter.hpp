#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "vm/program/instruction.hpp"

namespace lockstep::vm {

/// A place in the code that jumps lead to, before or after it is known.
class Label {
public:
    /// Whether a jump leads here.
    [[nodiscard]] bool is_used() const { return bound_ || last_jump_ != kNone; }

private:
    friend class CodeEmitter;
    static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

    bool bound_ = false;
    std::uint32_t pc_ = 0;
    // The last jump that waits for the place; its immediate b is the one before it, and so on.
    std::uint32_t last_jump_ = kNone;
};

/// Appends instructions to the code of a program: puts a `charge` at the head of each superblock
/// (docs/spec/gas.md), resolves labels and follows the height of the operand stack.
///
/// Beyond its limit it drops instructions, and is full() for good: ask after each piece of work.
class CodeEmitter {
public:
    explicit CodeEmitter(std::uint64_t max_instructions) : max_instructions_(max_instructions) {}

    /// There will be about so many instructions: the code need not grow bit by bit.
    void expect(std::uint64_t instructions) {
        code_.reserve(std::min(instructions, max_instructions_));
    }
    /// More instructions were emitted than the limit allows; the code is of no use.
    [[nodiscard]] bool full() const { return full_; }
    /// The pc of what comes next, not counting a `charge` before it.
    [[nodiscard]] std::uint32_t pc() const { return static_cast<std::uint32_t>(code_.size()); }
    [[nodiscard]] std::vector<Instruction>& code() { return code_; }
    [[nodiscard]] std::vector<Instruction> take() { return std::move(code_); }

    /// Operands of the running function, its arguments before they are in locals among them.
    [[nodiscard]] std::uint32_t height() const { return height_; }
    /// The greatest since enter_function.
    [[nodiscard]] std::uint32_t max_height() const { return max_height_; }
    /// At a place that is reached with another height than what was emitted last leaves.
    void set_height(std::uint32_t height);

    /// Begins a function whose `height` arguments are on the stack; returns its entry. Nothing runs
    /// on into it.
    std::uint32_t enter_function(std::uint32_t height);

    /// An instruction whose stack effect is that of its row in opcodes.def. After one that ends its
    /// superblock the next one, if any, begins another.
    void emit(const Instruction& instruction);
    /// A call: replaces `parameters` operands by `results`.
    void emit_call(const Instruction& instruction, std::uint32_t parameters, std::uint32_t results);
    /// A jump, jump_if or jump_unless.
    void emit_jump(Opcode opcode, Label& target);
    /// A row behind a jump_table: part of no superblock.
    void emit_row(Label& target);
    /// The pc of the charge that what is emitted next is paid by; begins a superblock where none is.
    [[nodiscard]] std::uint32_t superblock_pc();
    /// The label is here, at the head of a superblock.
    void bind(Label& label);

private:
    static constexpr std::uint32_t kClosed = 0xFFFF'FFFF;
    /// Instructions for which there is room at first.
    static constexpr std::size_t kLeastRoom = 64;

    /// The pc of the superblock's charge; the superblock is a new one unless that is empty and not
    /// an entry's.
    std::uint32_t begin_superblock();
    void append(const Instruction& instruction);
    /// The immediate b of a jump to the label that is emitted next.
    [[nodiscard]] std::uint32_t reference(Label& target) const;

    std::vector<Instruction> code_;
    std::uint64_t max_instructions_;
    bool full_ = false;
    std::uint32_t charge_pc_ = kClosed;  // of the superblock that instructions are added to
    std::uint32_t entry_pc_ = kClosed;   // of the function entered last
    std::uint32_t height_ = 0;
    std::uint32_t max_height_ = 0;
};

}  // namespace lockstep::vm
