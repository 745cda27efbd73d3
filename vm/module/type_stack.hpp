#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "vm/module/limits.hpp"
#include "vm/module/load_error.hpp"
#include "vm/module/types.hpp"
#include "vm/module/wasm_instruction.hpp"

namespace lockstep::vm {

using TypeList = std::span<const ValueType>;

/// A value of any type: popped below code that is never reached. Not a type of the binary format.
inline constexpr auto kAnyType = static_cast<ValueType>(0);

/// A block whose `end` has not come yet; the outermost is the function.
struct ControlFrame {
    /// block, loop, if_ or else_.
    WasmOpcode opcode{};
    /// After unreachable, br, br_table or return: more values can be popped than were pushed.
    bool is_unreachable = false;
    TypeList parameters;
    TypeList results;
    /// Of the operand stack below the parameters.
    std::size_t height = 0;

    /// What a branch to the block takes.
    [[nodiscard]] TypeList label_types() const {
        return opcode == WasmOpcode::loop ? parameters : results;
    }
};

/// The two stacks of the specification's validation algorithm: types of operands, and blocks.
/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/appendix/algorithm.html
///
/// It keeps its memory from function to function. Lists of types cost work, which is rationed
/// (limits.hpp): each function adds to the ration.
class TypeStack {
public:
    /// Forgets all blocks and operands; adds the ration of a function body of `body_bytes`.
    void start_function(std::size_t body_bytes);
    /// Errors refer to the instruction at this offset of the module.
    void set_offset(std::size_t offset) { offset_ = offset; }
    [[nodiscard]] std::size_t offset() const { return offset_; }

    [[nodiscard]] Load<void> push(ValueType type);
    [[nodiscard]] Load<void> push_all(TypeList types);
    /// Any type; kAnyType where there is none in unreachable code.
    [[nodiscard]] Load<ValueType> pop();
    [[nodiscard]] Load<void> pop(ValueType expected);
    [[nodiscard]] Load<void> pop_all(TypeList types);
    /// As popping the types and pushing again what was there, but changes nothing.
    [[nodiscard]] Load<void> check_top(TypeList types);

    [[nodiscard]] Load<void> push_frame(WasmOpcode opcode, TypeList parameters, TypeList results);
    /// Pops the results, which must be all that is left, and the block.
    [[nodiscard]] Load<ControlFrame> pop_frame();
    void mark_unreachable();

    /// The block that `label` branches to: 0 is the innermost.
    [[nodiscard]] Load<const ControlFrame*> frame(std::uint32_t label) const;
    [[nodiscard]] const ControlFrame& innermost() const { return frames_.back(); }
    [[nodiscard]] bool has_frames() const { return !frames_.empty(); }

private:
    [[nodiscard]] Load<void> spend(std::size_t work);

    std::vector<ValueType> operands_;
    std::vector<ControlFrame> frames_;
    std::uint64_t work_left_ = kMaxValidationWorkBase;
    std::size_t offset_ = 0;
};

}  // namespace lockstep::vm
