#pragma once

// A program as threaded code, and what leads from its places to those of the lowered program.

#include <cstdint>
#include <vector>

#include "vm/interpreter/registers.hpp"
#include "vm/program/program.hpp"

namespace lockstep::vm {

/// A function as its frames are seen by threaded code.
struct FunctionShape {
    std::uint32_t entry = 0;  // pc
    std::uint32_t parameters = 0;
    std::uint32_t results = 0;
    std::uint32_t slots = 0;
    std::uint32_t locals = 0;        // those that its code names
    std::uint32_t locals_depth = 0;  // of their tree
    bool is_translated = false;
};

/// A record that may leave the threaded code, and its instruction.
struct RecordPlace {
    std::uint32_t word = 0;
    std::uint32_t pc = 0;
};

/// A place where the machine's state can be put together: how many operands there are.
struct OperandHeight {
    std::uint32_t pc = 0;
    std::uint32_t height = 0;
};

/// Cost of a stretch of code.
struct StaticCost {
    std::uint64_t gas = 0;
    std::uint64_t steps = 0;
};

struct ThreadedCode {
    std::vector<Word> words;  // word 0 belongs to nothing

    /// Of each pc: index of the words of the record at which execution can begin there, or 0. Only
    /// superblocks have one.
    std::vector<std::uint32_t> records;
    std::vector<std::uint32_t> entries;  // of the functions: index of the entry's words, or 0
    std::vector<FunctionShape> shapes;   // by entry
    std::vector<RecordPlace> places;     // by word
    std::vector<OperandHeight> heights;  // by pc
    /// Superblocks whose charge is not spent together with that of the one that runs on into them.
    std::vector<std::uint32_t> breaks;

    /// The most that is spent on the way from one look at the limits to the next: gas, with the most that
    /// the stores on the way may be charged, and steps.
    std::uint64_t gas_slack = 0;
    std::uint64_t step_slack = 0;

    /// The instruction of a record that may leave the threaded code.
    [[nodiscard]] std::uint32_t pc_of(const Word* record) const;
    /// Operands at a pc that is in `heights`.
    [[nodiscard]] std::uint32_t height_at(std::uint32_t pc) const;
    /// The function that the pc lies in, or null where that is none or not translated.
    [[nodiscard]] const FunctionShape* shape_at(std::uint32_t pc) const;
    /// What is left of that which is spent at once, where the instruction at the pc comes next: up to the
    /// end of the superblock, and of those that it runs on into.
    [[nodiscard]] StaticCost spent_ahead(const Program& program, std::uint32_t pc) const;
};

}  // namespace lockstep::vm
