#pragma once

#include "base/strong.hpp"
#include "merkle/tree.hpp"
#include "trace/records.hpp"
#include "vm/program/program.hpp"

namespace lockstep::trace {

/// The commitment to a program with its trees, from which openings are made (docs/spec/program.md).
/// It depends on the program alone and is never changed.
struct Image {
    explicit Image(const vm::Program& program);

    merkle::Tree code;
    merkle::Tree functions;
    merkle::Tree data;
    merkle::Tree elements;
    InitialRecord initial_record;
    ProgramRecord program_record;
    ImageRecord image_record;
    ImageRoot root;
};

/// Limitation: a table's slots at the start are null, so that its root is a zero hash.
[[nodiscard]] TableRecord initial_table_record(const vm::TableShape& shape);

[[nodiscard]] MemoryRecord initial_memory_record(const vm::MemoryShape& shape);

/// The tree over the hashes of memory records.
[[nodiscard]] merkle::Tree initial_memories_tree(const vm::Program& program);

/// The tree over the hashes of table records.
[[nodiscard]] merkle::Tree initial_tables_tree(const vm::Program& program);

/// The tree over the slots of the globals, hidden ones included.
[[nodiscard]] merkle::Tree initial_globals_tree(const vm::Program& program);

}  // namespace lockstep::trace
