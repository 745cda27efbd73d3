#include "vm/program/disassembly.hpp"

#include <algorithm>
#include <string_view>

#include "base/check.hpp"

namespace lockstep::vm {

namespace {

std::string with_name(std::string_view name, std::uint64_t value) {
    return std::string(" ") + std::string(name) + "=" + std::to_string(value);
}

std::string callee_text(const Program& program, std::uint32_t entry) {
    const auto function = function_at(program, entry);
    return function ? program.function_infos[function->value].name : std::to_string(entry);
}

std::string control_operands(const Program& program, const Instruction& instruction) {
    switch (instruction.opcode) {
        case Opcode::charge: return " " + std::to_string(instruction.a);
        case Opcode::jump:
        case Opcode::jump_if:
        case Opcode::jump_unless: return " " + std::to_string(instruction.b);
        case Opcode::jump_table: return with_name("rows", std::uint64_t{instruction.b} + 1);
        case Opcode::call: return " " + callee_text(program, instruction.b);
        case Opcode::call_reference: return with_name("type", instruction.b);
        default: return {};
    }
}

std::string variable_operands(const Instruction& instruction) {
    switch (instruction.opcode) {
        case Opcode::select: return {};
        case Opcode::const_: return " " + std::to_string(instruction.a);
        default: return " " + std::to_string(instruction.b);
    }
}

std::string memory_operands(const Instruction& instruction) {
    if (instruction.opcode == Opcode::memory_size || instruction.opcode == Opcode::memory_grow) {
        return {};
    }
    return with_name("offset", instruction.a);
}

std::string table_operands(const Instruction& instruction) {
    std::string text = " " + std::to_string(instruction.b);
    if (instruction.opcode == Opcode::table_init) {
        text += with_name("pool", instruction.a);
    } else if (instruction.opcode == Opcode::table_copy) {
        text += with_name("from", instruction.a);
    }
    return text;
}

}  // namespace

std::optional<FunctionIndex> function_at(const Program& program, std::uint32_t pc) {
    const auto& functions = program.functions;
    // Functions are in the order of their code, which has no gaps.
    const auto after = std::ranges::upper_bound(functions, pc, {}, &FunctionRecord::entry);
    if (after == functions.begin() || pc >= program.code.size()) {
        return std::nullopt;
    }
    return FunctionIndex(static_cast<std::uint32_t>(after - functions.begin() - 1));
}

std::string disassemble(const Program& program, std::uint32_t pc) {
    LOCKSTEP_CHECK(pc < program.code.size());
    const Instruction& instruction = program.code[pc];
    const OpcodeTraits& row = traits(instruction.opcode);
    std::string text(row.mnemonic);
    switch (row.family) {
        case Family::control: return text + control_operands(program, instruction);
        case Family::variable: return text + variable_operands(instruction);
        case Family::memory: return text + memory_operands(instruction);
        case Family::bulk:
            return instruction.opcode == Opcode::memory_init
                       ? text + with_name("pool", instruction.a)
                       : text;
        case Family::table: return text + table_operands(instruction);
        case Family::numeric:
        case Family::host: return text;
    }
    LOCKSTEP_CHECK(false);
}

}  // namespace lockstep::vm
