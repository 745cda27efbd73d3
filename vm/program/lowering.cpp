#include "vm/program/lowering.hpp"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "vm/program/import_binding.hpp"
#include "vm/program/module_layout.hpp"
#include "vm/program/program_code.hpp"

namespace lockstep::vm {

std::expected<Program, LoadError> lower(const ValidModule& valid_module) {
    const Module& module = valid_module.module();
    const auto find_none = [](std::string_view, std::string_view) { return std::nullopt; };
    ProgramParts parts;
    LOCKSTEP_TRY(const std::vector<Binding> bindings,
                 bind_imports(module, find_none, parts.types, {}));
    const ModuleLayout layout = lay_out(module, bindings, parts);
    parts.program.types = parts.types.types.types();
    const LinkedModule linked{.module = &module, .layout = &layout};
    if (auto lowered = lower_code({&linked, 1}, parts.program); !lowered) {
        return std::unexpected(lowered.error().error);
    }
    return std::move(parts.program);
}

}  // namespace lockstep::vm
