// Calls, and the code around a function's body.

#include <algorithm>
#include <array>

#include "base/check.hpp"
#include "vm/jit/function_compiler.hpp"

namespace lockstep::vm::jit {

namespace {

std::int32_t frame_bytes(const FunctionRecord& function) {
    return static_cast<std::int32_t>(8U * (std::uint32_t{4} << function.locals_depth));
}

/// Moves between registers that happen at once.
class ParallelMove {
public:
    void add(std::uint8_t to, std::uint8_t from) {
        if (to != from) {
            sources_.at(to) = from;
            pending_ |= 1U << to;
        }
    }

    /// move(to, from); a cycle is broken through the register `scratch`.
    template <typename Move>
    void emit(std::uint8_t scratch, Move move) {
        while (pending_ != 0) {
            if (!emit_free(move)) {
                const auto to = static_cast<std::uint8_t>(std::countr_zero(pending_));
                move(scratch, to);
                for (std::uint8_t other = 0; other < 16; ++other) {
                    if ((pending_ & (1U << other)) != 0 && sources_.at(other) == to) {
                        sources_.at(other) = scratch;
                    }
                }
            }
        }
    }

private:
    /// All whose register is no source of another.
    template <typename Move>
    bool emit_free(Move move) {
        bool any = false;
        for (std::uint8_t to = 0; to < 16; ++to) {
            if ((pending_ & (1U << to)) != 0 && !is_source(to)) {
                move(to, sources_.at(to));
                pending_ &= ~(1U << to);
                any = true;
            }
        }
        return any;
    }
    [[nodiscard]] bool is_source(std::uint8_t reg) const {
        for (std::uint8_t to = 0; to < 16; ++to) {
            if ((pending_ & (1U << to)) != 0 && sources_.at(to) == reg) {
                return true;
            }
        }
        return false;
    }

