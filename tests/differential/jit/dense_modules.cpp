#include "tests/differential/jit/dense_modules.hpp"

#include <algorithm>

#include "tests/differential/jit/numeric_function.hpp"
#include "tests/differential/jit/numeric_modules.hpp"
#include "tests/random_modules/module_shape.hpp"
#include "tests/random_modules/numbers.hpp"

namespace lockstep::jit_test {

using random_modules::ModuleShape;
using vm::FunctionType;
using vm::ValueType;
using vm::WasmOpcode;

namespace {

constexpr std::uint32_t kFunctions = 4;
constexpr std::uint32_t kTurns = 3;
constexpr unsigned kMaxNesting = 3;

bool is_division(std::string_view text) {
    return text.contains(".div_") || text.contains(".rem_");
}

bool may_trap(std::string_view text) {
    return is_division(text) || (text.contains(".trunc_f") && !text.contains("sat"));
}

class DenseFunction {
public:
    DenseFunction(std::mt19937_64& random, const std::vector<FunctionType>& types,
                  std::uint32_t function)
        : random_(random), types_(types), function_(function), locals_(types[function].parameters) {
        const std::uint64_t others = below(14);
        for (std::uint64_t i = 0; i < others; ++i) {
            locals_.push_back(kTypes[below(4)]);
        }
    }

    Bytes write() {
        const auto parameters = types_[function_].parameters.size();
        out_.number(locals_.size() - parameters + 1);
        for (std::size_t i = parameters; i < locals_.size(); ++i) {
            out_.number(1);
            out_.type(locals_[i]);
        }
        out_.number(kMaxNesting);  // that count turns
        out_.type(ValueType::i32);
        statements(30 + below(120), 0);
        for (const ValueType type : types_[function_].results) {
            push(type);
        }
        out_.op(WasmOpcode::end);
        return out_.take();
    }

private:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    [[nodiscard]] std::uint32_t counter(unsigned nesting) const {
        return static_cast<std::uint32_t>(locals_.size()) + nesting;
    }

    void statements(std::uint64_t count, unsigned nesting) {
        const std::size_t base = stack_.size();
        for (std::uint64_t i = 0; i < count; ++i) {
            statement(base, nesting);
        }
        while (stack_.size() > base) {
            sink();
        }
    }

    void statement(std::size_t base, unsigned nesting) {
        const std::size_t height = stack_.size() - base;
        switch (below(16)) {
            case 0:
            case 1:
            case 2:
            case 3: push(kTypes[below(4)]); return;
            case 4: constant(kTypes[below(4)]); return;
            case 5:
            case 6:
            case 7:
            case 8:
            case 9: numeric(height); return;
            case 10:
            case 11:
                if (height > 0) {
                    set(below(2) == 0);
                }
                return;
            case 12: select(height); return;
            case 13: memory(height); return;
            case 14: call(); return;
            default: nested(nesting); return;
        }
    }

    void push(ValueType type) {
        std::vector<std::uint32_t> fit;
        for (std::uint32_t i = 0; i < locals_.size(); ++i) {
            if (locals_[i] == type) {
                fit.push_back(i);
            }
        }
        if (fit.empty()) {
            constant(type);
            return;
        }
        out_.op(WasmOpcode::local_get, fit[below(fit.size())]);
        stack_.push_back(type);
    }

    void constant(ValueType type) {
        out_.constant(type, any_number(random_, type));
        stack_.push_back(type);
    }

    /// An instruction that the operands on top fit, if one is found soon.
    void numeric(std::size_t height) {
        for (unsigned attempt = 0; attempt < 30; ++attempt) {
            const NumericOpcode& row = numeric_opcodes()[below(numeric_opcodes().size())];
            const std::size_t count = row.parameters.size();
            if (count > height ||
                !std::equal(row.parameters.begin(), row.parameters.end(),
                            stack_.end() - static_cast<std::ptrdiff_t>(count)) ||
                (may_trap(row.text) && !is_division(row.text) && below(50) != 0)) {
                continue;
            }
            if (is_division(row.text) && below(50) != 0) {
                // By what is neither 0 nor -1.
                out_.constant(row.result, 1);
                out_.op(row.result == ValueType::i32 ? WasmOpcode::i32_or : WasmOpcode::i64_or);
                out_.constant(row.result,
                              row.result == ValueType::i32 ? 0x7FFF'FFFFU : 0x7FFF'FFFF'FFFF'FFFFU);
                out_.op(row.result == ValueType::i32 ? WasmOpcode::i32_and : WasmOpcode::i64_and);
            }
            out_.op(row.opcode);
            stack_.resize(stack_.size() - count);
            stack_.push_back(row.result);
            return;
        }
    }

    /// The topmost to a local of its type.
    void set(bool keeps) {
        const ValueType type = stack_.back();
        std::vector<std::uint32_t> fit;
        for (std::uint32_t i = 0; i < locals_.size(); ++i) {
            if (locals_[i] == type) {
                fit.push_back(i);
            }
        }
        if (fit.empty()) {
            return;
        }
        out_.op(keeps ? WasmOpcode::local_tee : WasmOpcode::local_set, fit[below(fit.size())]);
        if (!keeps) {
            stack_.pop_back();
        }
    }

