#include "tests/random_modules/module_imports.hpp"

#include <array>
#include <string>
#include <string_view>

namespace lockstep::random_modules {

using fuzz::Choices;
using vm::ExternKind;
using vm::FunctionType;
using vm::ValueType;

namespace {

/// More than tables and memories of random modules ever have.
constexpr std::uint32_t kUnreached = 5000;

/// Limits that an import may declare of what has these.
vm::Limits relax(Choices& choices, vm::Limits limits) {
    if (one_in(choices, 4)) {
        limits.min -= static_cast<std::uint32_t>(choices.below(std::uint64_t{limits.min} + 1));
    }
    if (limits.max && one_in(choices, 4)) {
        if (choices.coin()) {
            limits.max.reset();
        } else {
            *limits.max += static_cast<std::uint32_t>(choices.below(100));
        }
    }
    return limits;
}

/// Limits that do not match, whatever the sizes are by then. Most of them.
vm::Limits mismatch(Choices& choices, vm::Limits limits) {
    if (choices.coin()) {
        limits.min = kUnreached;
        limits.max.reset();
    } else if (!limits.max) {
        limits.max = kUnreached;
    } else if (*limits.max > limits.min) {
        --*limits.max;
    }
    return limits;
}

/// Changes one import so that most likely it does not match any more.
void spoil(Choices& choices, ModuleShape& shape) {
    const std::uint64_t count = shape.imports.size() - shape.host_functions;
    if (count == 0) {
        return;
    }
    const std::uint64_t chosen = shape.host_functions + choices.below(count);
    std::array<std::uint32_t, 4> places{shape.host_functions, 0, 0, 0};
    for (std::uint64_t i = shape.host_functions; i < chosen; ++i) {
        ++places.at(static_cast<std::size_t>(shape.imports[i].kind));
    }
    ImportShape& import = shape.imports[chosen];
    const std::uint32_t place = places.at(static_cast<std::size_t>(import.kind));
    if (one_in(choices, 8)) {
        import.name += 'x';
        return;
    }
    switch (import.kind) {
        case ExternKind::function:
            shape.functions[place] = static_cast<std::uint32_t>(choices.below(shape.types.size()));
            break;
        case ExternKind::table:
            if (choices.coin()) {
                import.limits = mismatch(choices, shape.tables[place].limits);
            } else {
                ValueType& element = shape.tables[place].element;
                element = element == ValueType::funcref ? ValueType::externref : ValueType::funcref;
            }
            break;
        case ExternKind::memory:
            import.limits = mismatch(choices, shape.memory.value_or(vm::Limits{}));
            break;
        case ExternKind::global: {
            vm::GlobalType& type = shape.globals[place].type;
            if (choices.coin()) {
                type.is_mutable = !type.is_mutable;
            } else {
                type.value = type.value == ValueType::i32 ? ValueType::f32 : ValueType::i32;
            }
            break;
        }
    }
}

FunctionType host_type(HostFunction function) {
    const ValueType i32 = ValueType::i32;
    switch (function) {
        case HostFunction::input_size: return {.parameters = {}, .results = {i32}};
        case HostFunction::input_read: return {.parameters = {i32, i32, i32}, .results = {}};
        case HostFunction::output_write: return {.parameters = {i32, i32}, .results = {}};
        case HostFunction::halt: return {.parameters = {i32}, .results = {}};
    }
    return {};
}

}  // namespace

void import_host(ModuleShape& shape) {
    constexpr auto kNames =
        std::to_array<std::string_view>({"input_size", "input_read", "output_write", "halt"});
    for (std::uint32_t i = 0; i < kHostFunctions; ++i) {
        shape.functions.push_back(static_cast<std::uint32_t>(shape.types.size()));
        shape.types.push_back(host_type(static_cast<HostFunction>(i)));
        shape.imports.push_back({.module = "lockstep",
                                 .name = std::string(kNames.at(i)),
                                 .kind = ExternKind::function});
    }
    shape.host_functions = kHostFunctions;
}

void import_from(Choices& choices, const ModuleShape& previous, bool may_mismatch,
                 ModuleShape& shape) {
    const auto add = [&](ExternKind kind, const std::string& name, vm::Limits limits = {}) {
        shape.imports.push_back(
            {.module = previous.name, .name = name, .kind = kind, .limits = limits});
    };
    // Whose memory a host function is about that came through two modules, each engine says otherwise.
    for (std::uint32_t i = previous.host_functions; i < previous.functions.size(); ++i) {
        if (choices.coin()) {
            shape.functions.push_back(static_cast<std::uint32_t>(shape.types.size()));
            shape.types.push_back(previous.type_of(i));
            add(ExternKind::function, "f" + std::to_string(i));
        }
    }
    for (std::uint32_t i = 0; i < previous.tables.size(); ++i) {
        if (choices.coin()) {
            const vm::TableType& table = previous.tables[i];
            shape.tables.push_back(table);
            add(ExternKind::table, "table" + std::to_string(i), relax(choices, table.limits));
        }
    }
    if (previous.memory && previous.memory->min >= (shape.careful ? 1 : 0) && choices.coin()) {
        shape.memory = previous.memory;
        shape.imports_memory = true;
        add(ExternKind::memory, "memory", relax(choices, *previous.memory));
    }
    for (std::uint32_t i = 0; i < previous.globals.size(); ++i) {
        if (i != previous.fuel_global() && i != previous.mix_global() && choices.coin()) {
            shape.globals.push_back(previous.globals[i]);
            add(ExternKind::global, "global" + std::to_string(i));
        }
    }
    shape.imported_tables = static_cast<std::uint32_t>(shape.tables.size());
    shape.imported_globals = static_cast<std::uint32_t>(shape.globals.size());
    if (may_mismatch && one_in(choices, 10)) {
        spoil(choices, shape);
    }
}

}  // namespace lockstep::random_modules
