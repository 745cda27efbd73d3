#pragma once

// What the registers of the processor hold in native code.

#include <array>
#include <cstdint>

#include <asmjit/x86.h>

#include "vm/jit/context.hpp"

namespace lockstep::vm::jit {

namespace x86 = asmjit::x86;

// rsp: the native stack, a return address a frame.
inline constexpr x86::Gp kMemory = x86::rbx;   // address of memory 0, behind the context
inline constexpr x86::Gp kLocals = x86::rbp;   // the running frame's locals
inline constexpr x86::Gp kValues = x86::r14;   // the running frame's operands
inline constexpr x86::Gp kCounter = x86::r15;  // steps and gas (context.hpp)
inline constexpr x86::Gp kBudget = x86::r13;   // slots that frames may still take
inline constexpr x86::Gp kScratch = x86::rsi;  // for one instruction's own use
inline constexpr x86::Xmm kScratchXmm = x86::xmm15;

/// Registers of locals, in the order in which they are given away; arguments are passed in them, and
/// what no local takes holds operands.
inline constexpr std::array<std::uint8_t, 6> kLocalGps{7, 8, 9, 10, 11, 12};  // rdi, r8 ...
inline constexpr std::array<std::uint8_t, 7> kLocalXmms{8, 9, 10, 11, 12, 13, 14};
/// Registers of operands alone.
inline constexpr std::array<std::uint8_t, 3> kOperandGps{0, 1, 2};  // rax, rcx, rdx
inline constexpr std::array<std::uint8_t, 8> kOperandXmms{0, 1, 2, 3, 4, 5, 6, 7};

/// A single result of a function.
inline constexpr std::uint8_t kResultGp = 0;
inline constexpr std::uint8_t kResultXmm = 0;

[[nodiscard]] inline x86::Gp gp32(std::uint8_t id) {
    return x86::gpd(id);
}
[[nodiscard]] inline x86::Gp gp64(std::uint8_t id) {
    return x86::gpq(id);
}
[[nodiscard]] inline x86::Xmm xmm(std::uint8_t id) {
    return x86::xmm(id);
}

[[nodiscard]] inline x86::Mem context_field(std::size_t offset, std::uint32_t size) {
    return {kMemory, static_cast<std::int32_t>(offset) - static_cast<std::int32_t>(sizeof(Context)),
            size};
}

#define LOCKSTEP_CONTEXT(field) \
    context_field(offsetof(Context, field), sizeof(decltype(Context::field)))

}  // namespace lockstep::vm::jit
