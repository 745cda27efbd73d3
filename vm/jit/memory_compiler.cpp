// Loads, stores and globals.

#include <bit>

#include "base/check.hpp"
#include "vm/jit/access_size.hpp"
#include "vm/jit/function_compiler.hpp"

namespace lockstep::vm::jit {

namespace {

constexpr std::uint64_t kMaxDisplacement = 0x7FFF'0000;
constexpr unsigned kChunkBits = 12;
static_assert(kChunkBytes == 1U << kChunkBits);

std::uint64_t offset_of(const Instruction& instruction) {
    return static_cast<std::uint32_t>(instruction.a);
}

}  // namespace

/// Memories but the first, and what changes their size, are the interpreter's.
bool FunctionCompiler::compile_memory(const Instruction& instruction) {
    if (instruction.b != 0 || instruction.opcode == Opcode::memory_grow) {
        return false;
    }
    switch (instruction.opcode) {
        case Opcode::i32_store:
        case Opcode::i64_store:
        case Opcode::i32_store8:
        case Opcode::i32_store16:
        case Opcode::i64_store8:
        case Opcode::i64_store16:
        case Opcode::i64_store32: store(instruction, access_size(instruction.opcode)); return true;
        case Opcode::memory_size: {
            const std::uint8_t reg = result_gp(nullptr);
            asm_.mov(gp64(reg), LOCKSTEP_CONTEXT(pages));
            operands_.push_gp(reg);
            return true;
        }
        default: load(instruction); return true;
    }
}

/// Where an access is; the scratch register may be part of it.
x86::Mem FunctionCompiler::place_of(const Instruction& instruction, Operand& address,
                                    std::uint32_t size) {
    const std::uint64_t offset = offset_of(instruction);
    if (address.kind == Operand::Kind::constant) {
        const std::uint64_t at = static_cast<std::uint32_t>(address.constant) + offset;
        if (at <= kMaxDisplacement) {
            return {kMemory, static_cast<std::int32_t>(at), size};
        }
        asm_.mov(kScratch, at);
        return {kMemory, kScratch, 0, 0, size};
    }
    const std::uint8_t reg = operands_.read_gp(address);
    if (offset <= kMaxDisplacement) {
        return {kMemory, gp64(reg), 0, static_cast<std::int32_t>(offset), size};
    }
    asm_.mov(kScratch.r32(), static_cast<std::uint32_t>(offset));
    asm_.add(kScratch, gp64(reg));
    return {kMemory, kScratch, 0, 0, size};
}

void FunctionCompiler::check_bounds(const Instruction& instruction, Operand& address,
                                    std::uint32_t size) {
    if (options_.guard_pages) {
        return;
    }
    const std::uint64_t end = offset_of(instruction) + size;
    if (address.kind == Operand::Kind::constant) {
        asm_.mov(kScratch, static_cast<std::uint32_t>(address.constant) + end);
    } else {
        const std::uint8_t reg = operands_.read_gp(address);
        if (end <= kMaxDisplacement) {
            asm_.lea(kScratch, x86::ptr(gp64(reg), static_cast<std::int32_t>(end)));
        } else {
            asm_.mov(kScratch, end);
            asm_.add(kScratch, gp64(reg));
        }
    }
    asm_.cmp(kScratch, LOCKSTEP_CONTEXT(memory_bytes));
    asm_.ja(trap(Trap::out_of_bounds_memory_access));
}

/// Before a write: its chunks must be logged, and so in bounds; else a helper sees to them.
///
/// The flag is looked up by the address rotated so that the bits that must be 0 in a multiple of the
/// size come on top: of any other address it is one of those that are never set, and the cold code
/// looks closely. An address beyond 32 bits finds the flag of another; then the store itself faults.
void FunctionCompiler::check_chunk(const Instruction& instruction, Operand& address,
                                   std::uint32_t size) {
    const std::uint64_t offset = offset_of(instruction);
    const auto distance = -static_cast<std::int32_t>(Memory::kFlagsDistance);
    ColdCode cold(ColdCode::Kind::store);
    cold.size = static_cast<std::uint8_t>(size);
    cold.begin = asm_.newLabel();
    cold.resume = asm_.newLabel();
    cold.pc = pc_;
    cold.number = offset;
    if (address.kind == Operand::Kind::constant) {
        const std::uint64_t at = static_cast<std::uint32_t>(address.constant) + offset;
        cold.has_register = false;
        cold.number = at;
        if (at > kMaxDisplacement || at % kChunkBytes + size > kChunkBytes) {
            asm_.jmp(cold.begin);
        } else {
            asm_.test(
                x86::byte_ptr(kMemory, distance + static_cast<std::int32_t>(at / kChunkBytes)),
                Memory::kLogged);
            asm_.jz(cold.begin);
        }
    } else {
        if (offset != 0) {
            check_bounds(instruction, address, size);
        }
        cold.reg = address.reg;
        const auto rotation = static_cast<unsigned>(std::countr_zero(size));
        const x86::Gp sum = kScratch.r32();
        if (offset > kMaxDisplacement) {
            asm_.mov(sum, static_cast<std::uint32_t>(offset));
            asm_.add(sum, gp32(address.reg));
        } else if (offset != 0) {
            asm_.lea(sum, x86::ptr(gp64(address.reg), static_cast<std::int32_t>(offset)));
        } else if (rotation == 0) {
            asm_.mov(sum, gp32(address.reg));
        }
        if (rotation != 0) {
            asm_.rorx(sum, offset == 0 ? gp32(address.reg) : sum, rotation);
        }
        asm_.shr(sum, kChunkBits - rotation);
        asm_.test(x86::byte_ptr(kMemory, kScratch, 0, distance), Memory::kLogged);
        asm_.jz(cold.begin);
    }
    asm_.bind(cold.resume);
    cold_.push_back(cold);
}

void FunctionCompiler::store(const Instruction& instruction, std::uint32_t size) {
    Operand value = operands_.pop();
    Operand address = operands_.pop();
    ++path_.stores;
    note_path();
    const bool is_whole =
        instruction.opcode == Opcode::i32_store || instruction.opcode == Opcode::i64_store;
    const bool is_float = is_whole && operands_.is_in_xmm(value);
    const auto signed_value = static_cast<std::int64_t>(value.constant);
    const bool is_immediate = value.kind == Operand::Kind::constant &&
                              (size < 8 || signed_value == static_cast<std::int32_t>(signed_value));
    std::uint8_t reg = 0;
    if (is_float) {
        operands_.make_canonical(value);
        reg = operands_.read_xmm(value, 8);
    } else if (!is_immediate) {
        reg = operands_.read_gp(value);
    }
    if (address.kind != Operand::Kind::constant) {
        // Where it is a local's, too: for the cold code.
        address.reg = operands_.read_gp(address);
    }
    if (!options_.without_dirty_chunks) {
        check_chunk(instruction, address, size);
    }
    const x86::Mem place = place_of(instruction, address, size);
    image_.fault_sites.push_back({.offset = offset(), .pc = pc_});
    if (is_float) {
        size == 4 ? asm_.vmovss(place, xmm(reg)) : asm_.vmovsd(place, xmm(reg));
    } else if (is_immediate) {
        const std::uint64_t mask =
            size == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << 8 * size) - 1;
        const std::uint64_t bits = value.constant & mask;
        asm_.mov(place, size == 4 ? static_cast<std::int64_t>(static_cast<std::int32_t>(bits))
                                  : static_cast<std::int64_t>(bits));
    } else {
        switch (size) {
            case 1: asm_.mov(place, x86::gpb(reg)); break;
            case 2: asm_.mov(place, x86::gpw(reg)); break;
            case 4: asm_.mov(place, gp32(reg)); break;
            default: asm_.mov(place, gp64(reg)); break;
        }
    }
    operands_.release(value);
    operands_.release(address);
}

