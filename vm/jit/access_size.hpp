#pragma once

#include <cstdint>

#include "vm/program/opcode.hpp"

namespace lockstep::vm::jit {

/// Bytes that a load or store is about.
[[nodiscard]] constexpr std::uint32_t access_size(Opcode opcode) {
    switch (opcode) {
        case Opcode::i32_load8_s:
        case Opcode::i32_load8_u:
        case Opcode::i64_load8_s:
        case Opcode::i64_load8_u:
        case Opcode::i32_store8:
        case Opcode::i64_store8: return 1;
        case Opcode::i32_load16_s:
        case Opcode::i32_load16_u:
        case Opcode::i64_load16_s:
        case Opcode::i64_load16_u:
        case Opcode::i32_store16:
        case Opcode::i64_store16: return 2;
        case Opcode::i64_load:
        case Opcode::i64_store: return 8;
        default: return 4;
    }
}

}  // namespace lockstep::vm::jit