    void sink() {
        const ValueType type = stack_.back();
        set(true);
        out_.op(WasmOpcode::global_set, kTypedGlobals + number_of(type));
        stack_.pop_back();
    }

    void select(std::size_t height) {
        if (height < 2 || stack_.back() != stack_[stack_.size() - 2]) {
            return;
        }
        push(ValueType::i32);
        if (below(2) == 0) {
            push(ValueType::i32);
            out_.op(below(2) == 0 ? WasmOpcode::i32_lt_s : WasmOpcode::i32_ne);
            stack_.pop_back();
        }
        out_.op(WasmOpcode::select);
        stack_.resize(stack_.size() - 2);
    }

    void address() {
        push(ValueType::i32);
        out_.constant(ValueType::i32, 0x3FFF);
        out_.op(WasmOpcode::i32_and);
        stack_.pop_back();
    }

    void memory(std::size_t height) {
        const auto offset = below(3) * 4093;
        if (height == 0 || below(2) == 0) {
            const ValueType type = kTypes[below(4)];
            address();
            out_.op(load_of(type));
            out_.number(0);
            out_.number(offset);
            stack_.push_back(type);
            return;
        }
        const ValueType type = stack_.back();
        out_.op(WasmOpcode::global_set, kTypedGlobals + number_of(type));
        stack_.pop_back();
        address();
        out_.op(WasmOpcode::global_get, kTypedGlobals + number_of(type));
        out_.op(store_of(type));
        out_.number(0);
        out_.number(offset);
    }

    /// Of a later function, so that it ends.
    void call() {
        const auto callee = static_cast<std::uint32_t>(function_ + 1 + below(kFunctions));
        if (callee >= kFunctions) {
            return;
        }
        for (const ValueType type : types_[callee].parameters) {
            below(4) == 0 ? constant(type) : push(type);
        }
        out_.op(WasmOpcode::call, callee);
        stack_.resize(stack_.size() - types_[callee].parameters.size());
        stack_.insert(stack_.end(), types_[callee].results.begin(), types_[callee].results.end());
    }

    void nested(unsigned nesting) {
        if (nesting == kMaxNesting) {
            return;
        }
        if (below(2) == 0) {
            push(ValueType::i32);
            stack_.pop_back();
            out_.op(WasmOpcode::if_);
            out_.byte(0x40);
            statements(below(15), nesting + 1);
            out_.op(WasmOpcode::else_);
            statements(below(10), nesting + 1);
            out_.op(WasmOpcode::end);
            return;
        }
        out_.constant(ValueType::i32, kTurns);
        out_.op(WasmOpcode::local_set, counter(nesting));
        out_.op(WasmOpcode::loop);
        out_.byte(0x40);
        statements(below(30), nesting + 1);
        out_.op(WasmOpcode::local_get, counter(nesting));
        out_.constant(ValueType::i32, 1);
        out_.op(WasmOpcode::i32_sub);
        out_.op(WasmOpcode::local_tee, counter(nesting));
        out_.op(WasmOpcode::br_if, 0);
        out_.op(WasmOpcode::end);
    }

    std::mt19937_64& random_;
    const std::vector<FunctionType>& types_;
    std::uint32_t function_;
    std::vector<ValueType> locals_;
    std::vector<ValueType> stack_;
    InstructionWriter out_;
};

std::vector<ValueType> any_types(std::mt19937_64& random, std::uint64_t most) {
    std::vector<ValueType> types(random() % (most + 1));
    for (ValueType& type : types) {
        type = kTypes[random() % 4];
    }
    return types;
}

}  // namespace

DenseModule dense_module(std::mt19937_64& random) {
    ModuleShape shape;
    std::vector<Bytes> bodies;
    bodies.reserve(kFunctions);
    for (std::uint32_t i = 0; i < kFunctions; ++i) {
        shape.types.push_back({.parameters = any_types(random, 12),
                               .results = any_types(random, i % 2 == 0 ? 1 : 3)});
        shape.functions.push_back(i);
    }
    for (std::uint32_t i = 0; i < kFunctions; ++i) {
        bodies.push_back(DenseFunction(random, shape.types, i).write());
    }
    shape.memory = vm::Limits{.min = 1, .max = 1};
    shape.globals.push_back({.type = {.value = ValueType::i32, .is_mutable = true}});
    shape.globals.push_back({.type = {.value = ValueType::i64, .is_mutable = true}});
    for (const ValueType type : kTypes) {
        shape.globals.push_back({.type = {.value = type, .is_mutable = true}});
    }
    return {.wasm = random_modules::encode_module(shape, bodies),
            .parameters = shape.types[0].parameters};
}

std::uint64_t any_number(std::mt19937_64& random, ValueType type) {
    Bytes bytes(64);
    for (std::uint8_t& byte : bytes) {
        byte = static_cast<std::uint8_t>(random());
    }
    fuzz::Choices choices(bytes);
    return random_modules::choose_number(choices, type);
}

}  // namespace lockstep::jit_test
