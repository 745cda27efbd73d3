#pragma once

// What the imports of a module are bound to (docs/spec/program.md, section 9).
// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/exec/modules.html#matching

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "vm/module/load_error.hpp"
#include "vm/module/module.hpp"
#include "vm/program/canonical_types.hpp"
#include "vm/program/opcode.hpp"

namespace lockstep::vm {

/// What an export names and an import is bound to: an index in one of the program's index spaces.
struct Extern {
    ExternKind kind{};
    std::uint32_t index = 0;

    bool operator==(const Extern&) const = default;
};

/// The types of all that modules can export, by the program's indices.
struct ExternTypes {
    CanonicalTypes types;
    std::vector<std::uint32_t> functions;  // the canonical index of each one's type
    std::vector<TableType> tables;
    std::vector<MemoryType> memories;
    std::vector<GlobalType> globals;
};

/// Sizes that a program's memories and tables have by now, by their indices.
struct LiveSizes {
    std::vector<std::uint32_t> memory_pages;
    std::vector<std::uint32_t> table_sizes;
};

/// Finds the export of a module, by the names of module and export.
using FindExport = std::function<std::optional<Extern>(std::string_view, std::string_view)>;

/// An import is bound to something of another module or, where it is a function of the host module,
/// to an instruction.
struct Binding {
    std::optional<Opcode> host_function;
    std::uint32_t index = 0;  // in the program's index space of the import's kind
};

/// The binding of each import. Errors name the import by its place in Module::imports.
[[nodiscard]] Load<std::vector<Binding>> bind_imports(const Module& module,
                                                      const FindExport& find_export,
                                                      const ExternTypes& types,
                                                      const LiveSizes& sizes);

}  // namespace lockstep::vm
