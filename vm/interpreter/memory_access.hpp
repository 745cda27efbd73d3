#pragma once

// What handlers of loads and stores have in common.

#include <cstring>
#include <type_traits>

#include "vm/instructions/memory.hpp"
#include "vm/interpreter/memory_handlers.hpp"
#include "vm/interpreter/opcode_class.hpp"
#include "vm/machine/memory.hpp"

namespace lockstep::vm {

/// The address, an i32, and the offset.
template <Address address, Source part>
[[nodiscard, gnu::always_inline]] inline std::uint64_t effective_address(const Registers& r) {
    const auto first = static_cast<std::uint32_t>(operand<part, false>(r, 1));
    if constexpr (address == Address::plain) {
        return std::uint64_t{first} + wide_field(r.record, 2);
    } else {
        const std::uint64_t offset = wide_field(r.record, 4);
        if constexpr (address == Address::plus_constant) {
            return (first + wide_field(r.record, 2)) + offset;
        } else if constexpr (address == Address::scaled_plus_constant) {
            return ((first << field(r.record, 6) % 32U) + wide_field(r.record, 2)) + offset;
        } else {
            const auto second = static_cast<std::uint32_t>(slot(r, 2));
            if constexpr (address == Address::plus_slot) {
                return (first + second) + offset;
            } else {
                return ((first << field(r.record, 6) % 32U) + second) + offset;
            }
        }
    }
}

/// What is loaded, as a slot holds it.
template <Opcode opcode>
[[nodiscard, gnu::always_inline]] inline std::uint64_t load(const std::uint8_t* from) {
    const auto read = [from](auto value) {
        std::memcpy(&value, from, sizeof value);
        return value;
    };
    switch (opcode) {
        case Opcode::i32_load:
        case Opcode::i64_load32_u: return read(std::uint32_t{});
        case Opcode::i64_load: return read(std::uint64_t{});
        case Opcode::i32_load8_u:
        case Opcode::i64_load8_u: return read(std::uint8_t{});
        case Opcode::i32_load16_u:
        case Opcode::i64_load16_u: return read(std::uint16_t{});
        case Opcode::i32_load8_s: return as_u32(sign_extend(read(std::uint8_t{}), 1));
        case Opcode::i32_load16_s: return as_u32(sign_extend(read(std::uint16_t{}), 2));
        case Opcode::i64_load8_s: return sign_extend(read(std::uint8_t{}), 1);
        case Opcode::i64_load16_s: return sign_extend(read(std::uint16_t{}), 2);
        case Opcode::i64_load32_s: return sign_extend(read(std::uint32_t{}), 4);
        default: return 0;
    }
}

[[nodiscard]] constexpr std::uint32_t access_bytes(Opcode opcode) {
    switch (opcode) {
        case Opcode::i64_load:
        case Opcode::i64_store: return 8;
        case Opcode::i32_load:
        case Opcode::i64_load32_s:
        case Opcode::i64_load32_u:
        case Opcode::i32_store:
        case Opcode::i64_store32: return 4;
        case Opcode::i32_load16_s:
        case Opcode::i32_load16_u:
        case Opcode::i64_load16_s:
        case Opcode::i64_load16_u:
        case Opcode::i32_store16:
        case Opcode::i64_store16: return 2;
        default: return 1;
    }
}

inline constexpr std::uint32_t kOutOfBounds =
    static_cast<std::uint32_t>(Trap::out_of_bounds_memory_access);

/// Of a store to a chunk that has not been logged since the last commitment.
[[nodiscard]] Handler* first_store_handler();

/// Stores the low bytes of the value, at the end of a record of so many words.
template <std::uint32_t bytes>
[[nodiscard, gnu::always_inline]] inline Next store_and_go_on(Registers& r, std::uint64_t to,
                                                              std::uint64_t value,
                                                              std::size_t words) {
    using Value = std::conditional_t<
        bytes == 8, std::uint64_t,
        std::conditional_t<bytes == 4, std::uint32_t,
                           std::conditional_t<bytes == 2, std::uint16_t, std::uint8_t>>>;
    const auto stored = static_cast<Value>(value);
    if (to + bytes > r.memory_bytes) [[unlikely]] {
        return leave(r, Leaving::trap, kOutOfBounds);
    }
    const std::uint8_t* flags = r.memory - Memory::kFlagsDistance;
    unsigned logged = flags[to / kChunkBytes];
    if constexpr (bytes > 1) {
        logged &= flags[(to + bytes - 1) / kChunkBytes];
    }
    if ((logged & Memory::kLogged) == 0) [[unlikely]] {
        r.context->store_address = to;
        r.context->store_value = stored;
        r.context->store_size = bytes;
        r.context->store_words = static_cast<std::uint32_t>(words);
        return first_store_handler();
    }
    std::memcpy(r.memory + to, &stored, sizeof stored);
    return go_on(r, words);
}

}  // namespace lockstep::vm
