// Blocks, branches, calls, and what a function is made of.

#include <algorithm>
#include <array>
#include <ranges>

#include "tests/random_modules/body_generator.hpp"

namespace lockstep::random_modules {

using vm::FunctionType;
using vm::ValueType;
using vm::WasmOpcode;

namespace {

constexpr unsigned kDepth = 5;
constexpr std::uint8_t kNoResult = 0x40;

constexpr std::size_t kNumberTypes = 4;  // the first of these
constexpr std::array kLocalTypes{ValueType::i32, ValueType::i64,     ValueType::f32,
                                 ValueType::f64, ValueType::funcref, ValueType::externref};

}  // namespace

BodyGenerator::BodyGenerator(fuzz::Choices& choices, const ModuleShape& shape,
                             std::uint32_t function, bool settle_nans)
    : choices_(choices),
      shape_(shape),
      type_(shape.type_of(function)),
      settle_nans_(settle_nans),
      locals_(type_.parameters) {}

Bytes BodyGenerator::generate() {
    Types declared;
    for (std::uint64_t i = below(6); i > 0; --i) {
        declared.push_back(kLocalTypes.at(below(kLocalTypes.size())));
    }
    declared.push_back(ValueType::f32);
    declared.push_back(ValueType::f64);
    locals_.insert(locals_.end(), declared.begin(), declared.end());
    out_.number(declared.size());
    for (const ValueType type : declared) {
        out_.number(1);
        out_.type(type);
    }
    budget_ = 20 + static_cast<int>(below(120));
    labels_.push_back({type_.results});
    spend_fuel();
    while (budget_ > 60) {
        statements(kDepth);
        --budget_;
    }
    statements(kDepth);
    values(type_.results, kDepth);
    op(WasmOpcode::end);
    return out_.take();
}

/// Without fuel the function returns.
void BodyGenerator::spend_fuel() {
    op(WasmOpcode::global_get, shape_.fuel_global());
    op(WasmOpcode::i32_eqz);
    op(WasmOpcode::if_);
    out_.byte(kNoResult);
    defaults(type_.results);
    op(WasmOpcode::return_);
    op(WasmOpcode::end);
    op(WasmOpcode::global_get, shape_.fuel_global());
    i32(1);
    op(WasmOpcode::i32_sub);
    op(WasmOpcode::global_set, shape_.fuel_global());
}

void BodyGenerator::statements(unsigned depth) {
    for (std::uint64_t i = below(5); i > 0; --i) {
        statement(depth);
    }
}

void BodyGenerator::statement(unsigned depth) {
    if (depth == 0 || --budget_ < 0) {
        op(WasmOpcode::nop);
        return;
    }
    --depth;
    switch (below(16)) {
        case 0:
        case 1:
        case 2:
        case 3: {
            const ValueType type = one_in(8) ? kLocalTypes.at(below(kLocalTypes.size()))
                                             : kLocalTypes.at(below(kNumberTypes));
            value(type, depth);
            sink(type);
            break;
        }
        case 4: store(depth); break;
        case 5:
        case 6: block_statement(depth); break;
        case 7:
        case 8: call_statement(depth); break;
        case 9: branch_if(depth); break;
        case 10:
        case 11: bulk(depth); break;
        case 12:
        case 13: table_statement(depth); break;
        case 14: host_call(depth); break;
        default:
            if (one_in(8)) {
                escape(depth);
            } else {
                block_statement(depth);
            }
            break;
    }
}

/// Mixes a value into the global that is there for it.
void BodyGenerator::mix(ValueType type) {
    switch (type) {
        case ValueType::f32: op(WasmOpcode::i32_reinterpret_f32); break;
        case ValueType::f64: op(WasmOpcode::i64_reinterpret_f64); break;
        case ValueType::funcref:
        case ValueType::externref: op(WasmOpcode::ref_is_null); break;
        case ValueType::i32:
        case ValueType::i64: break;
    }
    if (type != ValueType::i64 && type != ValueType::f64) {
        op(WasmOpcode::i64_extend_i32_u);
    }
    op(WasmOpcode::global_get, shape_.mix_global());
    out_.constant(ValueType::i64, 5);
    op(WasmOpcode::i64_rotl);
    op(WasmOpcode::i64_xor);
    op(WasmOpcode::global_set, shape_.mix_global());
}

/// Takes a value off the stack.
void BodyGenerator::sink(ValueType type) {
    switch (below(8)) {
        case 0: break;
        case 1:
        case 2:
        case 3:
        case 4: mix(type); return;
        case 5:
            if (const auto global = global_of(type, true)) {
                op(WasmOpcode::global_set, *global);
                return;
            }
            break;
        default:
            if (const auto local = local_of(type)) {
                op(WasmOpcode::local_set, *local);
                return;
            }
            break;
    }
    op(WasmOpcode::drop);
}

void BodyGenerator::sink_all(const Types& types) {
    for (const ValueType type : std::views::reverse(types)) {
        sink(type);
    }
}

void BodyGenerator::block(BlockKind kind, const FunctionType& type,
                          std::optional<std::uint32_t> index, unsigned depth) {
    values(type.parameters, depth);
    if (kind == BlockKind::if_) {
        value(ValueType::i32, depth);
    }
    op(kind == BlockKind::block  ? WasmOpcode::block
       : kind == BlockKind::loop ? WasmOpcode::loop
                                 : WasmOpcode::if_);
    if (index) {
        out_.signed_number(*index);
    } else {
        out_.byte(type.results.empty() ? kNoResult
                                       : static_cast<std::uint8_t>(type.results.front()));
    }
    labels_.push_back({kind == BlockKind::loop ? type.parameters : type.results});
    body(kind, type, depth);
    if (kind == BlockKind::if_ && (type.parameters != type.results || below(2) == 1)) {
        op(WasmOpcode::else_);
        body(kind, type, depth);
    }
    labels_.pop_back();
    op(WasmOpcode::end);
}

/// From the block's parameters on the stack to its results.
void BodyGenerator::body(BlockKind kind, const FunctionType& type, unsigned depth) {
    if (kind == BlockKind::loop) {
        spend_fuel();
    }
    const Types& parameters = type.parameters;
    const bool is_prefix = parameters.size() <= type.results.size() &&
                           std::equal(parameters.begin(), parameters.end(), type.results.begin());
    const bool keeps = is_prefix && below(2) == 1;
    if (!keeps) {
        sink_all(parameters);
    }
    statements(depth);
    if (kind == BlockKind::loop && below(4) != 0) {
        turn_again(parameters, depth);
    }
    if (one_in(24)) {
        escape(depth);
        return;
    }
    const auto kept = static_cast<std::ptrdiff_t>(keeps ? parameters.size() : 0);
    values({type.results.begin() + kept, type.results.end()}, depth);
}

/// A branch back to the head of the innermost loop, taken or not.
void BodyGenerator::turn_again(const Types& parameters, unsigned depth) {
    values(parameters, depth);
    value(ValueType::i32, depth);
    op(WasmOpcode::br_if, 0);
    sink_all(parameters);
}

void BodyGenerator::block_value(ValueType type, unsigned depth) {
    const auto kind = static_cast<BlockKind>(below(3));
    const auto index = any_of(shape_.types.size(), [&](std::uint32_t i) {
        const Types& results = shape_.types[i].results;
        return !results.empty() && results.front() == type;
    });
    if (index && below(2) == 1) {
        block(kind, shape_.types[*index], index, depth);
        const Types& results = shape_.types[*index].results;
        sink_all({results.begin() + 1, results.end()});
    } else {
        block(kind, {.parameters = {}, .results = {type}}, std::nullopt, depth);
    }
}

void BodyGenerator::block_statement(unsigned depth) {
    const auto kind = static_cast<BlockKind>(below(3));
    if (below(3) == 0) {
        const auto index = static_cast<std::uint32_t>(below(shape_.types.size()));
        block(kind, shape_.types[index], index, depth);
        sink_all(shape_.types[index].results);
    } else {
        block(kind, {}, std::nullopt, depth);
    }
}

void BodyGenerator::call(std::uint32_t function, unsigned depth) {
    values(shape_.type_of(function).parameters, depth);
    op(WasmOpcode::call, function);
}

void BodyGenerator::call_indirect(std::uint32_t table, std::uint32_t type,
                                  std::optional<std::uint32_t> slot, unsigned depth) {
    values(shape_.types[type].parameters, depth);
    if (slot) {
        i32(*slot);
    } else {
        table_index(table, depth);
    }
    op(WasmOpcode::call_indirect, type);
    out_.number(table);
}

/// Calls what an active segment has put into a table. False where there is no such thing.
bool BodyGenerator::call_through_table(unsigned depth) {
    const auto segment = any_of(shape_.element_segments.size(), [&](std::uint32_t i) {
        const ElementShape& elements = shape_.element_segments[i];
        return elements.mode == vm::SegmentMode::active && elements.type == ValueType::funcref;
    });
    if (!segment) {
        return false;
    }
    const ElementShape& elements = shape_.element_segments[*segment];
    const auto place = any_of(elements.elements.size(), [&](std::uint32_t i) {
        return elements.elements[i] && *elements.elements[i] >= shape_.host_functions;
    });
    if (!place) {
        return false;
    }
    const std::uint32_t type = shape_.functions[*elements.elements[*place]];
    call_indirect(elements.table, type, elements.offset + *place, depth);
    sink_all(shape_.types[type].results);
    return true;
}

void BodyGenerator::call_statement(unsigned depth) {
    if (below(2) == 1 && is_careful() && call_through_table(depth)) {
        return;
    }
    const auto table = table_of(ValueType::funcref);
    if (table && one_in(shape_.careful ? 30 : 3)) {
        const auto type = static_cast<std::uint32_t>(below(shape_.types.size()));
        call_indirect(*table, type, std::nullopt, depth);
        sink_all(shape_.types[type].results);
        return;
    }
    const auto function = static_cast<std::uint32_t>(
        shape_.host_functions + below(shape_.functions.size() - shape_.host_functions));
    call(function, depth);
    sink_all(shape_.type_of(function).results);
}

void BodyGenerator::call_value(ValueType type, unsigned depth) {
    const auto function = any_of(shape_.functions.size(), [&](std::uint32_t i) {
        const Types& results = shape_.type_of(i).results;
        return !results.empty() && results.front() == type;
    });
    if (!function) {
        leaf(type);
        return;
    }
    call(*function, depth);
    const Types& results = shape_.type_of(*function).results;
    sink_all({results.begin() + 1, results.end()});
}

std::uint32_t BodyGenerator::label_index(std::size_t label) const {
    return static_cast<std::uint32_t>(labels_.size() - 1 - label);
}

void BodyGenerator::branch_if(unsigned depth) {
    const std::size_t label = below(labels_.size());
    const Types types = labels_[label].types;
    values(types, depth);
    value(ValueType::i32, depth);
    op(WasmOpcode::br_if, label_index(label));
    sink_all(types);
}

/// A value that a branch may carry away.
void BodyGenerator::branch_if_value(ValueType type, unsigned depth) {
    const auto label =
        any_of(labels_.size(), [&](std::uint32_t i) { return labels_[i].types == Types{type}; });
    value(type, depth);
    if (label) {
        value(ValueType::i32, depth);
        op(WasmOpcode::br_if, label_index(*label));
    }
}

/// To `label` or to others that carry the same.
void BodyGenerator::branch_table(std::size_t label, unsigned depth) {
    const Types types = labels_[label].types;
    values(types, depth);
    value(ValueType::i32, depth);
    op(WasmOpcode::br_table);
    const std::uint64_t rows = below(one_in(10) ? 40 : 5);
    out_.number(rows);
    for (std::uint64_t row = 0; row < rows; ++row) {
        const auto target =
            any_of(labels_.size(), [&](std::uint32_t i) { return labels_[i].types == types; });
        out_.number(label_index(*target));
    }
    out_.number(label_index(label));
}

/// Leaves for good. The code behind is dead.
void BodyGenerator::escape(unsigned depth) {
    const std::size_t label = below(labels_.size());
    switch (below(8)) {
        case 0:
            if (!is_careful() || one_in(4)) {
                op(WasmOpcode::unreachable);
                break;
            }
            [[fallthrough]];
        case 1:
            values(type_.results, depth);
            op(WasmOpcode::return_);
            break;
        case 2:
        case 3:
        case 4:
            values(labels_[label].types, depth);
            op(WasmOpcode::br, label_index(label));
            break;
        default: branch_table(label, depth); break;
    }
}

}  // namespace lockstep::random_modules
