#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "vm/module/module.hpp"
#include "vm/program/opcode.hpp"
#include "vm/program/program.hpp"

namespace lockstep::vm {

/// Where the bytes or elements of a segment are.
struct SegmentPlace {
    std::uint32_t pool_begin = 0;  // in its pool; 0 where it is in none
    std::uint32_t length = 0;
    std::optional<std::uint32_t> hidden_global;  // of passive segments: what is left of it
};

/// What the lowering of instructions has to know of a module beside the module itself.
struct ModuleLayout {
    std::vector<std::uint32_t> canonical_types;  // by type index
    std::vector<Opcode> host_functions;          // the first functions
    std::vector<SegmentPlace> data_segments;
    std::vector<SegmentPlace> element_segments;
    std::uint16_t globals_depth = 0;
    std::uint16_t tables_depth = 0;
};

/// Sets all of `program` but its code and functions, and tells where things are. The imports of the
/// module must be `host_functions`.
[[nodiscard]] ModuleLayout lay_out(const Module& module, std::vector<Opcode> host_functions,
                                   Program& program);

}  // namespace lockstep::vm
