#pragma once

// A lowered program: what the machine runs and what the image commits to (docs/spec/program.md).

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/strong.hpp"
#include "vm/module/types.hpp"
#include "vm/program/instruction.hpp"

namespace lockstep::vm {

/// Shape of an argument of an entry function: two bits of FunctionRecord::parameter_kinds.
enum class ParameterKind : std::uint8_t { bits32 = 0, bits64 = 1, externref = 2, funcref = 3 };

/// What a call through a reference needs to know of a function; one leaf of the functions tree.
struct FunctionRecord {
    std::uint32_t type = 0;        // canonical index into Program::types
    std::uint32_t entry = 0;       // pc of its first instruction, never 0
    std::uint32_t slots = 0;       // locals + scratch locals + maximum operand height
    std::uint16_t parameters = 0;  // number of them
    std::uint16_t results = 0;
    std::uint8_t locals_depth = 0;      // depth of its locals tree
    std::uint64_t parameter_kinds = 0;  // of the first 32 parameters, the first in the low bits

    bool operator==(const FunctionRecord&) const = default;
};

struct MemoryShape {
    std::uint32_t pages = 0;  // at the start, all zero
    std::uint32_t max_pages = 0;

    bool operator==(const MemoryShape&) const = default;
};

struct TableShape {
    std::uint32_t size = 0;  // elements at the start, all null
    std::uint32_t max = 0;

    bool operator==(const TableShape&) const = default;
};

/// What is known of a function beside what is committed: for people.
struct FunctionInfo {
    std::string name;            // from the name section or an export; "function[i]" otherwise
    std::uint32_t code_end = 0;  // one past its last instruction
    std::uint32_t locals = 0;    // parameters, locals and scratch locals
};

struct Program {
    std::vector<Instruction> code;  // the prologue begins at 0
    std::vector<FunctionRecord> functions;
    std::vector<FunctionType> types;  // canonical: no two are equal
    Bytes data_pool;                  // segments one behind the other, each at a multiple of 32
    std::vector<std::uint64_t> element_pool;  // the same, each at a multiple of 4
    std::vector<MemoryShape> memories;        // never empty
    std::vector<std::uint64_t> globals;  // initial values; each module's hidden globals come last
    std::vector<TableShape> tables;

    /// Where the prologue's part for each module begins, its instantiation; one part ends where the
    /// next begins. Then where the part begins that calls the function that the run is about.
    std::vector<std::uint32_t> instance_pcs;
    std::uint32_t invoke_pc = 0;

    std::map<std::string, FunctionIndex, std::less<>> exported_functions;  // of the last module
    std::vector<FunctionInfo> function_infos;                              // as long as `functions`
};

}  // namespace lockstep::vm
