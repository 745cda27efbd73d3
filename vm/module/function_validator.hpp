#pragma once

#include <cstdint>
#include <vector>

#include "vm/module/load_error.hpp"
#include "vm/module/module.hpp"
#include "vm/module/opcode_info.hpp"
#include "vm/module/type_stack.hpp"

namespace lockstep::vm {

/// Checks function bodies against the rules for instructions, one body after the other.
/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/valid/instructions.html
class FunctionValidator {
public:
    /// `declared_functions[f]`: whether `ref.func f` is allowed. Both must outlive the validator.
    FunctionValidator(const Module& module, const std::vector<bool>& declared_functions)
        : module_(module), declared_functions_(declared_functions) {}

    [[nodiscard]] Load<void> validate(const FunctionType& type, const Code& code);

private:
    struct BlockTypes {
        TypeList parameters;
        TypeList results;
    };

    [[nodiscard]] Load<void> check(const WasmInstruction& instruction);
    [[nodiscard]] Load<void> check_fixed(const WasmInstruction& instruction,
                                         const OpcodeInfo& info);
    [[nodiscard]] Load<void> check_memory_use(const WasmInstruction& instruction,
                                              const OpcodeInfo& info);
    [[nodiscard]] Load<void> check_segment_use(const WasmInstruction& instruction);

    [[nodiscard]] Load<void> check_block(const WasmInstruction& instruction);
    [[nodiscard]] Load<void> check_else();
    [[nodiscard]] Load<void> check_end();
    [[nodiscard]] Load<void> check_branch(const WasmInstruction& instruction);
    [[nodiscard]] Load<void> check_branch_table(const WasmInstruction& instruction);
    [[nodiscard]] Load<void> check_return();
    [[nodiscard]] Load<void> check_call(const WasmInstruction& instruction);
    [[nodiscard]] Load<void> check_call_indirect(const WasmInstruction& instruction);
    [[nodiscard]] Load<void> check_select(const WasmInstruction& instruction);
    [[nodiscard]] Load<void> check_local(const WasmInstruction& instruction);
    [[nodiscard]] Load<void> check_global(const WasmInstruction& instruction);
    [[nodiscard]] Load<void> check_table(const WasmInstruction& instruction);
    [[nodiscard]] Load<void> check_reference(const WasmInstruction& instruction);

    [[nodiscard]] Load<BlockTypes> block_types(const WasmInstruction& instruction) const;
    [[nodiscard]] Load<ValueType> table_element(std::uint32_t index, std::size_t offset) const;
    [[nodiscard]] Load<void> call(const FunctionType& callee);

    const Module& module_;
    const std::vector<bool>& declared_functions_;
    TypeStack stack_;
    /// Of the body being checked.
    const FunctionType* type_ = nullptr;
    const Code* code_ = nullptr;
};

}  // namespace lockstep::vm
