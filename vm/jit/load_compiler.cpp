// Loads, and arithmetic with what is loaded.

#include <optional>

#include "base/check.hpp"
#include "vm/jit/access_size.hpp"
#include "vm/jit/function_compiler.hpp"

namespace lockstep::vm::jit {

namespace {

namespace inst = x86::Inst;

/// An operation that can take its second operand from memory.
struct Folded {
    inst::Id instruction = inst::kIdNone;
    bool is_float = false;
    std::uint32_t size = 0;
};

std::optional<Folded> folded(Opcode opcode) {
    switch (opcode) {
        case Opcode::i32_add: return Folded{inst::kIdAdd, false, 4};
        case Opcode::i32_sub: return Folded{inst::kIdSub, false, 4};
        case Opcode::i32_and: return Folded{inst::kIdAnd, false, 4};
        case Opcode::i32_or: return Folded{inst::kIdOr, false, 4};
        case Opcode::i32_xor: return Folded{inst::kIdXor, false, 4};
        case Opcode::i32_mul: return Folded{inst::kIdImul, false, 4};
        case Opcode::i64_add: return Folded{inst::kIdAdd, false, 8};
        case Opcode::i64_sub: return Folded{inst::kIdSub, false, 8};
        case Opcode::i64_and: return Folded{inst::kIdAnd, false, 8};
        case Opcode::i64_or: return Folded{inst::kIdOr, false, 8};
        case Opcode::i64_xor: return Folded{inst::kIdXor, false, 8};
        case Opcode::i64_mul: return Folded{inst::kIdImul, false, 8};
        case Opcode::f32_add: return Folded{inst::kIdVaddss, true, 4};
        case Opcode::f32_sub: return Folded{inst::kIdVsubss, true, 4};
        case Opcode::f32_mul: return Folded{inst::kIdVmulss, true, 4};
        case Opcode::f32_div: return Folded{inst::kIdVdivss, true, 4};
        case Opcode::f64_add: return Folded{inst::kIdVaddsd, true, 8};
        case Opcode::f64_sub: return Folded{inst::kIdVsubsd, true, 8};
        case Opcode::f64_mul: return Folded{inst::kIdVmulsd, true, 8};
        case Opcode::f64_div: return Folded{inst::kIdVdivsd, true, 8};
        default: return std::nullopt;
    }
}

}  // namespace

/// Does the next instruction too, if it computes with what is loaded. A fault is the load's.
bool FunctionCompiler::fold_load(const x86::Mem& place, Operand& address) {
    const std::optional<Folded> operation = folded(next_opcode());
    if (!operation || operands_.height() == 0 || operands_.top().kind == Operand::Kind::constant) {
        return false;
    }
    const FaultSite site{.offset = 0, .pc = pc_};
    const auto note_site = [&] {
        image_.fault_sites.push_back({.offset = offset(), .pc = site.pc});
    };
    ++pc_;
    Operand left = operands_.pop();
    if (operation->is_float) {
        const std::uint8_t first =
            operands_.read_xmm(left, static_cast<std::uint8_t>(operation->size));
        const std::uint8_t result = result_xmm(&left);
        note_site();
        asm_.emit(operation->instruction, xmm(result), xmm(first), place);
        if (left.kind == Operand::Kind::xmm && left.reg != result) {
            operands_.release(left);
        }
        operands_.release(address);
        push_float(result, operation->size);
        return true;
    }
    const std::uint8_t result = result_gp(&left);
    const x86::Gp destination =
        operation->size == 8 ? x86::Gp(gp64(result)) : x86::Gp(gp32(result));
    const bool is_in_place = operands_.gp_of(left) == result;
    if (!is_in_place && operands_.gp_of(address) == result) {
        // The address would be lost before it is used.
        const x86::Gp loaded = operation->size == 8 ? x86::Gp(kScratch) : x86::Gp(kScratch.r32());
        note_site();
        asm_.mov(loaded, place);
        operands_.move_to_gp(left, result);
        asm_.emit(operation->instruction, destination, loaded);
    } else {
        if (!is_in_place) {
            operands_.move_to_gp(left, result);
        }
        note_site();
        asm_.emit(operation->instruction, destination, place);
    }
    operands_.release(address);
    operands_.push_gp(result);
    return true;
}

void FunctionCompiler::load(const Instruction& instruction) {
    Operand address = operands_.pop();
    const std::uint32_t size = access_size(instruction.opcode);
    check_bounds(instruction, address, size);
    const x86::Mem place = place_of(instruction, address, size);
    const bool is_whole =
        instruction.opcode == Opcode::i32_load || instruction.opcode == Opcode::i64_load;
    if (is_whole && fold_load(place, address)) {
        return;
    }
    if (is_whole && analysis_.is_float(pc_)) {
        const std::uint8_t reg = result_xmm(nullptr);
        image_.fault_sites.push_back({.offset = offset(), .pc = pc_});
        size == 4 ? asm_.vmovss(xmm(reg), place) : asm_.vmovsd(xmm(reg), place);
        operands_.release(address);
        operands_.push_xmm(reg);
        return;
    }
    const std::uint8_t reg = result_gp(&address);
    image_.fault_sites.push_back({.offset = offset(), .pc = pc_});
    const x86::Gp low = gp32(reg);
    const x86::Gp full = gp64(reg);
    switch (instruction.opcode) {
        case Opcode::i32_load:
        case Opcode::i64_load32_u: asm_.mov(low, place); break;
        case Opcode::i64_load: asm_.mov(full, place); break;
        case Opcode::i32_load8_s:
        case Opcode::i32_load16_s: asm_.movsx(low, place); break;
        case Opcode::i32_load8_u:
        case Opcode::i32_load16_u:
        case Opcode::i64_load8_u:
        case Opcode::i64_load16_u: asm_.movzx(low, place); break;
        case Opcode::i64_load8_s:
        case Opcode::i64_load16_s: asm_.movsx(full, place); break;
        case Opcode::i64_load32_s: asm_.movsxd(full, place); break;
        default: LOCKSTEP_CHECK(false);
    }
    if (address.kind != Operand::Kind::gp || address.reg != reg) {
        operands_.release(address);
    }
    operands_.push_gp(reg);
}

}  // namespace lockstep::vm::jit
