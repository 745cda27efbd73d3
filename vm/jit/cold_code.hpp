#pragma once

#include <cstdint>
#include <vector>

#include "vm/jit/registers.hpp"
#include "vm/machine/trap.hpp"

namespace lockstep::vm::jit {

/// Entry points and constants that all code of a unit shares (stubs.cpp).
struct Stubs {
    asmjit::Label enter;
    asmjit::Label returned_gp;
    asmjit::Label returned_xmm;
    asmjit::Label fault;          // eax: pc, edx: trap
    asmjit::Label check;          // eax: number of the check point
    asmjit::Label refuse;         // eax: the callee's index
    asmjit::Label execute;        // called: eax: pc, ecx: operand height
    asmjit::Label prepare_store;  // called: scratch: address | size << 40
    asmjit::Label mark_global;    // called: scratch: index
    asmjit::Label nan32;          // constants
    asmjit::Label nan64;
    asmjit::Label sign32;
    asmjit::Label sign64;
    asmjit::Label magnitude32;
    asmjit::Label magnitude64;
};

/// Code that rarely runs, put behind the function's other code.
struct ColdCode {
    enum class Kind : std::uint8_t { trap, nan, store, global };

    explicit ColdCode(Kind of) : kind(of) {}

    Kind kind;
    std::uint8_t reg = 0;   // nan: the register; store: of the address
    std::uint8_t size = 0;  // nan: 4 or 8, of the float; store: of the value
    Trap trap{};
    asmjit::Label begin;
    asmjit::Label resume;
    std::uint32_t pc = 0;      // trap, store
    std::uint64_t number = 0;  // store: offset; global: index
    bool has_register = true;  // store: else the address is the offset
};

}  // namespace lockstep::vm::jit
