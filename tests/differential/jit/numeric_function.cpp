#include "tests/differential/jit/numeric_function.hpp"

namespace lockstep::jit_test {

using vm::ValueType;
using vm::WasmOpcode;

namespace {

constexpr std::uint32_t kRecord = 2;  // the parameter
// Locals of a function, of each type in the order of kTypes.
constexpr std::uint32_t kResults = 3;
constexpr std::uint32_t kOthers = 7;
constexpr std::uint32_t kCrowd = 11;
constexpr std::uint32_t kCrowdIntegers = 8;
constexpr std::uint32_t kCrowdFloats = 9;

bool is_float(ValueType type) {
    return type == ValueType::f32 || type == ValueType::f64;
}

bool is_wide(ValueType type) {
    return type == ValueType::i64 || type == ValueType::f64;
}

/// The type of the same size that is the other kind of number.
ValueType other_kind(ValueType type) {
    switch (type) {
        case ValueType::i32: return ValueType::f32;
        case ValueType::i64: return ValueType::f64;
        case ValueType::f32: return ValueType::i32;
        default: return ValueType::i64;
    }
}

WasmOpcode reinterpret_from(ValueType type) {
    switch (type) {
        case ValueType::i32: return WasmOpcode::f32_reinterpret_i32;
        case ValueType::i64: return WasmOpcode::f64_reinterpret_i64;
        case ValueType::f32: return WasmOpcode::i32_reinterpret_f32;
        default: return WasmOpcode::i64_reinterpret_f64;
    }
}

class Writer {
public:
    Writer(const NumericOpcode& opcode, const NumericVariant& variant)
        : opcode_(opcode), variant_(variant) {}

