#include "tests/differential/engines/wabt_engine.hpp"

#include <new>

#include "tests/differential/engines/observation_writer.hpp"
#include "tests/differential/engines/wabt_interpreter.hpp"

namespace lockstep::engines {

namespace {

constexpr std::string_view kExit = "exit ";

vm::ValueType type_of(std::uint8_t byte) {
    return static_cast<vm::ValueType>(byte);
}

std::string describe_state(const WabtOutcome& outcome) {
    ObservationWriter writer;
    writer.bytes("output", outcome.output);
    for (const WabtInstance& instance : outcome.instances) {
        if (instance.has_memory) {
            writer.bytes("memory", instance.memory);
        }
        for (const WabtValue& global : instance.globals) {
            writer.value(type_of(global.type), global.bits);
        }
        for (const WabtTable& table : instance.tables) {
            writer.size("table", table.elements.size());
            for (const std::uint64_t element : table.elements) {
                writer.value(type_of(table.type), element);
            }
        }
    }
    return writer.text();
}

Observation observe(const WabtOutcome& outcome) {
    Observation observation;
    if (!outcome.instances.empty()) {
        observation.state = describe_state(outcome);
    }
    if (outcome.has_returned) {
        ObservationWriter results;
        for (const WabtValue& value : outcome.results) {
            results.value(type_of(value.type), value.bits);
        }
        observation.ending = Ending::returned;
        observation.results = results.text();
    } else if (outcome.words.starts_with(kExit)) {
        observation.ending = Ending::exited;
        observation.detail = outcome.words.substr(kExit.size());
    } else {
        observation.ending = outcome.is_refused                    ? Ending::refused
                             : outcome.words.contains("exhausted") ? Ending::exhausted
                                                                   : Ending::trapped;
        observation.detail = outcome.words;
    }
    return observation;
}

}  // namespace

std::vector<Observation> run_wabt(const RandomModules& modules,
                                  const std::vector<EntryCall>& calls) {
    WabtCall request{.modules = {}, .input = modules.input, .function = {}, .arguments = {}};
    for (const NamedModule& module : modules.modules) {
        request.modules.push_back({.name = module.name, .wasm = module.settled_wasm});
    }
    std::vector<Observation> observations;
    for (const EntryCall& call : calls) {
        request.function = call.function;
        request.arguments = call.arguments;
        try {
            observations.push_back(observe(call_in_wabt(request)));
        } catch (const std::bad_alloc&) {
            observations.push_back({.ending = Ending::exhausted, .detail = "memory"});
        }
    }
    return observations;
}

}  // namespace lockstep::engines
