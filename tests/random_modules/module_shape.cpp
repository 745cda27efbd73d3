#include "tests/random_modules/module_shape.hpp"

#include <algorithm>

#include "tests/random_modules/module_imports.hpp"
#include "tests/random_modules/numbers.hpp"

namespace lockstep::random_modules {

using fuzz::Choices;
using vm::FunctionType;
using vm::SegmentMode;
using vm::ValueType;

namespace {

ValueType choose_type(Choices& choices) {
    switch (choices.below(12)) {
        case 0:
        case 1:
        case 2:
        case 3: return ValueType::i32;
        case 4:
        case 5:
        case 6: return ValueType::i64;
        case 7:
        case 8: return ValueType::f32;
        case 9:
        case 10: return ValueType::f64;
        default: return choices.coin() ? ValueType::externref : ValueType::funcref;
    }
}

std::vector<ValueType> choose_types(Choices& choices, std::uint64_t below) {
    std::vector<ValueType> types(choices.below(below));
    for (ValueType& type : types) {
        type = choose_type(choices);
    }
    return types;
}

void choose_signatures(Choices& choices, ModuleShape& shape) {
    shape.types.emplace_back();  // [] -> [], for the start function
    for (std::uint64_t i = choices.below(6) + 2; i > 0; --i) {
        if (one_in(choices, 12)) {
            shape.types.push_back(shape.types[choices.below(shape.types.size())]);
            continue;
        }
        FunctionType type{.parameters = choose_types(choices, 5),
                          .results = choose_types(choices, 4)};
        if (one_in(choices, 4)) {
            type.results.insert(type.results.begin(), type.parameters.begin(),
                                type.parameters.end());
        }
        shape.types.push_back(std::move(type));
    }
}

void choose_functions(Choices& choices, ModuleShape& shape) {
    shape.imported_functions = static_cast<std::uint32_t>(shape.functions.size());
    for (std::uint64_t i = 1 + choices.below(5); i > 0; --i) {
        shape.functions.push_back(static_cast<std::uint32_t>(choices.below(shape.types.size())));
    }
    if (one_in(choices, 4)) {
        shape.start = static_cast<std::uint32_t>(shape.functions.size());
        shape.functions.push_back(0);
    }
}

vm::Limits choose_limits(Choices& choices, std::uint64_t min_below, std::uint64_t growth) {
    vm::Limits limits{.min = static_cast<std::uint32_t>(choices.below(min_below)), .max = {}};
    // Without a maximum an engine may run out of memory; from nothing on it need not.
    if (limits.min == 0 || !one_in(choices, 4)) {
        limits.max = limits.min + static_cast<std::uint32_t>(choices.below(growth));
    }
    return limits;
}

void choose_stores(Choices& choices, ModuleShape& shape) {
    if (!shape.imports_memory && !one_in(choices, 12)) {
        shape.memory = choose_limits(choices, 4, 6);
        if (shape.careful && shape.memory->min == 0) {
            shape.memory = vm::Limits{.min = 1, .max = 3};
        }
    }
    for (std::uint64_t i = choices.below(4); i > 0; --i) {
        const ValueType element = one_in(choices, 4) ? ValueType::externref : ValueType::funcref;
        shape.tables.push_back({.element = element, .limits = choose_limits(choices, 20, 12)});
    }
}

std::uint32_t choose_function(Choices& choices, const ModuleShape& shape) {
    return static_cast<std::uint32_t>(choices.below(shape.functions.size()));
}

void choose_globals(Choices& choices, ModuleShape& shape) {
    shape.globals.push_back(
        {.type = {.value = ValueType::i32, .is_mutable = true}, .bits = 10 + choices.below(300)});
    shape.globals.push_back({.type = {.value = ValueType::i64, .is_mutable = true}});
    for (std::uint64_t i = choices.below(7); i > 0; --i) {
        GlobalShape global{.type = {.value = choose_type(choices), .is_mutable = choices.coin()}};
        global.bits = choose_number(choices, global.type.value);
        if (const auto imported = choices.below(shape.imported_globals + 1U);
            imported < shape.imported_globals && !shape.globals[imported].type.is_mutable &&
            shape.globals[imported].type.value == global.type.value) {
            global.global = static_cast<std::uint32_t>(imported);
        }
        if (global.type.value == ValueType::funcref && choices.coin()) {
            global.function = choose_function(choices, shape);
        }
        shape.globals.push_back(global);
    }
}

SegmentMode choose_mode(Choices& choices) {
    return choices.coin() ? SegmentMode::passive : SegmentMode::active;
}

void choose_elements(Choices& choices, ModuleShape& shape, ElementShape& segment) {
    for (std::uint64_t i = choices.below(10); i > 0; --i) {
        segment.elements.emplace_back();
        if (segment.type == ValueType::funcref && !one_in(choices, 6)) {
            segment.elements.back() = choose_function(choices, shape);
        }
    }
    if (segment.mode != SegmentMode::active) {
        return;
    }
    const std::uint32_t size = shape.tables[segment.table].limits.min;
    segment.offset = static_cast<std::uint32_t>(choices.below(8));
    if (shape.careful || !one_in(choices, 4)) {
        segment.elements.resize(std::min<std::size_t>(segment.elements.size(), size));
        segment.offset = size - static_cast<std::uint32_t>(segment.elements.size());
    }
}

void choose_element_segments(Choices& choices, ModuleShape& shape) {
    // References to functions have to be declared.
    ElementShape all{.mode = SegmentMode::declarative};
    for (std::uint32_t i = 0; i < shape.functions.size(); ++i) {
        all.elements.emplace_back(i);
    }
    shape.element_segments.push_back(std::move(all));
    for (std::uint32_t table = 0; table < shape.tables.size(); ++table) {
        for (std::uint64_t i = 1 + choices.below(2); i > 0; --i) {
            ElementShape segment{
                .mode = choose_mode(choices), .type = shape.tables[table].element, .table = table};
            choose_elements(choices, shape, segment);
            shape.element_segments.push_back(std::move(segment));
        }
    }
}

void choose_data_segments(Choices& choices, ModuleShape& shape) {
    for (std::uint64_t i = 1 + choices.below(4); i > 0; --i) {
        DataShape segment{.mode = shape.memory ? choose_mode(choices) : SegmentMode::passive};
        segment.bytes.resize(choices.below(200));
        auto next = choices.any<std::uint8_t>();
        for (std::uint8_t& byte : segment.bytes) {
            byte = next;
            next = static_cast<std::uint8_t>(next * 5U + 17U);
        }
        if (segment.mode == SegmentMode::active) {
            // Where addresses are likely to be.
            segment.offset = static_cast<std::uint32_t>(choices.below(3) == 2 ? 4030 : 0) +
                             static_cast<std::uint32_t>(choices.below(256));
            if (!shape.careful && one_in(choices, 6)) {
                segment.offset += 65'400;
            }
        }
        shape.data_segments.push_back(std::move(segment));
    }
}

void choose_entries(Choices& choices, ModuleShape& shape) {
    const auto is_start = [&](std::uint32_t function) {
        for (const ValueType type : shape.type_of(function).parameters) {
            if (type == ValueType::funcref) {
                return false;
            }
        }
        return true;
    };
    const auto count = static_cast<std::uint32_t>(shape.functions.size());
    for (std::uint64_t i = 1 + choices.below(3); i > 0; --i) {
        const auto function = static_cast<std::uint32_t>(
            shape.imported_functions + choices.below(count - shape.imported_functions));
        if (is_start(function)) {
            shape.entries.push_back(function);
        }
    }
}

}  // namespace

ModuleShape choose_shape(Choices& choices, ImportChoice imports, const ModuleShape* previous) {
    ModuleShape shape;
    shape.careful = !one_in(choices, 6);
    choose_signatures(choices, shape);
    if (imports.host_functions && one_in(choices, 3)) {
        import_host(shape);
    }
    if (previous != nullptr) {
        import_from(choices, *previous, imports.may_mismatch, shape);
    }
    choose_functions(choices, shape);
    choose_stores(choices, shape);
    choose_globals(choices, shape);
    choose_element_segments(choices, shape);
    choose_data_segments(choices, shape);
    choose_entries(choices, shape);
    return shape;
}

}  // namespace lockstep::random_modules
