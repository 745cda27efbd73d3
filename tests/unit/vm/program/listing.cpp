#include "listing.hpp"

#include <utility>

#include <gtest/gtest.h>

#include "base/check.hpp"
#include "base/hex.hpp"
#include "program_checks.hpp"
#include "vm/module/decode.hpp"
#include "vm/module/validate.hpp"
#include "vm/program/lowering.hpp"

namespace lockstep::vm {

namespace {

bool is_jump(Opcode opcode) {
    return opcode == Opcode::jump || opcode == Opcode::jump_if || opcode == Opcode::jump_unless;
}

std::string line(const Instruction& instruction, std::uint32_t begin) {
    std::string text(traits(instruction.opcode).mnemonic);
    if (is_jump(instruction.opcode)) {
        return text + " -> " + std::to_string(instruction.b - begin);
    }
    if (instruction.a != 0) {
        text += " a=" + std::to_string(instruction.a);
    }
    if (instruction.b != 0) {
        text += " b=" + std::to_string(instruction.b);
    }
    if (instruction.c != 0) {
        text += " c=" + std::to_string(instruction.c);
    }
    return text;
}

std::string lines(const Program& program, std::uint32_t begin, std::uint32_t end) {
    std::string text = "\n";
    for (std::uint32_t pc = begin; pc < end; ++pc) {
        text += std::to_string(pc - begin) + " " + line(program.code[pc], begin) + "\n";
    }
    return text;
}

}  // namespace

Bytes bytes_of(std::string_view digits) {
    auto bytes = bytes_from_hex("0x" + std::string(digits));
    LOCKSTEP_CHECK(bytes.has_value());
    return *std::move(bytes);
}

std::expected<Program, LoadError> try_lower(const Bytes& wasm) {
    LOCKSTEP_TRY(Module module, decode(wasm));
    LOCKSTEP_TRY(const ValidModule valid, validate(std::move(module)));
    return lower(valid);
}

Program lower_module(const Bytes& wasm) {
    auto program = try_lower(wasm);
    LOCKSTEP_CHECK(program.has_value());
    EXPECT_EQ(find_faults(*program), std::vector<std::string>{});
    return *std::move(program);
}

Program lower_module(std::string_view digits) {
    return lower_module(bytes_of(digits));
}

std::string listing(const Program& program, std::uint32_t function) {
    return lines(program, program.functions[function].entry,
                 program.function_infos[function].code_end);
}

std::string prologue_listing(const Program& program) {
    const auto end = program.functions.empty() ? static_cast<std::uint32_t>(program.code.size())
                                               : program.functions.front().entry;
    return lines(program, 0, end);
}

}  // namespace lockstep::vm
