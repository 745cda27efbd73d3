#include "vm/program/function_lowering.hpp"

#include <algorithm>
#include <cstdint>

#include "base/check.hpp"
#include "base/tree_depth.hpp"
#include "vm/machine/gas.hpp"
#include "vm/module/instruction_reader.hpp"
#include "vm/program/host_functions.hpp"
#include "vm/program/limits.hpp"

namespace lockstep::vm {

namespace {

// FunctionRecord::parameter_kinds.
constexpr std::size_t kKindBits = 2;
constexpr std::size_t kMaxKinds = 64 / kKindBits;

ParameterKind kind_of(ValueType type) {
    switch (type) {
        case ValueType::i32:
        case ValueType::f32: return ParameterKind::bits32;
        case ValueType::i64:
        case ValueType::f64: return ParameterKind::bits64;
        case ValueType::externref: return ParameterKind::externref;
        case ValueType::funcref: return ParameterKind::funcref;
    }
    LOCKSTEP_CHECK(false);
}

std::uint64_t kinds_of(const std::vector<ValueType>& parameters) {
    std::uint64_t kinds = 0;
    for (std::size_t i = 0; i < std::min(parameters.size(), kMaxKinds); ++i) {
        kinds |= static_cast<std::uint64_t>(kind_of(parameters[i])) << (kKindBits * i);
    }
    return kinds;
}

bool uses_locals(Opcode opcode) {
    return opcode == Opcode::local_get || opcode == Opcode::local_set ||
           opcode == Opcode::local_tee;
}

}  // namespace

TreeDepths tree_depths(const Program& program) {
    return {.globals = static_cast<std::uint16_t>(slot_tree_depth(program.globals.size())),
            .tables = static_cast<std::uint16_t>(ceil_log2(program.tables.size())),
            .memories = static_cast<std::uint16_t>(ceil_log2(program.memories.size()))};
}

FunctionLowering::FunctionLowering(const Module& module, const ModuleLayout& layout,
                                   const TreeDepths& depths, std::uint32_t function,
                                   CodeEmitter& emitter)
    : module_(module),
      layout_(layout),
      depths_(depths),
      function_(function),
      type_(module.function_type(function)),
      emitter_(emitter),
      locals_(static_cast<std::uint32_t>(type_.parameters.size())) {}

LoweredFunction FunctionLowering::lower() {
    const std::uint32_t parameters = locals_;
    const std::uint32_t entry = emitter_.enter_function(parameters);
    for (std::uint32_t i = parameters; i > 0; --i) {
        emitter_.emit({.opcode = Opcode::local_set, .b = i - 1});
    }
    if (is_host_function()) {
        lower_host_function();
    } else {
        lower_body();
    }
    return finish(entry);
}

bool FunctionLowering::is_host_function() const {
    return function_ < module_.imported_function_count;
}

/// The body calls it with its own arguments.
void FunctionLowering::lower_host_function() {
    for (std::uint32_t i = 0; i < locals_; ++i) {
        emitter_.emit({.opcode = Opcode::local_get, .b = i});
    }
    const std::optional<Opcode> opcode = layout_.host_functions[function_];
    LOCKSTEP_CHECK(opcode.has_value());
    emit_host_function(*opcode);
    emitter_.emit({.opcode = Opcode::return_});
}

void FunctionLowering::emit_host_function(Opcode opcode) {
    emitter_.emit(uses_memory(opcode) ? memory_instruction(opcode) : Instruction{.opcode = opcode});
}

void FunctionLowering::lower_body() {
    const Code& code = module_.codes[function_ - module_.imported_function_count];
    locals_ += code.local_count;
    blocks_.push_back(
        {.kind = BlockKind::function, .results = static_cast<std::uint32_t>(type_.results.size())});
    InstructionReader reader(code.body, code.body_offset);
    while (!reader.at_end()) {
        const auto instruction = reader.read();
        LOCKSTEP_CHECK(instruction.has_value());
        if (is_live_) {
            lower_instruction(*instruction);
        } else {
            skip_dead(instruction->opcode);
        }
        if (emitter_.full()) {
            break;
        }
    }
    LOCKSTEP_CHECK(emitter_.full() || blocks_.empty());
}

void FunctionLowering::lower_instruction(const WasmInstruction& instruction) {
    if (!lower_control(instruction)) {
        lower_value(instruction);
    }
}

/// False where it is no control instruction.
bool FunctionLowering::lower_control(const WasmInstruction& instruction) {
    switch (instruction.opcode) {
        case WasmOpcode::unreachable:
            emitter_.emit({.opcode = Opcode::unreachable});
            is_live_ = false;
            return true;
        case WasmOpcode::nop: return true;
        case WasmOpcode::block: begin_block(BlockKind::block, instruction.block_type); return true;
        case WasmOpcode::loop: begin_block(BlockKind::loop, instruction.block_type); return true;
        case WasmOpcode::if_: begin_block(BlockKind::if_then, instruction.block_type); return true;
        case WasmOpcode::else_: begin_else(); return true;
        case WasmOpcode::end: end_block(); return true;
        case WasmOpcode::br: branch(instruction.index); return true;
        case WasmOpcode::br_if: branch_if(instruction.index); return true;
        case WasmOpcode::br_table: branch_table(instruction); return true;
        case WasmOpcode::return_:
            branch(static_cast<std::uint32_t>(blocks_.size() - 1));
            return true;
        case WasmOpcode::call: lower_call(instruction.index); return true;
        case WasmOpcode::call_indirect: lower_call_indirect(instruction); return true;
        default: return false;
    }
}

void FunctionLowering::lower_call(std::uint32_t callee) {
    if (callee < layout_.host_functions.size()) {
        if (const std::optional<Opcode> host_function = layout_.host_functions[callee]) {
            emit_host_function(*host_function);
            return;
        }
    }
    const FunctionType& type = module_.function_type(callee);
    emitter_.emit_call({.opcode = Opcode::call, .b = layout_.functions[callee]},
                       static_cast<std::uint32_t>(type.parameters.size()),
                       static_cast<std::uint32_t>(type.results.size()));
}

void FunctionLowering::lower_call_indirect(const WasmInstruction& instruction) {
    const FunctionType& type = module_.types[instruction.index];
    emitter_.emit({.opcode = Opcode::table_element,
                   .c = depths_.tables,
                   .b = layout_.tables[instruction.second_index]});
    emitter_.emit_call(
        {.opcode = Opcode::call_reference, .b = layout_.canonical_types[instruction.index]},
        static_cast<std::uint32_t>(type.parameters.size()),
        static_cast<std::uint32_t>(type.results.size()));
}

/// Fills in what is known only now that the body is lowered.
LoweredFunction FunctionLowering::finish(std::uint32_t entry) {
    LoweredFunction function;
    function.locals = locals_ + scratch_;
    FunctionRecord& record = function.record;
    record = {.type = layout_.canonical_types[module_.functions[function_]],
              .entry = entry,
              .slots = function.locals + emitter_.max_height(),
              .parameters = static_cast<std::uint16_t>(type_.parameters.size()),
              .results = static_cast<std::uint16_t>(type_.results.size()),
              .locals_depth = static_cast<std::uint8_t>(slot_tree_depth(function.locals)),
              .parameter_kinds = kinds_of(type_.parameters)};
    if (emitter_.full()) {
        return function;
    }
    auto& code = emitter_.code();
    for (std::size_t pc = entry; pc < code.size(); ++pc) {
        if (uses_locals(code[pc].opcode)) {
            code[pc].c = record.locals_depth;
        } else if (code[pc].opcode == Opcode::return_) {
            code[pc].a = record.slots;
        }
    }
    code[entry].a += (record.slots + kFrameSlotsPerGas - 1) / kFrameSlotsPerGas;
    return function;
}

}  // namespace lockstep::vm
