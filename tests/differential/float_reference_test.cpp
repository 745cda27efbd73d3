// The processor's floats against the reference, and what the operands cover.

#include "tests/differential/float_reference.hpp"

#include <cstdlib>
#include <ios>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/differential/float_operands.hpp"
#include "vm/instructions/float.hpp"

namespace lockstep::differential {
namespace {

using vm::Numeric;
using vm::Trap;

bool is_conversion(std::string_view name) {
    return name.contains("trunc_") || name.contains("convert") || name.contains("mote");
}

/// As the interpreter computes it.
Numeric evaluate(const vm::OpcodeTraits& row, FloatOperands operands) {
    if (is_conversion(row.mnemonic)) {
        return vm::evaluate_conversion(row.opcode, operands.a);
    }
    if (row.mnemonic.starts_with("f32")) {
        return {vm::evaluate_f32(row.opcode, static_cast<std::uint32_t>(operands.a),
                                 static_cast<std::uint32_t>(operands.b))};
    }
    return {vm::evaluate_f64(row.opcode, operands.a, operands.b)};
}

TEST(FloatReference, HasEachFloatInstruction) {
    std::size_t count = 0;
    for (std::uint16_t code = 0x0600; code <= 0x06FF; ++code) {
        const vm::OpcodeTraits* row = vm::find_traits(code);
        if (row != nullptr && (row->mnemonic.contains("f32") || row->mnemonic.contains("f64"))) {
            ASSERT_LT(count, float_operations().size());
            EXPECT_EQ(float_operations()[count].opcode, row->opcode);
            ++count;
        }
    }
    EXPECT_EQ(count, 66U);
    EXPECT_EQ(count, float_operations().size());
}

TEST(FloatReference, AgreesWithTheProcessor) {
    const std::size_t pairs = std::getenv("LOCKSTEP_DEEP") != nullptr ? 10'000'000 : 1'000'000;
    for (const FloatOperation& operation : float_operations()) {
        const vm::OpcodeTraits& row = vm::traits(operation.opcode);
        FloatOperandSource source(operation.opcode);
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < pairs && wrong < 3; ++i) {
            const FloatOperands operands = source.next();
            const Numeric computed = evaluate(row, operands);
            const FloatResult expected = operation.evaluate(operands.a, operands.b);
            if (computed.value != expected.value || computed.trap != expected.trap) {
                ++wrong;
                ADD_FAILURE() << row.mnemonic << std::hex << " of 0x" << operands.a << ", 0x"
                              << operands.b << ": 0x" << computed.value << " "
                              << vm::trap_name(computed.trap) << ", not 0x" << expected.value << " "
                              << vm::trap_name(expected.trap);
            }
        }
    }
}

// What the first kFloatVectors operands of an instruction cover.

/// How many results, or operands, are of each class.
class Counts {
public:
    void note(std::string_view name, bool holds) { counts_[name] += holds ? 1U : 0U; }
    [[nodiscard]] std::size_t of(std::string_view name) const { return counts_.at(name); }

private:
    std::map<std::string_view, std::size_t> counts_;
};

/// Classes of the result of an instruction that gives a float.
void count_float(Counts& counts, bool is_f32, const FloatResult& result) {
    const std::uint64_t sign = is_f32 ? 1ULL << 31U : 1ULL << 63U;
    const std::uint64_t infinity = is_f32 ? 0x7F80'0000 : 0x7FF0'0000'0000'0000;
    const std::uint64_t magnitude = result.value & ~sign;
    counts.note("exact", !result.inexact);
    counts.note("inexact", result.inexact);
    counts.note("tie", result.tie);
    counts.note("above tie", result.above_tie);
    counts.note("below tie", result.below_tie);
    counts.note("subnormal", result.subnormal && magnitude != 0);
    counts.note("subnormal, exact", result.subnormal && !result.inexact);
    counts.note("subnormal, tie", result.subnormal && result.tie);
    counts.note("vanished", result.subnormal && magnitude == 0);
    counts.note("overflow", result.overflowed);
    counts.note("overflow, tie", result.overflowed && result.tie);
    counts.note("+0", result.value == 0);
    counts.note("-0", result.value == sign);
    counts.note("+infinity", result.value == infinity);
    counts.note("-infinity", result.value == (infinity | sign));
    counts.note("NaN", magnitude > infinity);
    counts.note("negative NaN", result.value > (infinity | sign));
}

/// Of an instruction that gives an integer or a truth value.
void count_integer(Counts& counts, std::string_view name, const FloatResult& result) {
    const std::uint64_t all = name.starts_with("i64") ? ~0ULL : 0xFFFF'FFFF;
    const bool is_signed = name.ends_with("_s");
    counts.note("least", result.value == (is_signed ? all / 2 + 1 : 0));
    counts.note("greatest", result.value == (is_signed ? all / 2 : all));
    counts.note("below the greatest", result.value >= all / 8 * 3 && result.value < all / 2);
    counts.note("true", result.value == 1);
    counts.note("false", result.value == 0);
    counts.note("invalid", result.trap == Trap::invalid_conversion);
    counts.note("too great", result.trap == Trap::integer_overflow);
}

bool is_nan(std::uint64_t slot, bool is_f32) {
    return is_f32 ? vm::F32::is_nan(static_cast<std::uint32_t>(slot)) : vm::F64::is_nan(slot);
}

/// Of an instruction of two operands.
void count_operands(Counts& counts, bool is_f32, const FloatOperands& operands) {
    const std::uint64_t sign = is_f32 ? 1ULL << 31U : 1ULL << 63U;
    const bool first = is_nan(operands.a, is_f32);
    const bool second = is_nan(operands.b, is_f32);
    counts.note("NaN first", first && !second);
    counts.note("NaN second", second && !first);
    counts.note("-0 first", operands.a == sign && operands.b == 0);
    counts.note("-0 second", operands.b == sign && operands.a == 0);
    counts.note("opposite", (operands.a ^ operands.b) == sign);
}

Counts count(const FloatOperation& operation) {
    const vm::OpcodeTraits& row = vm::traits(operation.opcode);
    const bool is_f32 = row.mnemonic.starts_with("f32");
    Counts counts;
    FloatOperandSource source(operation.opcode);
    for (std::size_t i = 0; i < kFloatVectors; ++i) {
        const FloatOperands operands = source.next();
        const FloatResult result = operation.evaluate(operands.a, operands.b);
        count_float(counts, is_f32, result);
        count_integer(counts, row.mnemonic, result);
        if (row.pops == 2) {
            count_operands(counts, is_f32, operands);
        }
    }
    return counts;
}

/// The classes that an instruction must meet, by the part of its name behind the type.
std::vector<std::string_view> classes(std::string_view name) {
    using Classes = std::vector<std::string_view>;
    const Classes sum = {
        "exact",    "tie",           "above tie",  "below tie", "subnormal", "subnormal, exact",
        "overflow", "overflow, tie", "+0",         "-0",        "+infinity", "-infinity",
        "NaN",      "NaN first",     "NaN second", "opposite"};
    const Classes product = {"exact",
                             "tie",
                             "above tie",
                             "below tie",
                             "subnormal",
                             "vanished",
                             "subnormal, exact",
                             "subnormal, tie",
                             "overflow",
                             "+0",
                             "-0",
                             "+infinity",
                             "-infinity",
                             "NaN",
                             "NaN first",
                             "NaN second"};
    const Classes whole = {"exact", "tie",       "above tie", "below tie", "+0",
                           "-0",    "+infinity", "-infinity", "NaN"};
    const Classes comparison = {"true",     "false",     "NaN first", "NaN second",
                                "-0 first", "-0 second", "opposite"};
    const Classes extreme = {"+0", "-0", "NaN", "NaN first", "NaN second", "-0 first", "-0 second"};
    const std::map<std::string_view, Classes> needed = {
        {"add", sum},
        {"sub", sum},
        {"mul", product},
        {"div", product},
        {"sqrt", {"exact", "inexact", "above tie", "below tie", "+0", "-0", "+infinity", "NaN"}},
        {"ceil", whole},
        {"floor", whole},
        {"trunc", whole},
        {"nearest", whole},
        {"eq", comparison},
        {"ne", comparison},
        {"lt", comparison},
        {"gt", comparison},
        {"le", comparison},
        {"ge", comparison},
        {"min", extreme},
        {"max", extreme},
        {"abs", {"+0", "+infinity", "NaN"}},
        {"neg", {"+0", "-0", "+infinity", "-infinity", "NaN", "negative NaN"}},
        {"copysign", {"+0", "-0", "NaN", "negative NaN"}},
        {"demote_f64",
         {"exact", "tie", "above tie", "below tie", "subnormal", "vanished", "subnormal, exact",
          "subnormal, tie", "overflow", "overflow, tie", "+0", "-0", "+infinity", "-infinity",
          "NaN"}},
        {"promote_f32", {"+0", "-0", "+infinity", "-infinity", "NaN"}},
    };
    const auto found = needed.find(name.substr(4));
    if (found != needed.end()) {
        return found->second;
    }
    if (name.contains("trunc_sat")) {
        return {"least", "greatest", "below the greatest", "true", "false"};
    }
    if (name.contains("trunc")) {
        return {"invalid", "too great", "below the greatest", "true", "false"};
    }
    return name.starts_with("f64_convert_i32") ? Classes{"exact"}
                                               : Classes{"exact", "tie", "above tie", "below tie"};
}

TEST(FloatOperandSource, CoversEachWayOfRoundingInTheVectors) {
    for (const FloatOperation& operation : float_operations()) {
        const std::string_view name = vm::traits(operation.opcode).mnemonic;
        const Counts counts = count(operation);
        for (const std::string_view needed : classes(name)) {
            EXPECT_GE(counts.of(needed), 1U) << name << ": " << needed;
        }
    }
}

}  // namespace
}  // namespace lockstep::differential
