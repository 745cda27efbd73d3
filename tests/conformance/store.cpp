#include "tests/conformance/store.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/check.hpp"
#include "tests/conformance/environment.hpp"
#include "vm/module/decode.hpp"

namespace lockstep::conformance {

namespace {

/// More than any script needs, and little enough to come back from a loop that does not end.
constexpr Gas kGasOfARun(1'000'000'000);

std::map<std::string, vm::ValueType, std::less<>> exported_globals(const vm::Module& module) {
    std::map<std::string, vm::ValueType, std::less<>> types;
    for (const vm::Export& item : module.exports) {
        if (item.kind == vm::ExternKind::global) {
            types.emplace(item.name, module.globals[item.index].value);
        }
    }
    return types;
}

bool have_types(const Values& values, const std::vector<vm::ValueType>& types) {
    return std::ranges::equal(values, types, {}, &Value::type);
}

vm::Trap trap_of(const vm::MachineState& state) {
    return static_cast<vm::Trap>(state.code);
}

}  // namespace

std::expected<std::uint32_t, Refusal> Store::instantiate(Bytes wasm, const std::string& label) {
    const auto instance = link(std::move(wasm));
    if (!instance) {
        return std::unexpected(instance.error());
    }
    const std::uint32_t begin = program_.instance_pcs[*instance];
    const std::uint32_t end = *instance + 1 < program_.instance_pcs.size()
                                  ? program_.instance_pcs[*instance + 1]
                                  : program_.invoke_pc;
    if (auto problem = run(begin, {}, end, label)) {
        return std::unexpected(Problem{std::move(*problem)});
    }
    if (state_.status == vm::Status::trapped) {
        return std::unexpected(trap_of(state_));
    }
    if (state_.status != vm::Status::running || !state_.values.empty()) {
        return std::unexpected(Problem{"instantiation does not end as it should"});
    }
    return *instance;
}

/// Links a module to the others and goes over to the program of them all.
std::expected<std::uint32_t, vm::LoadError> Store::link(Bytes wasm) {
    LOCKSTEP_TRY(vm::Module module, vm::decode(std::move(wasm)));
    LOCKSTEP_TRY(vm::ValidModule valid, vm::validate(std::move(module)));
    GlobalTypes globals = exported_globals(valid.module());
    LOCKSTEP_TRY(const std::uint32_t instance, linker_.add(std::move(valid), live_sizes()));
    exported_globals_.push_back(std::move(globals));
    auto program = linker_.program();
    if (!program) {
        return std::unexpected(program.error().error);
    }
    if (state_.input == nullptr) {
        state_.input = std::make_shared<const Bytes>();
    }
    vm::MachineState state = carry_over(*program, state_);
    program_ = std::move(*program);
    state_ = std::move(state);
    executor_.load(program_, state_);
    return instance;
}

vm::LiveSizes Store::live_sizes() const {
    vm::LiveSizes sizes;
    for (const vm::Memory& memory : state_.memories) {
        sizes.memory_pages.push_back(memory.pages());
    }
    for (const vm::Table& table : state_.tables) {
        sizes.table_sizes.push_back(table.size);
    }
    return sizes;
}

/// A run of its own in the environment that there is.
std::optional<std::string> Store::run(std::uint32_t pc, std::vector<std::uint64_t> values,
                                      std::optional<std::uint32_t> stop_pc,
                                      const std::string& label) {
    state_.status = vm::Status::running;
    state_.code = 0;
    state_.pc = pc;
    state_.slots_used = 0;
    state_.steps = Step(0);
    state_.gas = kGasOfARun;
    state_.values = values;
    state_.locals.assign(4, 0);
    state_.locals_begin = 0;
    state_.callers.clear();
    auto problem = executor_.run(state_, stop_pc, label);
    steps_ += state_.steps.value;
    return problem;
}

Outcome Store::perform(std::uint32_t instance, const Action& action, const std::string& label) {
    const auto found = linker_.find_export(instance, action.field);
    if (!found) {
        return Problem{"no export '" + action.field + "'"};
    }
    if (action.kind == Action::Kind::invoke && found->kind == vm::ExternKind::function) {
        return invoke(found->index, action.arguments, label);
    }
    if (action.kind == Action::Kind::get && found->kind == vm::ExternKind::global) {
        return Values{{.type = exported_globals_[instance].at(action.field),
                       .slot = state_.globals[found->index]}};
    }
    return Problem{"export '" + action.field + "' is of another kind"};
}

Outcome Store::invoke(std::uint32_t function, const Values& arguments, const std::string& label) {
    const vm::FunctionType& type = program_.types[program_.functions[function].type];
    if (!have_types(arguments, type.parameters)) {
        return Problem{"arguments " + to_text(arguments) + " do not fit the function"};
    }
    std::vector<std::uint64_t> values;
    std::ranges::transform(arguments, std::back_inserter(values), &Value::slot);
    values.push_back(std::uint64_t{function} + 1);
    if (auto problem = run(program_.invoke_pc, std::move(values), {}, label)) {
        return Problem{std::move(*problem)};
    }
    return outcome(type);
}

/// What a run that has ended gives.
Outcome Store::outcome(const vm::FunctionType& type) const {
    if (state_.status == vm::Status::trapped) {
        return trap_of(state_);
    }
    if (state_.status != vm::Status::halted || state_.code != 0) {
        return Problem{fmt::format("ends with status {}, code {}",
                                   static_cast<unsigned>(state_.status), state_.code)};
    }
    if (state_.values.size() != type.results.size()) {
        return Problem{fmt::format("{} values are left where the function has {} results",
                                   state_.values.size(), type.results.size())};
    }
    Values results;
    for (std::size_t i = 0; i < type.results.size(); ++i) {
        results.push_back({.type = type.results[i], .slot = state_.values[i]});
    }
    return results;
}

}  // namespace lockstep::conformance
