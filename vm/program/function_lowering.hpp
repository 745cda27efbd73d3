#pragma once

#include <cstdint>
#include <vector>

#include "vm/module/load_error.hpp"
#include "vm/module/module.hpp"
#include "vm/program/code_emitter.hpp"
#include "vm/program/module_layout.hpp"
#include "vm/program/program.hpp"

namespace lockstep::vm {

struct LoweredFunction {
    FunctionRecord record;
    std::uint32_t locals = 0;  // parameters, locals and scratch locals
};

/// Depths of the trees whose leaves instructions name by index: their immediate c.
struct TreeDepths {
    std::uint16_t globals = 0;
    std::uint16_t tables = 0;
    std::uint16_t memories = 0;
};

[[nodiscard]] TreeDepths tree_depths(const Program& program);

/// Lowers one function (docs/spec/program.md), its `call`s excepted: their immediate b is the callee's index,
/// since its record may not exist yet.
class FunctionLowering {
public:
    FunctionLowering(const Module& module, const ModuleLayout& layout, const TreeDepths& depths,
                     std::uint32_t function, CodeEmitter& emitter);

    /// Of no use where the emitter is full.
    [[nodiscard]] LoweredFunction lower();

private:
    enum class BlockKind : std::uint8_t { function, block, loop, if_then, if_else };

    /// A block that live code is in.
    struct Block {
        BlockKind kind{};
        std::uint32_t height = 0;  // of the operands below its parameters
        std::uint32_t parameters = 0;
        std::uint32_t results = 0;
        Label label{};      // where branches to it lead
        Label otherwise{};  // where an if leads whose condition is 0
        // The row of `stubs` that the br_table of this number has for it.
        std::uint32_t br_table = 0;
        std::uint32_t stub = 0;

        /// How many values a branch to it carries.
        [[nodiscard]] std::uint32_t branch_values() const {
            return kind == BlockKind::loop ? parameters : results;
        }
    };

    /// Where the rows of a br_table lead that have values to discard on the way.
    struct Stub {
        std::uint32_t depth = 0;
        Label label;
    };

    // function_lowering.cpp
    [[nodiscard]] bool is_host_function() const;
    void lower_host_function();
    void emit_host_function(Opcode opcode);
    void lower_body();
    void lower_instruction(const WasmInstruction& instruction);
    [[nodiscard]] bool lower_control(const WasmInstruction& instruction);
    void lower_call(std::uint32_t callee);
    void lower_call_indirect(const WasmInstruction& instruction);
    [[nodiscard]] LoweredFunction finish(std::uint32_t entry);

    // block_lowering.cpp
    void skip_dead(WasmOpcode opcode);
    void begin_block(BlockKind kind, const BlockType& type);
    void begin_else();
    void end_block();
    void branch(std::uint32_t depth);
    void branch_if(std::uint32_t depth);
    void branch_table(const WasmInstruction& instruction);
    void branch_row(std::uint32_t depth, std::vector<Stub>& stubs);
    void leave(Block& target);
    void discard(std::uint32_t dropped, std::uint32_t kept);
    void drop(Opcode opcode, std::uint32_t count);
    [[nodiscard]] Block& block_at(std::uint32_t depth);
    [[nodiscard]] std::uint32_t surplus(const Block& target) const;

    // value_lowering.cpp: instructions that are no control instructions
    void lower_value(const WasmInstruction& instruction);
    [[nodiscard]] bool lower_variable(const WasmInstruction& instruction);
    [[nodiscard]] bool lower_table(const WasmInstruction& instruction);
    [[nodiscard]] bool lower_segment(const WasmInstruction& instruction);
    [[nodiscard]] Instruction memory_instruction(Opcode opcode, std::uint64_t a = 0) const;
    void push_rest(const SegmentPlace& segment);
    void drop_rest(const SegmentPlace& segment);

    const Module& module_;
    const ModuleLayout& layout_;
    const TreeDepths& depths_;
    std::uint32_t function_;
    const FunctionType& type_;
    CodeEmitter& emitter_;

    std::vector<Block> blocks_;
    bool is_live_ = true;
    std::uint32_t dead_blocks_ = 0;  // begun in dead code and not ended
    std::uint32_t br_tables_ = 0;    // lowered so far
    std::uint32_t locals_ = 0;       // parameters and declared locals
    std::uint32_t scratch_ = 0;      // scratch locals, which come after them
};

}  // namespace lockstep::vm
