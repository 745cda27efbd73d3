#include "cli/step_text.hpp"

#include "cli/text.hpp"
#include "vm/program/disassembly.hpp"
#include "vm/program/opcode.hpp"

namespace lockstep::cli {

std::string opcode_name(std::uint16_t opcode) {
    const vm::OpcodeTraits* traits = vm::find_traits(opcode);
    return std::string(traits == nullptr ? "none" : traits->mnemonic);
}

std::string function_text(const vm::Program& program, std::uint32_t pc) {
    constexpr std::size_t kMaxCharacters = 80;
    const auto function = vm::function_at(program, pc);
    if (!function) {
        return pc < program.code.size() ? "the prologue" : "past the end";
    }
    return printable(program.function_infos[function->value].name, kMaxCharacters);
}

std::string instruction_text(const vm::Program& program, std::uint32_t pc) {
    return pc < program.code.size() ? printable(vm::disassemble(program, pc)) : "past the end";
}

}  // namespace lockstep::cli
