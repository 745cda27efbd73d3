// The comparison itself: differences that are put into modules are found, whatever part of what can be
// observed they are in; and what cannot be compared is not.

#include "tests/differential/engines/comparison.hpp"

#include <fstream>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/random_modules/instruction_writer.hpp"
#include "tests/unit/vm/module/wasm_bytes.hpp"

namespace lockstep::engines {
namespace {

using random_modules::InstructionWriter;
using vm::ValueType;
using vm::WasmOpcode;
using vm::test::join;
using vm::test::list;
using vm::test::section;

using Body = std::function<void(InstructionWriter&)>;

Bytes exported(std::string_view name, vm::ExternKind kind, std::uint8_t index) {
    return join({vm::test::sized(Bytes(name.begin(), name.end())),
                 {static_cast<std::uint8_t>(kind), index}});
}

/// One function `f` of that body that gives an i32; function 0 is `halt`, 1 is `output_write`. With a
/// memory of a page, a mutable i32, and a table of four functions.
Bytes module_with(const Body& body) {
    InstructionWriter writer;
    body(writer);
    const auto import = [](std::string_view name, std::uint8_t type) {
        constexpr std::string_view host = "lockstep";
        return join({vm::test::sized(Bytes(host.begin(), host.end())),
                     vm::test::sized(Bytes(name.begin(), name.end())),
                     {0, type}});
    };
    return vm::test::module_of({
        section(vm::test::type_section,
                list({vm::test::function_type({}, {vm::test::kI32}),
                      vm::test::function_type({vm::test::kI32}, {}),
                      vm::test::function_type({vm::test::kI32, vm::test::kI32}, {})})),
        section(vm::test::import_section, list({import("halt", 1), import("output_write", 2)})),
        section(vm::test::function_section, {1, 0}),
        section(vm::test::table_section, list({{0x70, 0, 4}})),
        section(vm::test::memory_section, list({{0, 1}})),
        section(vm::test::global_section, list({{0x7F, 1, 0x41, 0, 0x0B}})),
        section(vm::test::export_section, list({exported("f", vm::ExternKind::function, 2),
                                                exported("memory", vm::ExternKind::memory, 0),
                                                exported("global0", vm::ExternKind::global, 0),
                                                exported("table0", vm::ExternKind::table, 0)})),
        section(vm::test::code_section, list({vm::test::code(writer.take())})),
    });
}

RandomModules modules_of(const Body& plain, const Body& settled) {
    return {.modules = {{.name = "m0",
                         .wasm = module_with(plain),
                         .settled_wasm = module_with(settled)}},
            .calls = {{.function = "f", .arguments = {}}},
            .input = {}};
}

void constant(InstructionWriter& writer, std::uint32_t number) {
    writer.constant(ValueType::i32, number);
}

void returns(InstructionWriter& writer) {
    constant(writer, 7);
}

class Engines : public ::testing::TestWithParam<OtherEngine> {
protected:
    static ComparisonCounts compare_case(const RandomModules& modules) {
        const std::filesystem::path folder =
            std::filesystem::path(::testing::TempDir()) /
            ("lockstep-engines-" + std::string(engine_name(GetParam())));
        std::filesystem::create_directories(folder);
        Comparison comparison({.v8 = GetParam() == OtherEngine::v8,
                               .wabt = GetParam() == OtherEngine::wabt,
                               .scratch = folder,
                               .findings = folder / "findings"});
        ::testing::internal::CaptureStderr();
        comparison.add({.label = "planted", .modules = modules});
        comparison.finish_batch();
        (void)::testing::internal::GetCapturedStderr();
        return comparison.counts();
    }

