#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

#include "base/bytes.hpp"
#include "vm/module/types.hpp"

namespace lockstep::vm {

/// Spec names in snake_case; the value is the opcode byte, or 0xFC00 | n after the prefix 0xFC.
/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/binary/instructions.html
enum class WasmOpcode : std::uint16_t {
#define LOCKSTEP_WASM_OPCODE(name, code, text, immediate, parameters, results, align) name = (code),
#include "vm/module/wasm_opcodes.def"
#undef LOCKSTEP_WASM_OPCODE
};

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/binary/instructions.html#binary-blocktype
struct BlockType {
    enum class Kind : std::uint8_t { empty, value, type_index };

    Kind kind = Kind::empty;
    /// The one result, for Kind::value.
    ValueType value = ValueType::i32;
    /// The index of a function type, for Kind::type_index.
    std::uint32_t type_index = 0;

    bool operator==(const BlockType&) const = default;
};

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/binary/instructions.html#binary-memarg
struct MemoryArgument {
    std::uint32_t align_log2 = 0;
    std::uint32_t offset = 0;

    bool operator==(const MemoryArgument&) const = default;
};

/// The labels of a br_table, its default not among them, decoded from the module's bytes on the
/// way: `for (std::uint32_t label : instruction.targets)`. InstructionReader has checked them.
class BranchTargets {
public:
    class Iterator {
    public:
        using difference_type = std::ptrdiff_t;
        using value_type = std::uint32_t;

        Iterator() = default;
        explicit Iterator(const std::uint8_t* at) : at_(at) {}

        [[nodiscard]] std::uint32_t operator*() const;
        Iterator& operator++();
        Iterator operator++(int) {
            const Iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const Iterator&) const = default;

    private:
        const std::uint8_t* at_ = nullptr;
    };

    BranchTargets() = default;

    [[nodiscard]] std::uint32_t size() const { return count_; }
    [[nodiscard]] bool empty() const { return count_ == 0; }
    [[nodiscard]] Iterator begin() const { return Iterator(encoded_.data()); }
    [[nodiscard]] Iterator end() const { return Iterator(encoded_.data() + encoded_.size()); }

private:
    friend class InstructionReader;
    BranchTargets(ByteView encoded, std::uint32_t count) : encoded_(encoded), count_(count) {}

    ByteView encoded_;
    std::uint32_t count_ = 0;
};

/// One instruction with its immediates; those it doesn't have are as initialised here.
struct WasmInstruction {
    WasmOpcode opcode{};
    /// Of the opcode, in the module's bytes.
    std::uint32_t offset = 0;
    /// The first index: the label of br, br_if and br_table (its default); the function of call and
    /// ref_func; the type of call_indirect; the local, global, table or segment; the destination
    /// table of table_copy; the segment of memory_init and table_init.
    std::uint32_t index = 0;
    /// The table of call_indirect and table_init; the source table of table_copy.
    std::uint32_t second_index = 0;
    /// Loads and stores.
    MemoryArgument memory_argument;
    /// block, loop and if_.
    BlockType block_type;
    /// The type of ref_null and select_t.
    ValueType type = ValueType::i32;
    /// The bits of i32_const, i64_const, f32_const and f64_const; 32-bit ones zero-extended.
    std::uint64_t bits = 0;
    /// br_table.
    BranchTargets targets;
};

}  // namespace lockstep::vm
