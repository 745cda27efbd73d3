#include "tests/differential/engines/lockstep_engine.hpp"

#include <fmt/format.h>

#include "base/check.hpp"
#include "tests/differential/engines/observation_writer.hpp"
#include "tests/random_modules/linked_modules.hpp"
#include "vm/machine/interpreter.hpp"
#include "vm/module/decode.hpp"
#include "vm/module/validate.hpp"
#include "vm/program/linker.hpp"

namespace lockstep::engines {

namespace {

constexpr Step kForever{~std::uint64_t{0}};

Ending ending_of(const vm::Program& program, const vm::MachineState& state) {
    if (state.status == vm::Status::halted) {
        // The machine stays at its last instruction.
        return program.code[state.pc].opcode == vm::Opcode::halt ? Ending::exited
                                                                 : Ending::returned;
    }
    switch (static_cast<vm::Trap>(state.code)) {
        case vm::Trap::call_stack_exhausted:
        case vm::Trap::out_of_gas:
        case vm::Trap::output_too_large: return Ending::exhausted;
        default: return Ending::trapped;
    }
}

std::string describe_state(const LoadedCase& loaded, const vm::MachineState& state) {
    ObservationWriter writer;
    writer.bytes("output", state.output);
    for (const Definitions& definitions : loaded.definitions) {
        for (const std::uint32_t memory : definitions.memories) {
            writer.bytes("memory", state.memories[memory].bytes());
        }
        for (const auto& [index, type] : definitions.globals) {
            writer.value(type, state.globals[index]);
        }
        for (const auto& [index, type] : definitions.tables) {
            const vm::Table& table = state.tables[index];
            writer.size("table", table.size);
            for (std::uint32_t slot = 0; slot < table.size; ++slot) {
                writer.value(type, table.slots[slot]);
            }
        }
    }
    return writer.text();
}

Refusal refusal(const std::string& module, const vm::LoadError& error) {
    return {.module = module,
            .is_limit = vm::load_error_class(error.code) == vm::LoadErrorClass::limit,
            .is_import = error.code == vm::LoadErrorCode::unsupported_import ||
                         error.code == vm::LoadErrorCode::import_type_mismatch,
            .reason = fmt::format("{} {} at {}", vm::load_error_text(error.code), error.name,
                                  error.offset)};
}

/// What `module`, the instance of that number, defines and exports.
Definitions find_definitions(const vm::Linker& linker, std::uint32_t instance,
                             const vm::Module& module) {
    Definitions definitions;
    const auto index_of = [&](const std::string& name) {
        const auto found = linker.find_export(instance, name);
        LOCKSTEP_CHECK(found.has_value());
        return found->index;
    };
    if (module.memories.size() > module.imported_memory_count) {
        definitions.memories.push_back(index_of("memory"));
    }
    for (std::size_t i = module.imported_global_count; i < module.globals.size(); ++i) {
        definitions.globals.push_back(
            {.index = index_of(fmt::format("global{}", i)), .type = module.globals[i].value});
    }
    for (std::size_t i = module.imported_table_count; i < module.tables.size(); ++i) {
        definitions.tables.push_back(
            {.index = index_of(fmt::format("table{}", i)), .type = module.tables[i].element});
    }
    return definitions;
}

}  // namespace

std::expected<LoadedCase, Refusal> load_case(const RandomModules& modules) {
    vm::Linker linker;
    LoadedCase loaded;
    for (const NamedModule& named : modules.modules) {
        auto module = vm::decode(named.wasm);
        if (!module) {
            return std::unexpected(refusal(named.name, module.error()));
        }
        auto valid = vm::validate(std::move(*module));
        if (!valid) {
            return std::unexpected(refusal(named.name, valid.error()));
        }
        const vm::Module copy = valid->module();
        const auto instance = linker.add(std::move(*valid));
        if (!instance) {
            return std::unexpected(refusal(named.name, instance.error()));
        }
        linker.name(named.name, *instance);
        loaded.definitions.push_back(find_definitions(linker, *instance, copy));
    }
    auto program = linker.program();
    if (!program) {
        return std::unexpected(Refusal{.module = "", .is_limit = true, .reason = "a limit"});
    }
    loaded.program = std::move(*program);
    return loaded;
}

Expectation run_lockstep(const LoadedCase& loaded, const RandomModules& modules,
                         const EntryCall& call) {
    const vm::Program& program = loaded.program;
    vm::MachineState state = random_modules::start(program, modules, call, kGasLimit);
    vm::run(program, state, kForever);
    LOCKSTEP_CHECK(state.status != vm::Status::running);

    Expectation expected{.observation = {.ending = ending_of(program, state)},
                         .steps = state.steps.value};
    Observation& observation = expected.observation;
    if (observation.ending == Ending::exited) {
        observation.detail = std::to_string(state.code);
    } else if (state.status == vm::Status::trapped) {
        expected.trap = static_cast<vm::Trap>(state.code);
        observation.detail = vm::trap_name(expected.trap);
    } else {
        const FunctionIndex function = program.exported_functions.at(call.function);
        const vm::FunctionType& type = program.types[program.functions[function.value].type];
        ObservationWriter results;
        for (std::size_t i = 0; i < type.results.size(); ++i) {
            results.value(type.results[i], state.values[i]);
        }
        observation.results = results.text();
    }
    observation.state = describe_state(loaded, state);
    return expected;
}

}  // namespace lockstep::engines