void FunctionCompiler::global_get(std::uint32_t index) {
    const std::uint8_t reg = result_gp(nullptr);
    asm_.mov(kScratch, LOCKSTEP_CONTEXT(globals));
    asm_.mov(gp64(reg), x86::qword_ptr(kScratch, static_cast<std::int32_t>(8 * index)));
    operands_.push_gp(reg);
}

void FunctionCompiler::global_set(std::uint32_t index) {
    Operand value = operands_.pop();
    const std::uint8_t reg = operands_.read_gp(value);
    asm_.mov(kScratch, LOCKSTEP_CONTEXT(globals));
    asm_.mov(x86::qword_ptr(kScratch, static_cast<std::int32_t>(8 * index)), gp64(reg));
    ColdCode cold(ColdCode::Kind::global);
    cold.begin = asm_.newLabel();
    cold.resume = asm_.newLabel();
    cold.number = index;
    asm_.mov(kScratch, LOCKSTEP_CONTEXT(globals_dirty));
    asm_.cmp(x86::byte_ptr(kScratch, static_cast<std::int32_t>(index / 4)), 0);
    asm_.je(cold.begin);
    asm_.bind(cold.resume);
    cold_.push_back(cold);
    operands_.release(value);
}

}  // namespace lockstep::vm::jit
