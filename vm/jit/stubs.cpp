#include <array>
#include <ranges>

#include "vm/jit/function_compiler.hpp"

namespace lockstep::vm::jit {

namespace {

/// Registers that C++ may change and native code expects unchanged; the scratch register is not one.
constexpr std::array<std::uint8_t, 9> kVolatileGps{0, 1, 2, 7, 8, 9, 10, 11, 12};

x86::Mem saved_gp(std::uint8_t reg) {
    return context_field(offsetof(Context, saved_gp) + 8U * reg, 8);
}

x86::Mem saved_xmm(std::uint8_t reg) {
    return context_field(offsetof(Context, saved_xmm) + 8U * reg, 8);
}

class StubCompiler {
public:
    explicit StubCompiler(x86::Assembler& assembler) : asm_(assembler) {}

    Stubs compile() {
        leave_ = asm_.newLabel();
        stop_ = asm_.newLabel();
        enter();
        exits();
        helpers();
        constants();
        return stubs_;
    }

private:
    asmjit::Label here() {
        asmjit::Label label = asm_.newLabel();
        asm_.bind(label);
        return label;
    }

    /// void(Context*), called from C++. What native code returns to is on its stack already.
    void enter() {
        stubs_.enter = here();
        for (const x86::Gp& reg : kHostRegisters) {
            asm_.push(reg);
        }
        asm_.sub(x86::rsp, 8);
        asm_.lea(kMemory, x86::ptr(x86::rdi, static_cast<std::int32_t>(sizeof(Context))));
        asm_.mov(LOCKSTEP_CONTEXT(host_stack), x86::rsp);
        asm_.mov(kLocals, LOCKSTEP_CONTEXT(locals));
        asm_.mov(kValues, LOCKSTEP_CONTEXT(values));
        asm_.mov(kCounter, LOCKSTEP_CONTEXT(counter));
        asm_.mov(kBudget, LOCKSTEP_CONTEXT(budget));
        asm_.mov(x86::rsp, LOCKSTEP_CONTEXT(native_stack));
        asm_.jmp(LOCKSTEP_CONTEXT(entry));

        asm_.bind(leave_);
        asm_.mov(LOCKSTEP_CONTEXT(native_stack), x86::rsp);
        asm_.mov(LOCKSTEP_CONTEXT(locals), kLocals);
        asm_.mov(LOCKSTEP_CONTEXT(values), kValues);
        asm_.mov(LOCKSTEP_CONTEXT(counter), kCounter);
        asm_.mov(x86::rsp, LOCKSTEP_CONTEXT(host_stack));
        asm_.add(x86::rsp, 8);
        for (const x86::Gp& reg : std::views::reverse(kHostRegisters)) {
            asm_.pop(reg);
        }
        asm_.ret();
    }

    void leave_as(Exit exit) {
        asm_.mov(LOCKSTEP_CONTEXT(exit_kind), static_cast<std::uint32_t>(exit));
        asm_.jmp(leave_);
    }

    /// A window that is used up is opened anew where that can be, without leaving the frames that
    /// native code has begun.
    void check() {
        const asmjit::Label cannot = asm_.newLabel();
        stubs_.check = here();
        asm_.mov(LOCKSTEP_CONTEXT(exit_number), x86::eax);
        call_host(LOCKSTEP_CONTEXT(refill));
        asm_.test(x86::rax, x86::rax);
        asm_.jz(cannot);
        asm_.jmp(x86::rax);
        asm_.bind(cannot);
        leave_as(Exit::check);
    }

    void exits() {
        check();
        stubs_.refuse = here();
        asm_.mov(LOCKSTEP_CONTEXT(exit_number), x86::eax);
        leave_as(Exit::refused);
        stubs_.fault = here();
        asm_.mov(LOCKSTEP_CONTEXT(exit_pc), x86::eax);
        asm_.mov(LOCKSTEP_CONTEXT(exit_number), x86::edx);
        leave_as(Exit::trap);
        stubs_.returned_gp = here();
        asm_.mov(x86::qword_ptr(kValues), gp64(kResultGp));
        leave_as(Exit::returned);
        stubs_.returned_xmm = here();
        asm_.vmovq(x86::qword_ptr(kValues), xmm(kResultXmm));
        leave_as(Exit::returned);
        // A helper says that native code must be left; the frame is that of its caller.
        asm_.bind(stop_);
        asm_.add(x86::rsp, 8);
        asm_.jmp(leave_);
    }

