// Input: choices: an instruction with any immediates, and numbers of a state that no run reaches but
// whose hashes fit.
//
// Legal outcomes: the bundle of such a step is rejected, or it proves the step; then no other bundle
// from the same state does.

#include <array>

#include "fuzz/bundle_checks.hpp"
#include "fuzz/choices.hpp"
#include "fuzz/forging_access.hpp"
#include "fuzz/fuzz_target.hpp"
#include "vm/instructions/execute.hpp"

namespace lockstep::fuzz {

namespace {

constexpr auto kOpcodes = std::to_array<std::uint16_t>({
#define LOCKSTEP_OPCODE(code, name, family, price, pops, pushes, ends_superblock) (code),
#include "vm/program/opcodes.def"
#undef LOCKSTEP_OPCODE
});

vm::Instruction choose_instruction(Choices& choices) {
    const auto opcode = choices.below(kOpcodes.size());
    return {.opcode = static_cast<vm::Opcode>(kOpcodes[opcode]),
            .c = static_cast<std::uint16_t>(choices.number()),
            .b = static_cast<std::uint32_t>(choices.number()),
            .a = choices.number()};
}

void check_forged_state(ByteView input) {
    Choices choices(input);
    const vm::Instruction instruction = choose_instruction(choices);
    const std::uint32_t operands = vm::pop_count(instruction, vm::traits(instruction.opcode));
    ForgingAccess access(choices, instruction);
    // Nobody has the values that a greater drop takes; popping them one by one takes a while.
    const bool drops =
        instruction.opcode == vm::Opcode::drop || instruction.opcode == vm::Opcode::drop_under;
    if (!drops || instruction.b < 0x100) {
        (void)vm::execute(access, instruction);
    }
    const Bytes bundle = access.bundle(instruction, operands);
    const auto proven = trace::replay_witness(bundle);
    if (!proven) {
        return;
    }
    LOCKSTEP_CHECK(proven->opcode == static_cast<std::uint16_t>(instruction.opcode));
    check_proof(bundle, *proven);
    check_truncation(bundle, choices.any<std::uint16_t>() % bundle.size());
    Bytes forged = bundle;
    forged[choices.any<std::uint16_t>() % bundle.size()] ^= choices.any<std::uint8_t>();
    if (forged != bundle) {
        check_forgery(forged, proven->pre);
    }
}

}  // namespace

}  // namespace lockstep::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    lockstep::fuzz::check_forged_state({data, size});
    return 0;
}
