#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "vm/module/module.hpp"
#include "vm/program/canonical_types.hpp"
#include "vm/program/const_evaluation.hpp"
#include "vm/program/import_binding.hpp"
#include "vm/program/opcode.hpp"
#include "vm/program/program.hpp"

namespace lockstep::vm {

/// Where the bytes or elements of a segment are.
struct SegmentPlace {
    std::uint64_t start = 0;       // of active segments: the address that they are copied to
    std::uint32_t pool_begin = 0;  // in its pool; 0 where it is in none
    std::uint32_t length = 0;
    std::optional<std::uint32_t> hidden_global;  // of passive segments: what is left of it
};

/// What the lowering of instructions has to know of a module beside the module itself. Indices are
/// the program's, by those of the module.
struct ModuleLayout {
    std::vector<std::uint32_t> canonical_types;         // by type index
    std::vector<std::optional<Opcode>> host_functions;  // by imported function
    std::vector<std::uint32_t> functions;
    std::vector<std::uint32_t> tables;
    std::vector<std::uint32_t> globals;
    std::uint32_t memory = 0;  // the one that the module's instructions are about
    std::vector<SegmentPlace> data_segments;
    std::vector<SegmentPlace> element_segments;
};

/// All of a program but its code and functions, module by module, and the types of what it has.
struct ProgramParts {
    Program program;
    ExternTypes types;
};

/// Adds a module, and tells where its parts are. Bindings are those of its imports.
[[nodiscard]] ModuleLayout lay_out(const Module& module, std::span<const Binding> bindings,
                                   ProgramParts& parts);

}  // namespace lockstep::vm