    /// C++ runs on the stack that native code was entered from.
    void call_host(const x86::Mem& helper) {
        asm_.mov(LOCKSTEP_CONTEXT(counter), kCounter);
        asm_.mov(LOCKSTEP_CONTEXT(native_stack), x86::rsp);
        asm_.mov(x86::rsp, LOCKSTEP_CONTEXT(host_stack));
        asm_.lea(x86::rdi, x86::ptr(kMemory, -static_cast<std::int32_t>(sizeof(Context))));
        asm_.call(helper);
        asm_.mov(x86::rsp, LOCKSTEP_CONTEXT(native_stack));
        asm_.mov(kCounter, LOCKSTEP_CONTEXT(counter));
    }

    void call_helper(const x86::Mem& helper) {
        call_host(helper);
        asm_.test(x86::rax, x86::rax);
        asm_.jnz(stop_);
    }

    void helpers() {
        stubs_.execute = here();
        asm_.mov(LOCKSTEP_CONTEXT(locals), kLocals);
        asm_.mov(LOCKSTEP_CONTEXT(values), kValues);
        asm_.mov(x86::esi, x86::eax);
        asm_.mov(x86::edx, x86::ecx);
        asm_.mov(x86::ecx, x86::edi);
        call_helper(LOCKSTEP_CONTEXT(execute));
        asm_.ret();
        stubs_.prepare_store = here();
        pass_logged_store();
        call_preserving(LOCKSTEP_CONTEXT(prepare_store));
        stubs_.mark_global = here();
        call_preserving(LOCKSTEP_CONTEXT(mark_global));
    }

    /// What is no multiple of its size comes here though its chunks, or those of the widest store, may
    /// be logged.
    void pass_logged_store() {
        const asmjit::Label unlogged = asm_.newLabel();
        const auto distance = -static_cast<std::int32_t>(Memory::kFlagsDistance);
        asm_.push(x86::rax);
        for (const int last : {0, 7}) {
            asm_.lea(x86::rax, x86::ptr(kScratch, last));
            asm_.shr(x86::rax, 12);
            asm_.test(x86::byte_ptr(kMemory, x86::rax, 0, distance), Memory::kLogged);
            asm_.jz(unlogged);
        }
        asm_.pop(x86::rax);
        asm_.ret();
        asm_.bind(unlogged);
        asm_.pop(x86::rax);
    }

    /// The scratch register and the return address are the arguments.
    void call_preserving(const x86::Mem& helper) {
        for (const std::uint8_t reg : kVolatileGps) {
            asm_.mov(saved_gp(reg), gp64(reg));
        }
        for (std::uint8_t reg = 0; reg < 15; ++reg) {
            asm_.vmovq(saved_xmm(reg), xmm(reg));
        }
        asm_.mov(x86::rdx, x86::qword_ptr(x86::rsp));
        call_helper(helper);
        for (const std::uint8_t reg : kVolatileGps) {
            asm_.mov(gp64(reg), saved_gp(reg));
        }
        for (std::uint8_t reg = 0; reg < 15; ++reg) {
            asm_.vmovq(xmm(reg), saved_xmm(reg));
        }
        asm_.ret();
    }

    asmjit::Label constant(std::uint64_t low) {
        asm_.align(asmjit::AlignMode::kData, 16);
        const asmjit::Label label = here();
        asm_.embedUInt64(low);
        asm_.embedUInt64(0);
        return label;
    }

    void constants() {
        stubs_.nan32 = constant(0x7FC0'0000);
        stubs_.nan64 = constant(0x7FF8'0000'0000'0000);
        stubs_.sign32 = constant(0x8000'0000);
        stubs_.sign64 = constant(0x8000'0000'0000'0000);
        stubs_.magnitude32 = constant(0x7FFF'FFFF);
        stubs_.magnitude64 = constant(0x7FFF'FFFF'FFFF'FFFF);
    }

    /// Those that C++ expects unchanged.
    static constexpr std::array<x86::Gp, 6> kHostRegisters{x86::rbx, x86::rbp, x86::r12,
                                                           x86::r13, x86::r14, x86::r15};

    x86::Assembler& asm_;
    Stubs stubs_;
    asmjit::Label leave_;
    asmjit::Label stop_;
};

}  // namespace

Stubs compile_stubs(x86::Assembler& assembler) {
    return StubCompiler(assembler).compile();
}

}  // namespace lockstep::vm::jit
