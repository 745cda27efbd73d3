#pragma once

// The types of WebAssembly 2.0 without v128.
// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/syntax/types.html

#include <cstdint>
#include <optional>
#include <vector>

namespace lockstep::vm {

/// Number and reference types; each has the value of its byte in the binary format.
/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/binary/types.html#value-types
enum class ValueType : std::uint8_t {
    i32 = 0x7F,
    i64 = 0x7E,
    f32 = 0x7D,
    f64 = 0x7C,
    funcref = 0x70,
    externref = 0x6F,
};

[[nodiscard]] constexpr bool is_reference(ValueType type) {
    return type == ValueType::funcref || type == ValueType::externref;
}

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/syntax/types.html#function-types
struct FunctionType {
    std::vector<ValueType> parameters;
    std::vector<ValueType> results;

    bool operator==(const FunctionType&) const = default;
};

/// In units of pages for memories, of elements for tables.
/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/syntax/types.html#limits
struct Limits {
    std::uint32_t min = 0;
    std::optional<std::uint32_t> max;

    bool operator==(const Limits&) const = default;
};

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/syntax/types.html#table-types
struct TableType {
    ValueType element = ValueType::funcref;
    Limits limits;

    bool operator==(const TableType&) const = default;
};

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/syntax/types.html#memory-types
struct MemoryType {
    Limits limits;

    bool operator==(const MemoryType&) const = default;
};

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/syntax/types.html#global-types
struct GlobalType {
    ValueType value = ValueType::i32;
    bool is_mutable = false;

    bool operator==(const GlobalType&) const = default;
};

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/syntax/types.html#external-types
enum class ExternKind : std::uint8_t { function = 0, table = 1, memory = 2, global = 3 };

}  // namespace lockstep::vm