    std::array<std::uint8_t, 16> sources_{};
    std::uint32_t pending_ = 0;
};

}  // namespace

void FunctionCompiler::call(std::uint32_t callee) {
    const std::uint32_t type = program_.functions[callee].type;
    pass_arguments(type);
    enter_callee();
    asm_.embedUInt8(0xE8);
    call_fixups_.push_back({.offset = static_cast<std::uint32_t>(asm_.offset()), .callee = callee});
    asm_.embedUInt32(0);
    leave_callee(type);
}

/// The function's entry is in rax, where no argument is passed.
void FunctionCompiler::call_reference(std::uint32_t type) {
    Operand reference = operands_.pop();
    const std::uint8_t reg = operands_.read_gp(reference);
    asm_.mov(kScratch, gp64(reg));
    asm_.test(kScratch, kScratch);
    asm_.jz(trap(Trap::uninitialized_element));
    asm_.shl(kScratch, 4);
    asm_.add(kScratch, LOCKSTEP_CONTEXT(functions));
    // Of function i: at 16 i, and a reference is i + 1.
    asm_.cmp(
        x86::dword_ptr(kScratch, static_cast<std::int32_t>(offsetof(NativeFunction, type)) - 16),
        type);
    asm_.jne(trap(Trap::indirect_call_type_mismatch));
    operands_.release(reference);
    operands_.claim_gp(kResultGp);
    asm_.mov(gp64(kResultGp), x86::qword_ptr(kScratch, -16));
    pass_arguments(type);
    enter_callee();
    asm_.call(gp64(kResultGp));
    operands_.free_gp(kResultGp);
    leave_callee(type);
}

/// With the call_reference that follows, which needs the function that the slot names.
void FunctionCompiler::table_element(const Instruction& instruction) {
    Operand index = operands_.pop();
    const std::uint8_t reg = operands_.own_gp(index);
    const auto place = static_cast<std::int32_t>(instruction.b * sizeof(NativeTable));
    asm_.mov(kScratch, LOCKSTEP_CONTEXT(tables));
    asm_.cmp(gp64(reg), x86::qword_ptr(kScratch, place + 8));
    asm_.jae(trap(Trap::undefined_element));
    asm_.mov(kScratch, x86::qword_ptr(kScratch, place));
    asm_.mov(gp64(reg), x86::qword_ptr(kScratch, gp64(reg), 3));
    operands_.push_gp(reg);
}

void FunctionCompiler::pass_arguments(std::uint32_t type) {
    const auto count = static_cast<std::uint32_t>(program_.types[type].parameters.size());
    const std::uint32_t first = operands_.height() - count;
    const auto in_registers = convention_.in_registers(type);
    operands_.flush_for_call(first, in_registers);
    operands_.store_pinned();
    ParallelMove gp_moves;
    ParallelMove xmm_moves;
    std::array<bool, 16> are_moved{};
    for (std::size_t i = 0; i < in_registers.size(); ++i) {
        const auto& [index, place] = in_registers[i];
        const bool is_gp = place.kind == ArgumentPlace::Kind::gp;
        const auto source =
            is_gp ? operands_.gp_at(first + index) : operands_.xmm_at(first + index);
        if (source) {
            (is_gp ? gp_moves : xmm_moves).add(place.reg, *source);
            are_moved.at(i) = true;
        }
    }
    gp_moves.emit(static_cast<std::uint8_t>(kScratch.id()),
                  [&](std::uint8_t to, std::uint8_t from) { asm_.mov(gp64(to), gp64(from)); });
    xmm_moves.emit(static_cast<std::uint8_t>(kScratchXmm.id()),
                   [&](std::uint8_t to, std::uint8_t from) { asm_.vmovaps(xmm(to), xmm(from)); });
    for (std::size_t i = 0; i < in_registers.size(); ++i) {
        if (!are_moved.at(i)) {
            operands_.load_argument(first + in_registers[i].index, in_registers[i].place);
        }
    }
    operands_.drop(count);
    operands_.flush();
}

/// Locals and operands of the callee are behind those of this frame.
void FunctionCompiler::enter_callee() {
    asm_.add(kLocals, frame_bytes(program_.functions[function_]));
    if (operands_.height() != 0) {
        asm_.add(kValues, 8 * operands_.height());
    }
}

void FunctionCompiler::leave_callee(std::uint32_t type) {
    image_.call_sites.push_back({.offset = offset(), .return_pc = pc_ + 1});
    asm_.sub(kLocals, frame_bytes(program_.functions[function_]));
    if (operands_.height() != 0) {
        asm_.sub(kValues, 8 * operands_.height());
    }
    operands_.forget_registers();
    const std::vector<ValueType>& results = program_.types[type].results;
    if (results.size() != 1) {
        operands_.push_homes(static_cast<std::uint32_t>(results.size()));
    } else if (is_float_type(results[0])) {
        operands_.push_argument({.kind = ArgumentPlace::Kind::xmm, .reg = kResultXmm});
    } else {
        operands_.push_argument({.kind = ArgumentPlace::Kind::gp, .reg = kResultGp});
    }
    after_call_ = true;
}

/// Locals that are no parameters are 0.
void FunctionCompiler::initialise_locals() {
    const std::uint32_t parameters = program_.functions[function_].parameters;
    const std::uint32_t locals = program_.function_infos[function_].locals;
    constexpr std::uint32_t kUnrolled = 64;
    const std::uint32_t aligned = std::min((parameters + 3) / 4 * 4, locals);
    for (std::uint32_t local = parameters; local < aligned; ++local) {
        asm_.mov(Operands::local_home(local), 0);
    }
    if (locals > aligned) {
        asm_.vxorps(kScratchXmm, kScratchXmm, kScratchXmm);
    }
    if (locals - aligned <= kUnrolled) {
        for (std::uint32_t local = aligned; local < locals; local += 4) {
            asm_.vmovups(x86::ymmword_ptr(kLocals, static_cast<std::int32_t>(8 * local)),
                         kScratchXmm.ymm());
        }
    } else {
        const asmjit::Label again = asm_.newLabel();
        asm_.mov(kScratch.r32(), 8 * ((locals + 3) / 4 * 4 - aligned));
        asm_.bind(again);
        asm_.sub(kScratch.r32(), 32);
        asm_.vmovups(x86::ymmword_ptr(kLocals, kScratch, 0, static_cast<std::int32_t>(8 * aligned)),
                     kScratchXmm.ymm());
        asm_.jnz(again);
    }
    if (locals > aligned) {
        asm_.vzeroupper();
    }
    for (const PinnedLocal& pin : analysis_.pinned()) {
        if (pin.local >= parameters) {
            operands_.clear_pinned(pin.local);
        }
    }
}

void FunctionCompiler::store_arguments() {
    for (const auto& [index, place] : arguments_) {
        const x86::Mem to = Operands::home(index);
        place.kind == ArgumentPlace::Kind::gp ? asm_.mov(to, gp64(place.reg))
                                              : asm_.vmovq(to, xmm(place.reg));
    }
}

void FunctionCompiler::compile_check_stubs() {
    for (const Check& check : checks_) {
        compile_check_stub(check);
    }
}

/// Out: what is in registers goes home. In: it comes from there.
void FunctionCompiler::compile_check_stub(const Check& check) {
    const x86::Mem result_home = Operands::home(check.height - 1);
    asm_.bind(check.exit);
    switch (check.kind) {
        case CheckKind::entry: store_arguments(); break;
        case CheckKind::label:
            for (const PinnedLocal& pin : analysis_.pinned()) {
                const x86::Mem place = Operands::local_home(pin.local);
                pin.is_float ? asm_.vmovq(place, xmm(pin.reg)) : asm_.mov(place, gp64(pin.reg));
            }
            break;
        case CheckKind::returned:
            if (check.result.kind == Operand::Kind::gp) {
                asm_.mov(result_home, gp64(check.result.reg));
            } else if (check.result.kind == Operand::Kind::xmm) {
                asm_.vmovq(result_home, xmm(check.result.reg));
            }
            break;
    }
    asm_.mov(x86::eax, check.number);
    asm_.jmp(stubs_.check);

    image_.check_points[check.number].entry = offset();
    switch (check.kind) {
        case CheckKind::entry:
            for (const auto& [index, place] : arguments_) {
                const x86::Mem from = Operands::home(index);
                place.kind == ArgumentPlace::Kind::gp ? asm_.mov(gp64(place.reg), from)
                                                      : asm_.vmovq(xmm(place.reg), from);
            }
            break;
        case CheckKind::label:
            for (const PinnedLocal& pin : analysis_.pinned()) {
                const x86::Mem place = Operands::local_home(pin.local);
                pin.is_float ? asm_.vmovq(xmm(pin.reg), place) : asm_.mov(gp64(pin.reg), place);
            }
            break;
        case CheckKind::returned:
            if (check.result.kind == Operand::Kind::gp) {
                asm_.mov(gp64(check.result.reg), result_home);
            } else if (check.result.kind == Operand::Kind::xmm) {
                asm_.vmovq(xmm(check.result.reg), result_home);
            }
            break;
    }
    asm_.jmp(check.again);
}

void FunctionCompiler::compile_cold_code() {
    // Emitting it adds none.
    for (const ColdCode& cold : cold_) {
        asm_.bind(cold.begin);
        compile_cold(cold);
    }
}

void FunctionCompiler::compile_cold(const ColdCode& cold) {
    switch (cold.kind) {
        case ColdCode::Kind::trap:
            asm_.mov(x86::eax, cold.pc);
            asm_.mov(x86::edx, static_cast<std::uint32_t>(cold.trap));
            asm_.jmp(stubs_.fault);
            return;
        case ColdCode::Kind::nan:
            if (cold.size == 4) {
                asm_.vmovss(xmm(cold.reg), x86::dword_ptr(stubs_.nan32));
            } else {
                asm_.vmovsd(xmm(cold.reg), x86::qword_ptr(stubs_.nan64));
            }
            break;
        case ColdCode::Kind::global:
            asm_.mov(kScratch.r32(), static_cast<std::uint32_t>(cold.number));
            asm_.call(stubs_.mark_global);
            break;
        case ColdCode::Kind::store: compile_cold_store(cold); return;
    }
    asm_.jmp(cold.resume);
}

void FunctionCompiler::compile_cold_store(const ColdCode& cold) {
    if (cold.has_register) {
        asm_.mov(kScratch.r32(), static_cast<std::uint32_t>(cold.number));
        asm_.add(kScratch, gp64(cold.reg));
    } else {
        asm_.mov(kScratch, cold.number);
    }
    asm_.call(stubs_.prepare_store);
    image_.fault_sites.push_back({.offset = offset(), .pc = cold.pc});
    asm_.jmp(cold.resume);
}

void FunctionCompiler::compile_jump_tables() {
    for (const JumpTable& table : jump_tables_) {
        asm_.align(asmjit::AlignMode::kData, 4);
        asm_.bind(table.label);
        const std::uint32_t rows = program_.code[table.pc].b + 1;
        for (std::uint32_t row = 0; row < rows; ++row) {
            const std::uint32_t target = program_.code[table.pc + 1 + row].b;
            asm_.embedLabelDelta(label_at(target), table.label, 4);
        }
    }
}

}  // namespace lockstep::vm::jit
