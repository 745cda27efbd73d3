#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "vm/module/types.hpp"
#include "vm/module/wasm_instruction.hpp"

namespace lockstep::vm {

/// What follows an opcode in the binary format.
enum class ImmediateKind : std::uint8_t {
    none,
    block_type,
    label,
    labels,
    function,
    type_and_table,
    select_types,
    local,
    global,
    table,
    memory_argument,
    memory,
    i32,
    i64,
    f32,
    f64,
    reference_type,
    data_and_memory,
    data,
    two_memories,
    element_and_table,
    element,
    two_tables,
};

/// What wasm_opcodes.def says about an opcode.
struct OpcodeInfo {
    /// As in the text format; empty where the opcode doesn't exist.
    std::string_view text;
    ImmediateKind immediate = ImmediateKind::none;
    /// False where the validator has a rule of its own: then the next four say nothing.
    bool has_fixed_type = false;
    std::uint8_t parameter_count = 0;
    std::uint8_t result_count = 0;
    std::array<ValueType, 3> parameters{ValueType::i32, ValueType::i32, ValueType::i32};
    ValueType result = ValueType::i32;
    /// Greatest alignment of a load or store, as a power of two.
    std::uint8_t align_log2 = 0;
};

/// The opcode after the prefix 0xFC are 0xFC00 up to here.
inline constexpr std::size_t kPrefixedOpcodeCount = 18;
inline constexpr std::size_t kOpcodePrefix = 0xFC;

namespace detail {

constexpr ValueType value_type_of_letter(char letter) {
    switch (letter) {
        case 'i': return ValueType::i32;
        case 'l': return ValueType::i64;
        case 'f': return ValueType::f32;
        default: return ValueType::f64;
    }
}

constexpr OpcodeInfo make_opcode_info(std::string_view text, ImmediateKind immediate,
                                      std::string_view parameters, std::string_view results,
                                      std::uint8_t align_log2) {
    OpcodeInfo info{.text = text, .immediate = immediate, .align_log2 = align_log2};
    info.has_fixed_type = parameters != "?";
    if (info.has_fixed_type) {
        info.parameter_count = static_cast<std::uint8_t>(parameters.size());
        info.result_count = static_cast<std::uint8_t>(results.size());
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            info.parameters[i] = value_type_of_letter(parameters[i]);
        }
        if (!results.empty()) {
            info.result = value_type_of_letter(results[0]);
        }
    }
    return info;
}

/// The single bytes first, then those after the prefix 0xFC.
constexpr std::size_t opcode_slot(std::size_t code) {
    return code < 0x100 ? code : code - (kOpcodePrefix << 8U) + 0x100;
}

constexpr auto make_opcode_table() {
    std::array<OpcodeInfo, 0x100 + kPrefixedOpcodeCount> table;
#define LOCKSTEP_WASM_OPCODE(name, code, text, immediate, parameters, results, align) \
    table[opcode_slot(code)] =                                                        \
        make_opcode_info(text, ImmediateKind::immediate, parameters, results, align);
#include "vm/module/wasm_opcodes.def"
#undef LOCKSTEP_WASM_OPCODE
    return table;
}

inline constexpr auto kOpcodeTable = make_opcode_table();

}  // namespace detail

[[nodiscard]] constexpr const OpcodeInfo& opcode_info(WasmOpcode opcode) {
    return detail::kOpcodeTable[detail::opcode_slot(static_cast<std::size_t>(opcode))];
}

}  // namespace lockstep::vm
