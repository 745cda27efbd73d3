#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "vm/module/load_error.hpp"
#include "vm/module/validate.hpp"
#include "vm/program/import_binding.hpp"
#include "vm/program/module_layout.hpp"
#include "vm/program/program.hpp"
#include "vm/program/program_code.hpp"

namespace lockstep::vm {

/// What is limited for all modules of a program together.
struct LinkedSizes {
    std::uint64_t module_bytes = 0;
    std::uint64_t functions = 0;
    std::uint64_t tables = 0;
    std::uint64_t initial_elements = 0;  // of the tables
    std::uint64_t globals = 0;
    std::uint64_t data_segments = 0;
    std::uint64_t element_segments = 0;
    std::uint64_t elements = 0;  // of the segments
};

/// Links modules to one program (docs/spec/program.md, section 9). Indices in the program depend on
/// the modules before, never on those behind, so that modules can be added to one that has run; only
/// places in the code change.
class Linker {
public:
    /// Adds a module and gives its instance number: 0, 1, ... Its imports are bound to exports of
    /// instances that have been named, and to host functions. Where it fails nothing has changed.
    [[nodiscard]] Load<std::uint32_t> add(ValidModule module);
    /// The same for a program that has run: the limits of imports are matched against these sizes.
    [[nodiscard]] Load<std::uint32_t> add(ValidModule module, const LiveSizes& sizes);

    /// Makes the exports of an instance importable under a name, in place of those of an earlier
    /// instance of that name. `lockstep` names the host functions whatever is named so here.
    void name(std::string name, std::uint32_t instance);

    [[nodiscard]] std::optional<Extern> find_export(std::uint32_t instance,
                                                    std::string_view name) const;

    /// All instances lowered to one program; there must be one.
    [[nodiscard]] std::expected<Program, LinkError> program() const;

private:
    struct Instance {
        ValidModule module;
        ModuleLayout layout;
        std::map<std::string_view, Extern> exports;  // names are in the module's bytes
    };

    [[nodiscard]] std::optional<Extern> find_export(std::string_view module,
                                                    std::string_view name) const;

    std::deque<Instance> instances_;
    std::map<std::string, std::uint32_t, std::less<>> names_;
    ProgramParts parts_;
    LinkedSizes sizes_;
};

}  // namespace lockstep::vm
