#include "vm/program/lowering.hpp"

#include <cstdint>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "vm/program/code_emitter.hpp"
#include "vm/program/const_evaluation.hpp"
#include "vm/program/function_lowering.hpp"
#include "vm/program/function_names.hpp"
#include "vm/program/host_functions.hpp"
#include "vm/program/limits.hpp"
#include "vm/program/module_layout.hpp"

namespace lockstep::vm {

namespace {

/// The operands of the memory_init or table_init of an active segment.
void push_segment(const ConstExpression& start, const SegmentPlace& segment, const Program& program,
                  CodeEmitter& emitter) {
    emitter.emit({.opcode = Opcode::const_, .a = evaluate(start, program.globals)});
    emitter.emit({.opcode = Opcode::const_});
    emitter.emit({.opcode = Opcode::const_, .a = segment.length});
    emitter.emit({.opcode = Opcode::const_, .a = segment.length});
}

/// What instantiation does, then the call of the function that the run is about.
/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/exec/modules.html#instantiation
void lower_prologue(const Module& module, const ModuleLayout& layout, const Program& program,
                    CodeEmitter& emitter) {
    emitter.enter_function(1);  // the reference to that function
    for (std::size_t i = 0; i < module.element_segments.size(); ++i) {
        const ElementSegment& segment = module.element_segments[i];
        if (segment.mode == SegmentMode::active) {
            push_segment(segment.start, layout.element_segments[i], program, emitter);
            emitter.emit({.opcode = Opcode::table_init,
                          .c = layout.tables_depth,
                          .b = segment.table_index,
                          .a = layout.element_segments[i].pool_begin});
        }
    }
    for (std::size_t i = 0; i < module.data_segments.size(); ++i) {
        const DataSegment& segment = module.data_segments[i];
        if (segment.mode == SegmentMode::active) {
            push_segment(segment.start, layout.data_segments[i], program, emitter);
            emitter.emit({.opcode = Opcode::memory_init, .a = layout.data_segments[i].pool_begin});
        }
    }
    if (module.start) {
        emitter.emit_call({.opcode = Opcode::call, .b = *module.start}, 0, 0);
    }
    emitter.emit({.opcode = Opcode::invoke});
    emitter.emit({.opcode = Opcode::return_});
}

std::unexpected<LoadError> refuse_size(const Module& module, std::size_t offset) {
    if (max_instructions(module.bytes->size()) == kMaxCodeInstructions) {
        return refuse_limit("max_code_instructions", kMaxCodeInstructions, offset);
    }
    return refuse_limit("max_instructions_per_byte", kMaxInstructionsPerByte, offset);
}

/// Where messages about a function's code point.
std::size_t offset_of(const Module& module, std::uint32_t function) {
    return function < module.imported_function_count
               ? 0
               : module.codes[function - module.imported_function_count].body_offset;
}

Load<void> lower_functions(const Module& module, const ModuleLayout& layout, CodeEmitter& emitter,
                           Program& program) {
    std::vector<std::string> names = name_functions(module);
    for (std::uint32_t function = 0; function < module.functions.size(); ++function) {
        LOCKSTEP_TRY(const LoweredFunction lowered,
                     FunctionLowering(module, layout, function, emitter).lower());
        if (emitter.full()) {
            return refuse_size(module, offset_of(module, function));
        }
        program.functions.push_back(lowered.record);
        program.function_infos.push_back({.name = std::move(names[function]),
                                          .code_end = emitter.pc(),
                                          .locals = lowered.locals});
    }
    return {};
}

/// The immediates of direct calls, now that all functions are known.
void resolve_calls(Program& program) {
    for (Instruction& instruction : program.code) {
        if (instruction.opcode == Opcode::call) {
            const FunctionRecord& callee = program.functions[instruction.b];
            instruction.c = callee.locals_depth;
            instruction.b = callee.entry;
            instruction.a = callee.slots;
        }
    }
}

}  // namespace

std::expected<Program, LoadError> lower(const ValidModule& valid_module) {
    const Module& module = valid_module.module();
    LOCKSTEP_TRY(std::vector<Opcode> host_functions, resolve_imports(module));
    Program program;
    const ModuleLayout layout = lay_out(module, std::move(host_functions), program);
    CodeEmitter emitter(max_instructions(module.bytes->size()));
    lower_prologue(module, layout, program, emitter);
    // Six instructions for a segment, which takes at least four bytes.
    LOCKSTEP_CHECK(!emitter.full());
    LOCKSTEP_TRY_VOID(lower_functions(module, layout, emitter, program));
    program.code = emitter.take();
    resolve_calls(program);
    for (const Export& item : module.exports) {
        if (item.kind == ExternKind::function) {
            program.exported_functions.emplace(item.name, FunctionIndex(item.index));
        }
    }
    return program;
}

}  // namespace lockstep::vm