    Bytes write() {
        begin();
        for (unsigned i = 0; i < variant_.integers_below; ++i) {
            get(kRecord);
            out_.op(WasmOpcode::i64_extend_i32_u);
            constant(ValueType::i64, 0x9E37'79B9'7F4A'7C15U * (i + 1));
            out_.op(WasmOpcode::i64_add);
        }
        for (unsigned i = 0; i < variant_.floats_below; ++i) {
            get(kRecord);
            out_.op(WasmOpcode::f64_convert_i32_u);
            constant(ValueType::f64, 0x3FF0'0000'0000'0000U + i);
            out_.op(WasmOpcode::f64_mul);
        }
        target();
        finish();
        out_.op(WasmOpcode::end);
        return out_.take();
    }

private:
    void get(std::uint32_t local) { out_.op(WasmOpcode::local_get, local); }
    void set(std::uint32_t local) { out_.op(WasmOpcode::local_set, local); }
    void constant(ValueType type, std::uint64_t bits) { out_.constant(type, bits); }
    void block(WasmOpcode opcode, ValueType type) {
        out_.op(opcode);
        out_.type(type);
    }
    void memory(WasmOpcode opcode, std::uint32_t offset) {
        out_.op(opcode);
        out_.number(0);
        out_.number(offset);
    }
    [[nodiscard]] std::uint32_t result_local() const {
        return kResults + number_of(opcode_.result);
    }

    void begin() {
        // Two of each type, and the crowd.
        out_.number(10);
        for (unsigned i = 0; i < 8; ++i) {
            out_.number(1);
            out_.type(kTypes[i % 4]);
        }
        out_.number(kCrowdIntegers);
        out_.type(ValueType::i64);
        out_.number(kCrowdFloats);
        out_.type(ValueType::f64);
        for (unsigned i = 0; i < variant_.calls; ++i) {
            out_.op(WasmOpcode::call, kNothing);
        }
        if (variant_.crowded) {
            crowd();
        }
    }

    /// Locals that are used more often than any other.
    void crowd() {
        for (unsigned round = 0; round < 6; ++round) {
            for (std::uint32_t i = 0; i < kCrowdIntegers; ++i) {
                get(kCrowd + i);
                get(kRecord);
                out_.op(WasmOpcode::i64_extend_i32_u);
                out_.op(WasmOpcode::i64_add);
                set(kCrowd + i);
            }
            for (std::uint32_t i = 0; i < kCrowdFloats; ++i) {
                get(kCrowd + kCrowdIntegers + i);
                constant(ValueType::f64, 0x4008'0000'0000'0000U + i);
                out_.op(WasmOpcode::f64_add);
                set(kCrowd + kCrowdIntegers + i);
            }
        }
    }

    void operand(std::size_t place) {
        const ValueType type = opcode_.parameters[place];
        const auto local = static_cast<std::uint32_t>(place);
        switch (variant_.sources[place]) {
            case Source::constant: constant(type, variant_.constants[place]); return;
            case Source::load:
                get(kRecord);
                memory(load_of(type), 8 * local);
                return;
            case Source::loaded_local: loaded_local(type, 8 * local); return;
            default: break;
        }
        get(local);
        from_local(variant_.sources[place], type, local);
    }

    void from_local(Source source, ValueType type, std::uint32_t local) {
        switch (source) {
            case Source::changed_local:
                constant(type, 77);
                set(local);
                return;
            case Source::after_call: out_.op(WasmOpcode::call, kNothing); return;
            case Source::after_join:
                get(kRecord);
                out_.op(WasmOpcode::if_);
                out_.byte(0x40);
                out_.op(WasmOpcode::end);
                return;
            case Source::integer:
            case Source::floating:
            case Source::arithmetic: computed(source, type); return;
            case Source::call: out_.op(WasmOpcode::call, kIdentities + number_of(type)); return;
            case Source::tee: out_.op(WasmOpcode::local_tee, kOthers + number_of(type)); return;
            case Source::selected:
                constant(type, 5);
                get(kRecord);
                constant(ValueType::i32, 0xFFFF'FFFF);
                out_.op(WasmOpcode::i32_ne);
                out_.op(WasmOpcode::select);
                return;
            case Source::global:
                out_.op(WasmOpcode::global_set, kTypedGlobals + number_of(type));
                out_.op(WasmOpcode::global_get, kTypedGlobals + number_of(type));
                return;
            default: return;
        }
    }

    /// What is on the stack, unchanged but for a NaN.
    void computed(Source source, ValueType type) {
        const bool turned = is_float(type) != (source != Source::integer);
        const ValueType kind = turned ? other_kind(type) : type;
        if (turned) {
            out_.op(reinterpret_from(type));
        }
        const bool wide = is_wide(kind);
        if (source == Source::integer) {
            constant(kind, 0);
            out_.op(wide ? WasmOpcode::i64_or : WasmOpcode::i32_or);
        } else if (source == Source::floating) {
            out_.op(wide ? WasmOpcode::f64_neg : WasmOpcode::f32_neg);
            out_.op(wide ? WasmOpcode::f64_neg : WasmOpcode::f32_neg);
        } else {
            constant(kind, wide ? 0x3FF0'0000'0000'0000U : 0x3F80'0000U);
            out_.op(wide ? WasmOpcode::f64_mul : WasmOpcode::f32_mul);
        }
        if (turned) {
            out_.op(reinterpret_from(kind));
        }
    }

    void loaded_local(ValueType type, std::uint32_t offset) {
        const std::uint32_t local = kOthers + number_of(type);
        get(kRecord);
        memory(load_of(type), offset);
        set(local);
        for (unsigned i = 0; i < 3; ++i) {
            get(local);
            out_.op(reinterpret_from(type));
            constant(other_kind(type), 1);
            switch (type) {
                case ValueType::i32: out_.op(WasmOpcode::f32_lt); break;
                case ValueType::i64: out_.op(WasmOpcode::f64_lt); break;
                case ValueType::f32: out_.op(WasmOpcode::i32_lt_u); break;
                default: out_.op(WasmOpcode::i64_lt_u); break;
            }
            out_.op(WasmOpcode::drop);
        }
        get(local);
    }

    void instruction() {
        for (std::size_t i = 0; i < opcode_.parameters.size(); ++i) {
            operand(i);
        }
        out_.op(opcode_.opcode);
    }

    /// The instruction with its result in the result's local.
    void target() {
        switch (variant_.target) {
            case Target::condition:
            case Target::select_condition:
            case Target::zero_condition:
                if (opcode_.result == ValueType::i32) {
                    condition();
                    set(result_local());
                    return;
                }
                break;
            case Target::branch:
                block(WasmOpcode::block, opcode_.result);
                constant(ValueType::i64, 7);
                get(kRecord);
                instruction();
                out_.op(WasmOpcode::br, 0);
                out_.op(WasmOpcode::end);
                set(result_local());
                return;
            default: break;
        }
        instruction();
        if (variant_.target == Target::narrow_memory) {
            narrow_memory();
        } else {
            pass_on();
        }
        set(result_local());
    }

    void condition() {
        if (variant_.target == Target::select_condition) {
            get(kRecord);
            constant(ValueType::i32, 0xABCD);
            instruction();
            out_.op(WasmOpcode::select);
            return;
        }
        if (variant_.target == Target::condition) {
            instruction();
            block(WasmOpcode::if_, ValueType::i32);
            constant(ValueType::i32, 21);
            out_.op(WasmOpcode::else_);
            get(kRecord);
            out_.op(WasmOpcode::end);
            return;
        }
        block(WasmOpcode::block, ValueType::i32);
        constant(ValueType::i32, 17);
        instruction();
        out_.op(WasmOpcode::i32_eqz);
        out_.op(WasmOpcode::br_if, 0);
        out_.op(WasmOpcode::drop);
        get(kRecord);
        out_.op(WasmOpcode::end);
    }

    /// The result is on the stack, and is there again behind it.
    void pass_on() {
        const ValueType type = opcode_.result;
        const std::uint32_t number = number_of(type);
        switch (variant_.target) {
            case Target::operand_local: return over_operand();
            case Target::tee:
                out_.op(WasmOpcode::local_tee, kOthers + number);
                out_.op(WasmOpcode::drop);
                return get(kOthers + number);
            case Target::local: set(kOthers + number); return get(kOthers + number);
            case Target::memory:
                set(kOthers + number);
                get(kRecord);
                get(kOthers + number);
                memory(store_of(type), 24);
                get(kRecord);
                return memory(load_of(type), 24);
            case Target::global:
                out_.op(WasmOpcode::global_set, kTypedGlobals + number);
                return out_.op(WasmOpcode::global_get, kTypedGlobals + number);
            case Target::argument: return out_.op(WasmOpcode::call, kIdentities + number);
            case Target::select: return choose(true);
            case Target::other_select: return choose(false);
            case Target::bits:
                out_.op(reinterpret_from(type));
                return out_.op(reinterpret_from(other_kind(type)));
            default: return;
        }
    }

    void over_operand() {
        for (std::uint32_t i = 0; i < opcode_.parameters.size(); ++i) {
            if (opcode_.parameters[i] == opcode_.result) {
                set(i);
                get(i);
                return;
            }
        }
    }

    /// The result or the first operand whose type it has, else a constant that is a NaN.
    void choose(bool takes_result) {
        const bool same = opcode_.parameters[0] == opcode_.result;
        if (same) {
            get(0);
        } else {
            constant(opcode_.result,
                     is_wide(opcode_.result) ? 0xFFF4'0000'0000'1234U : 0xFFA0'1234);
        }
        get(kRecord);
        constant(ValueType::i32, 0xFFFF'FFFF);
        out_.op(takes_result ? WasmOpcode::i32_ne : WasmOpcode::i32_eq);
        out_.op(WasmOpcode::select);
    }

    /// The low half of an integer goes through memory, all of a float.
    void narrow_memory() {
        const ValueType type = opcode_.result;
        const std::uint32_t other = kOthers + number_of(type);
        set(other);
        get(kRecord);
        get(other);
        switch (type) {
            case ValueType::i32: memory(WasmOpcode::i32_store16, 24); break;
            case ValueType::i64: memory(WasmOpcode::i64_store32, 24); break;
            default: memory(store_of(type), 24); break;
        }
        get(kRecord);
        memory(load_of(type), 24);
    }

    /// What was below goes into the mix, and the crowd too.
    void finish() {
        for (unsigned i = 0; i < variant_.floats_below; ++i) {
            out_.op(WasmOpcode::i64_reinterpret_f64);
            mix();
        }
        for (unsigned i = 0; i < variant_.integers_below; ++i) {
            mix();
        }
        if (variant_.crowded) {
            for (std::uint32_t i = 0; i < kCrowdIntegers + kCrowdFloats; ++i) {
                get(kCrowd + i);
                if (i >= kCrowdIntegers) {
                    out_.op(WasmOpcode::i64_reinterpret_f64);
                }
                mix();
            }
        }
        get(result_local());
    }

    void mix() {
        out_.op(WasmOpcode::global_get, kMixGlobal);
        constant(ValueType::i64, 0x100'0000'01B3);
        out_.op(WasmOpcode::i64_mul);
        out_.op(WasmOpcode::i64_xor);
        out_.op(WasmOpcode::global_set, kMixGlobal);
    }

    const NumericOpcode& opcode_;
    const NumericVariant& variant_;
    InstructionWriter out_;
};

}  // namespace

std::uint32_t number_of(ValueType type) {
    switch (type) {
        case ValueType::i32: return 0;
        case ValueType::i64: return 1;
        case ValueType::f32: return 2;
        default: return 3;
    }
}

ValueType second_type(const NumericOpcode& opcode) {
    return opcode.parameters.size() > 1 ? opcode.parameters[1] : ValueType::i32;
}

WasmOpcode load_of(ValueType type) {
    switch (type) {
        case ValueType::i32: return WasmOpcode::i32_load;
        case ValueType::i64: return WasmOpcode::i64_load;
        case ValueType::f32: return WasmOpcode::f32_load;
        default: return WasmOpcode::f64_load;
    }
}

WasmOpcode store_of(ValueType type) {
    switch (type) {
        case ValueType::i32: return WasmOpcode::i32_store;
        case ValueType::i64: return WasmOpcode::i64_store;
        case ValueType::f32: return WasmOpcode::f32_store;
        default: return WasmOpcode::f64_store;
    }
}

Bytes numeric_function(const NumericOpcode& opcode, const NumericVariant& variant) {
    return Writer(opcode, variant).write();
}

}  // namespace lockstep::jit_test