    static void expect_difference(const Body& plain, const Body& other) {
        EXPECT_EQ(compare_case(modules_of(plain, plain)).findings, 0U);
        EXPECT_EQ(compare_case(modules_of(other, other)).findings, 0U);
        EXPECT_EQ(compare_case(modules_of(plain, other)).findings, 1U);
        EXPECT_EQ(compare_case(modules_of(other, plain)).findings, 1U);
    }
};

TEST_P(Engines, DifferInResults) {
    expect_difference(returns, [](InstructionWriter& writer) { constant(writer, 8); });
}

TEST_P(Engines, DifferInMemory) {
    expect_difference(returns, [](InstructionWriter& writer) {
        constant(writer, 65'535);
        constant(writer, 1);
        writer.op(WasmOpcode::i32_store8);
        writer.number(0);
        writer.number(0);
        returns(writer);
    });
}

TEST_P(Engines, DifferInTheSizeOfMemory) {
    expect_difference(returns, [](InstructionWriter& writer) {
        constant(writer, 1);
        writer.op(WasmOpcode::memory_grow, 0);
        writer.op(WasmOpcode::drop);
        returns(writer);
    });
}

TEST_P(Engines, DifferInGlobals) {
    expect_difference(returns, [](InstructionWriter& writer) {
        constant(writer, 1);
        writer.op(WasmOpcode::global_set, 0);
        returns(writer);
    });
}

TEST_P(Engines, DifferInTables) {
    const auto with = [](std::uint32_t function) {
        return [function](InstructionWriter& writer) {
            constant(writer, 3);
            writer.op(WasmOpcode::ref_func, function);
            writer.op(WasmOpcode::table_set, 0);
            returns(writer);
        };
    };
    expect_difference(with(2), returns);
}

TEST_P(Engines, DifferInOutput) {
    expect_difference(returns, [](InstructionWriter& writer) {
        constant(writer, 0);
        constant(writer, 1);
        writer.op(WasmOpcode::call, 1);
        returns(writer);
    });
}

TEST_P(Engines, DifferInExitCodes) {
    const auto halts = [](std::uint32_t code) {
        return [code](InstructionWriter& writer) {
            constant(writer, code);
            writer.op(WasmOpcode::call, 0);
            returns(writer);
        };
    };
    expect_difference(halts(0), returns);
    expect_difference(halts(0), halts(1));
}

TEST_P(Engines, DifferInTraps) {
    const auto divides = [](std::uint32_t by) {
        return [by](InstructionWriter& writer) {
            constant(writer, 0x8000'0000);
            constant(writer, by);
            writer.op(WasmOpcode::i32_div_s);
        };
    };
    const auto unreachable = [](InstructionWriter& writer) { writer.op(WasmOpcode::unreachable); };
    expect_difference(unreachable, returns);
    expect_difference(unreachable, divides(0));
    expect_difference(divides(0xFFFF'FFFF), divides(0));
}

TEST_P(Engines, AreNotComparedWhereAResourceIsExhausted) {
    const auto recurses = [](InstructionWriter& writer) { writer.op(WasmOpcode::call, 2); };
    const ComparisonCounts counts = compare_case(modules_of(recurses, recurses));
    EXPECT_EQ(counts.exhausted, 1U);
    EXPECT_EQ(counts.compared_steps, 0U);
    EXPECT_EQ(counts.findings, 0U);
    // The other engine alone runs out of something.
    const ComparisonCounts other = compare_case(modules_of(returns, recurses));
    EXPECT_EQ(other.compared_steps, 0U);
    EXPECT_EQ(other.findings, 0U);
    EXPECT_EQ(other.incomparable.at(std::string(engine_name(GetParam()))), 1U);
}

TEST_P(Engines, CountTheStepsThatTheyConfirm) {
    const ComparisonCounts counts = compare_case(modules_of(returns, returns));
    EXPECT_GT(counts.compared_steps, 0U);
    EXPECT_EQ(counts.agreements.at(std::string(engine_name(GetParam()))), 1U);
}

TEST_P(Engines, MustNotRefuseWhatLockstepTakes) {
    RandomModules modules = modules_of(returns, returns);
    modules.modules[0].settled_wasm.pop_back();
    EXPECT_EQ(compare_case(modules).findings, 1U);
}

TEST_P(Engines, MustRefuseWhatLockstepRefuses) {
    RandomModules modules = modules_of(returns, returns);
    modules.modules[0].wasm.pop_back();
    const ComparisonCounts counts = compare_case(modules);
    EXPECT_EQ(counts.refused, 1U);
    EXPECT_EQ(counts.findings, 0U);
}

INSTANTIATE_TEST_SUITE_P(All, Engines, ::testing::Values(OtherEngine::v8, OtherEngine::wabt),
                         [](const auto& test) { return std::string(engine_name(test.param)); });

TEST(Words, AreThoseOfTheTrap) {
    using enum OtherEngine;
    EXPECT_TRUE(is_said_of(wabt, "integer overflow", vm::Trap::integer_overflow));
    EXPECT_FALSE(is_said_of(wabt, "integer overflow", vm::Trap::invalid_conversion));
    EXPECT_FALSE(is_said_of(wabt, "undefined table index", vm::Trap::out_of_bounds_table_access));
    // V8 does not tell these two apart.
    constexpr std::string_view unrepresentable = "float unrepresentable in integer range";
    EXPECT_TRUE(is_said_of(v8, unrepresentable, vm::Trap::integer_overflow));
    EXPECT_TRUE(is_said_of(v8, unrepresentable, vm::Trap::invalid_conversion));
    EXPECT_FALSE(is_said_of(v8, unrepresentable, vm::Trap::integer_divide_by_zero));
    EXPECT_FALSE(is_said_of(v8, "anything else", vm::Trap::unreachable));
}

}  // namespace
}  // namespace lockstep::engines
