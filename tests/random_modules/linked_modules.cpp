#include "tests/random_modules/linked_modules.hpp"

#include "base/check.hpp"
#include "vm/machine/start.hpp"
#include "vm/module/decode.hpp"
#include "vm/module/validate.hpp"

namespace lockstep::random_modules {

std::optional<vm::Program> link(const RandomModules& modules, Variant variant) {
    vm::Linker linker;
    for (const NamedModule& module : modules.modules) {
        auto decoded = vm::decode(variant == Variant::plain ? module.wasm : module.settled_wasm);
        if (!decoded) {
            return std::nullopt;
        }
        auto valid = vm::validate(std::move(*decoded));
        if (!valid) {
            return std::nullopt;
        }
        const auto instance = linker.add(std::move(*valid));
        if (!instance) {
            return std::nullopt;
        }
        linker.name(module.name, *instance);
    }
    auto program = linker.program();
    return program ? std::optional(std::move(*program)) : std::nullopt;
}

vm::MachineState start(const vm::Program& program, const RandomModules& modules,
                       const EntryCall& call, Gas gas_limit) {
    auto state = vm::start(program, {.function = program.exported_functions.at(call.function),
                                     .arguments = call.arguments,
                                     .input = std::make_shared<const Bytes>(modules.input),
                                     .gas_limit = gas_limit});
    LOCKSTEP_CHECK(state.has_value());
    return std::move(*state);
}

}  // namespace lockstep::random_modules
