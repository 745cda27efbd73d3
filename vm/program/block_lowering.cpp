// Structured control: blocks, branches and what they discard (docs/spec/program.md, section 4).

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "vm/program/function_lowering.hpp"
#include "vm/program/limits.hpp"

namespace lockstep::vm {

/// An instruction that can't be reached. Only how blocks nest matters.
void FunctionLowering::skip_dead(WasmOpcode opcode) {
    switch (opcode) {
        case WasmOpcode::block:
        case WasmOpcode::loop:
        case WasmOpcode::if_: ++dead_blocks_; return;
        case WasmOpcode::else_:
            if (dead_blocks_ == 0) {
                begin_else();
            }
            return;
        case WasmOpcode::end:
            if (dead_blocks_ == 0) {
                end_block();
            } else {
                --dead_blocks_;
            }
            return;
        default: return;
    }
}

void FunctionLowering::begin_block(BlockKind kind, const BlockType& type) {
    Block block{.kind = kind};
    if (type.kind == BlockType::Kind::value) {
        block.results = 1;
    } else if (type.kind == BlockType::Kind::type_index) {
        const FunctionType& function_type = module_.types[type.type_index];
        block.parameters = static_cast<std::uint32_t>(function_type.parameters.size());
        block.results = static_cast<std::uint32_t>(function_type.results.size());
    }
    if (kind == BlockKind::if_then) {
        emitter_.emit_jump(Opcode::jump_unless, block.otherwise);
    } else if (kind == BlockKind::loop) {
        emitter_.bind(block.label);
    }
    block.height = emitter_.height() - block.parameters;
    blocks_.push_back(block);
}

void FunctionLowering::begin_else() {
    Block& block = blocks_.back();
    LOCKSTEP_CHECK(block.kind == BlockKind::if_then);
    if (is_live_) {
        emitter_.emit_jump(Opcode::jump, block.label);
    }
    block.kind = BlockKind::if_else;
    emitter_.set_height(block.height + block.parameters);
    emitter_.bind(block.otherwise);
    is_live_ = true;
}

void FunctionLowering::end_block() {
    Block block = blocks_.back();
    blocks_.pop_back();
    const bool is_loop = block.kind == BlockKind::loop;
    const bool is_targeted = !is_loop && block.label.is_used();
    const bool is_if = block.kind == BlockKind::if_then || block.kind == BlockKind::if_else;
    is_live_ = is_live_ || is_targeted || block.kind == BlockKind::if_then;
    if (!is_live_) {
        return;
    }
    emitter_.set_height(block.height + block.results);
    if (is_targeted || is_if) {
        emitter_.bind(block.label);
    }
    if (block.kind == BlockKind::if_then) {
        emitter_.bind(block.otherwise);
    } else if (block.kind == BlockKind::function) {
        emitter_.emit({.opcode = Opcode::return_});
        is_live_ = false;
    }
}

/// Also `return`, which is a branch to the outermost block.
void FunctionLowering::branch(std::uint32_t depth) {
    Block& target = block_at(depth);
    discard(surplus(target), target.branch_values());
    leave(target);
    is_live_ = false;
}

void FunctionLowering::branch_if(std::uint32_t depth) {
    Block& target = block_at(depth);
    // The condition is an operand still.
    if (surplus(target) == 1) {
        emitter_.emit_jump(Opcode::jump_if, target.label);
        return;
    }
    Label over;
    emitter_.emit_jump(Opcode::jump_unless, over);
    const std::uint32_t height = emitter_.height();
    discard(surplus(target), target.branch_values());
    leave(target);
    emitter_.set_height(height);
    emitter_.bind(over);
}

void FunctionLowering::branch_table(const WasmInstruction& instruction) {
    ++br_tables_;
    std::vector<Stub> stubs;
    emitter_.emit({.opcode = Opcode::jump_table, .b = instruction.targets.size()});
    for (const std::uint32_t depth : instruction.targets) {
        branch_row(depth, stubs);
    }
    branch_row(instruction.index, stubs);
    const std::uint32_t height = emitter_.height();
    for (Stub& stub : stubs) {
        if (emitter_.full()) {
            break;
        }
        Block& target = block_at(stub.depth);
        emitter_.set_height(height);
        emitter_.bind(stub.label);
        discard(surplus(target), target.branch_values());
        leave(target);
    }
    is_live_ = false;
}

void FunctionLowering::branch_row(std::uint32_t depth, std::vector<Stub>& stubs) {
    Block& target = block_at(depth);
    if (surplus(target) == 0) {
        emitter_.emit_row(target.label);
        return;
    }
    if (target.br_table != br_tables_) {
        target.br_table = br_tables_;
        target.stub = static_cast<std::uint32_t>(stubs.size());
        stubs.push_back({.depth = depth, .label = {}});
    }
    emitter_.emit_row(stubs[target.stub].label);
}

/// Goes to the target; the values to carry there are all that is above its height.
void FunctionLowering::leave(Block& target) {
    if (target.kind == BlockKind::function) {
        emitter_.emit({.opcode = Opcode::return_});
    } else {
        emitter_.emit_jump(Opcode::jump, target.label);
    }
}

/// Drops the `dropped` values under the topmost `kept`.
void FunctionLowering::discard(std::uint32_t dropped, std::uint32_t kept) {
    if (dropped == 0) {
        return;
    }
    if (kept <= 1) {
        drop(kept == 0 ? Opcode::drop : Opcode::drop_under, dropped);
        return;
    }
    scratch_ = std::max(scratch_, kept);
    for (std::uint32_t i = kept; i > 0; --i) {
        emitter_.emit({.opcode = Opcode::local_set, .b = locals_ + i - 1});
    }
    drop(Opcode::drop, dropped);
    for (std::uint32_t i = 0; i < kept; ++i) {
        emitter_.emit({.opcode = Opcode::local_get, .b = locals_ + i});
    }
}

void FunctionLowering::drop(Opcode opcode, std::uint32_t count) {
    while (count > 0) {
        const std::uint32_t portion = std::min(count, kMaxDroppedValues);
        emitter_.emit({.opcode = opcode, .b = portion});
        count -= portion;
    }
}

FunctionLowering::Block& FunctionLowering::block_at(std::uint32_t depth) {
    LOCKSTEP_CHECK(depth < blocks_.size());
    return blocks_[blocks_.size() - 1 - depth];
}

/// Operands that are neither carried by a branch to the target nor below it.
std::uint32_t FunctionLowering::surplus(const Block& target) const {
    return emitter_.height() - target.height - target.branch_values();
}

}  // namespace lockstep::vm
