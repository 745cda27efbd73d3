#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "vm/module/types.hpp"
#include "vm/module/wasm_instruction.hpp"

namespace lockstep::vm {

// Offsets are positions in the module's bytes, for messages. Index spaces begin with the imports,
// as in the specification. Views point into Module::bytes.

/// One instruction of a constant expression: i32_const, i64_const, f32_const, f64_const, ref_null,
/// ref_func, global_get, or extended-const's i32_add, i32_sub, i32_mul, i64_add, i64_sub, i64_mul.
/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/valid/instructions.html#constant-expressions
struct ConstInstruction {
    WasmOpcode opcode{};
    std::uint32_t offset = 0;
    /// A constant's bits (32-bit ones zero-extended), the index of ref_func and global_get, the
    /// ValueType of ref_null; 0 for arithmetic.
    std::uint64_t bits = 0;

    bool operator==(const ConstInstruction&) const = default;
};

/// In postfix order, without the closing `end`. In a valid module it leaves exactly one value.
struct ConstExpression {
    std::vector<ConstInstruction> instructions;
    std::uint32_t offset = 0;
};

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/syntax/modules.html#imports
struct Import {
    std::string_view module;
    std::string_view name;
    ExternKind kind{};
    /// In the index space of its kind, which holds its type.
    std::uint32_t index = 0;
    std::uint32_t offset = 0;
};

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/syntax/modules.html#exports
struct Export {
    std::string_view name;
    ExternKind kind{};
    std::uint32_t index = 0;
    std::uint32_t offset = 0;
};

enum class SegmentMode : std::uint8_t { active, passive, declarative };

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/syntax/modules.html#element-segments
struct ElementSegment {
    SegmentMode mode{};
    ValueType type = ValueType::funcref;
    /// Of active segments only.
    std::uint32_t table_index = 0;
    ConstExpression start;
    /// Each element's initial value is one instruction: ref_func, ref_null or global_get. A segment
    /// written as a list of function indices is a list of ref_func here.
    std::vector<ConstInstruction> elements;
    std::uint32_t offset = 0;
};

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/syntax/modules.html#data-segments
struct DataSegment {
    SegmentMode mode{};
    /// Of active segments only.
    std::uint32_t memory_index = 0;
    ConstExpression start;
    ByteView bytes;
    std::uint32_t offset = 0;
};

/// Locals of one type with consecutive indices; `first` does not count the function's parameters.
struct LocalRun {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    ValueType type = ValueType::i32;

    bool operator==(const LocalRun&) const = default;
};

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/syntax/modules.html#functions
struct Code {
    /// Never expanded: six bytes can ask for 50'000 locals. No run is empty.
    std::vector<LocalRun> locals;
    /// The sum of the runs, without parameters.
    std::uint32_t local_count = 0;
    /// The body expression, its closing `end` included, and where it begins.
    ByteView body;
    std::uint32_t body_offset = 0;
};

struct FunctionName {
    std::uint32_t function_index = 0;
    std::string_view name;
};

/// A decoded module.
/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/syntax/modules.html
struct Module {
    /// Copies of a module share the bytes, so that its views stay good as long as one copy lives.
    std::shared_ptr<const Bytes> bytes;

    std::vector<FunctionType> types;
    std::vector<Import> imports;

    /// The type index of each function, and how many of them are imported.
    std::vector<std::uint32_t> functions;
    std::uint32_t imported_function_count = 0;
    std::vector<TableType> tables;
    std::uint32_t imported_table_count = 0;
    std::vector<MemoryType> memories;
    std::uint32_t imported_memory_count = 0;
    std::vector<GlobalType> globals;
    std::uint32_t imported_global_count = 0;

    /// Of the defined globals: that of global g is global_initializers[g - imported_global_count].
    std::vector<ConstExpression> global_initializers;
    std::vector<Export> exports;
    /// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/syntax/modules.html#start-function
    std::optional<std::uint32_t> start;
    std::uint32_t start_offset = 0;
    std::vector<ElementSegment> element_segments;
    /// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/binary/modules.html#data-count-section
    std::optional<std::uint32_t> data_count;
    /// Of the defined functions: that of function f is codes[f - imported_function_count].
    std::vector<Code> codes;
    std::vector<DataSegment> data_segments;

    /// From the custom section `name`, in increasing order of index; a function may have none.
    std::vector<FunctionName> function_names;

    /// The type of function `index`, which must exist and whose type must.
    [[nodiscard]] const FunctionType& function_type(std::uint32_t index) const {
        return types[functions[index]];
    }
};

/// The type of local `index`, parameters first, or nullopt. Logarithmic in the number of runs.
[[nodiscard]] std::optional<ValueType> local_type(const FunctionType& type, const Code& code,
                                                  std::uint32_t index);

/// The name of function `index` in the custom section `name`, or an empty view.
[[nodiscard]] std::string_view function_name(const Module& module, std::uint32_t index);

}  // namespace lockstep::vm
