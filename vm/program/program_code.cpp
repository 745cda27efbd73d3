#include "vm/program/program_code.hpp"

#include <string>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "vm/program/code_emitter.hpp"
#include "vm/program/function_lowering.hpp"
#include "vm/program/function_names.hpp"
#include "vm/program/limits.hpp"

namespace lockstep::vm {

namespace {

std::uint64_t size_bytes(std::span<const LinkedModule> modules) {
    std::uint64_t sum = 0;
    for (const LinkedModule& linked : modules) {
        sum += linked.module->bytes->size();
    }
    return sum;
}

/// About as many instructions as there will be: bodies of compilers have one for two bytes.
std::uint64_t expected_instructions(std::span<const LinkedModule> modules) {
    std::uint64_t body_bytes = 0;
    for (const LinkedModule& linked : modules) {
        for (const Code& code : linked.module->codes) {
            body_bytes += code.body.size();
        }
    }
    return body_bytes / 2;
}

/// The operands of the memory_init or table_init of an active segment.
void push_segment(const SegmentPlace& segment, CodeEmitter& emitter) {
    emitter.emit({.opcode = Opcode::const_, .a = segment.start});
    emitter.emit({.opcode = Opcode::const_});
    emitter.emit({.opcode = Opcode::const_, .a = segment.length});
    emitter.emit({.opcode = Opcode::const_, .a = segment.length});
}

/// What instantiation does.
/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/exec/modules.html#instantiation
void lower_instantiation(const LinkedModule& linked, const TreeDepths& depths,
                         CodeEmitter& emitter) {
    const auto& [module, layout] = linked;
    for (std::size_t i = 0; i < module->element_segments.size(); ++i) {
        const ElementSegment& segment = module->element_segments[i];
        if (segment.mode == SegmentMode::active) {
            push_segment(layout->element_segments[i], emitter);
            emitter.emit({.opcode = Opcode::table_init,
                          .c = depths.tables,
                          .b = layout->tables[segment.table_index],
                          .a = layout->element_segments[i].pool_begin});
        }
    }
    for (std::size_t i = 0; i < module->data_segments.size(); ++i) {
        if (module->data_segments[i].mode == SegmentMode::active) {
            push_segment(layout->data_segments[i], emitter);
            emitter.emit({.opcode = Opcode::memory_init,
                          .c = depths.memories,
                          .b = layout->memory,
                          .a = layout->data_segments[i].pool_begin});
        }
    }
    if (!module->start) {
        return;
    }
    emitter.emit_call({.opcode = Opcode::call, .b = layout->functions[*module->start]}, 0, 0);
}

LoadError size_error(std::uint64_t module_bytes, std::size_t offset) {
    if (max_instructions(module_bytes) == kMaxCodeInstructions) {
        return refuse_limit("max_code_instructions", kMaxCodeInstructions, offset).error();
    }
    return refuse_limit("max_instructions_per_byte", kMaxInstructionsPerByte, offset).error();
}

/// The instantiations, then the call of the function that the run is about.
std::expected<void, LinkError> lower_prologue(std::span<const LinkedModule> modules,
                                              const TreeDepths& depths, Program& program,
                                              CodeEmitter& emitter) {
    emitter.enter_function(1);  // the reference to that function
    for (std::uint32_t instance = 0; instance < modules.size(); ++instance) {
        program.instance_pcs.push_back(emitter.superblock_pc());
        lower_instantiation(modules[instance], depths, emitter);
        if (emitter.full()) {
            return std::unexpected(LinkError{instance, size_error(size_bytes(modules), 0)});
        }
    }
    program.invoke_pc = emitter.superblock_pc();
    emitter.emit({.opcode = Opcode::invoke});
    emitter.emit({.opcode = Opcode::return_});
    return {};
}

/// Where messages about a function's code point.
std::size_t offset_of(const Module& module, std::uint32_t function) {
    return function < module.imported_function_count
               ? 0
               : module.codes[function - module.imported_function_count].body_offset;
}

/// The functions that the module adds to the program: host functions that it imports, and its own.
std::expected<void, LinkError> lower_functions(std::span<const LinkedModule> modules,
                                               std::uint32_t instance, const TreeDepths& depths,
                                               CodeEmitter& emitter, Program& program) {
    const auto& [module, layout] = modules[instance];
    std::vector<std::string> names = name_functions(*module);
    for (std::uint32_t function = 0; function < module->functions.size(); ++function) {
        if (function < module->imported_function_count && !layout->host_functions[function]) {
            continue;
        }
        LOCKSTEP_CHECK(layout->functions[function] == program.functions.size());
        const LoweredFunction lowered =
            FunctionLowering(*module, *layout, depths, function, emitter).lower();
        if (emitter.full()) {
            return std::unexpected(
                LinkError{instance, size_error(size_bytes(modules), offset_of(*module, function))});
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

void name_exports(const LinkedModule& linked, Program& program) {
    for (const Export& item : linked.module->exports) {
        if (item.kind == ExternKind::function) {
            program.exported_functions.emplace(item.name,
                                               FunctionIndex(linked.layout->functions[item.index]));
        }
    }
}

}  // namespace

std::expected<void, LinkError> lower_code(std::span<const LinkedModule> modules, Program& program) {
    LOCKSTEP_CHECK(!modules.empty());
    if (program.memories.empty()) {
        program.memories.emplace_back();
    }
    const TreeDepths depths = tree_depths(program);
    CodeEmitter emitter(max_instructions(size_bytes(modules)));
    emitter.expect(expected_instructions(modules));
    LOCKSTEP_TRY_VOID(lower_prologue(modules, depths, program, emitter));
    for (std::uint32_t instance = 0; instance < modules.size(); ++instance) {
        LOCKSTEP_TRY_VOID(lower_functions(modules, instance, depths, emitter, program));
    }
    program.code = emitter.take();
    resolve_calls(program);
    name_exports(modules.back(), program);
    return {};
}

}  // namespace lockstep::vm
