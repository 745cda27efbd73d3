#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "api/lockstep.hpp"
#include "tests/unit/vm/module/wasm_bytes.hpp"
#include "vm/module/limits.hpp"
#include "vm/program/lowering.hpp"

namespace lockstep {
namespace {

using vm::test::code;
using vm::test::code_section;
using vm::test::export_section;
using vm::test::function_section;
using vm::test::function_type;
using vm::test::import_section;
using vm::test::join;
using vm::test::kI32;
using vm::test::kI64;
using vm::test::list;
using vm::test::list_of;
using vm::test::module_of;
using vm::test::module_with_body;
using vm::test::section;
using vm::test::sized;
using vm::test::type_section;

constexpr std::uint8_t kI32Const = 0x41;
constexpr std::uint8_t kI32Add = 0x6A;
constexpr std::uint8_t kCall = 0x10;

Bytes name(std::string_view text) {
    return sized(Bytes(text.begin(), text.end()));
}

/// (module (func (export "f") (result i32) (i32.const number)))
Bytes constant(std::uint8_t number) {
    return module_with_body({}, {kI32}, {kI32Const, number},
                            {section(export_section, list({join({name("f"), {0x00, 0x00}})}))});
}

/// (module (import MODULE "f" (func (result i32)))
///   (func (export "f") (result i32) (i32.add (call 0) (i32.const 1))))
Bytes successor(std::string_view module, std::string_view field = "f",
                const Bytes& results = {kI32}) {
    return module_of({
        section(type_section, list({function_type({}, {kI32}), function_type({}, results)})),
        section(import_section, list({join({name(module), name(field), {0x00, 0x01}})})),
        section(function_section, {1, 0}),
        section(export_section, list({join({name("f"), {0x00, 0x01}})})),
        section(code_section,
                list({code(results == Bytes{kI32} ? Bytes{kCall, 0, kI32Const, 1, kI32Add}
                                                  : Bytes{kI32Const, 1})})),
    });
}

/// Functions that are lowered to more instructions than a module of this size may be.
Bytes wide_module() {
    constexpr std::size_t kFunctions = 40;
    return module_of(
        {section(type_section, list({function_type(Bytes(vm::kMaxParameters, kI32), {})})),
         section(function_section, list_of(kFunctions, {0})),
         section(code_section, list_of(kFunctions, code({})))});
}

void expect_failure(std::vector<LinkedModule> linked, Bytes wasm, vm::LoadErrorCode code,
                    std::optional<std::size_t> place, std::string_view import_module = "",
                    std::string_view import_name = "") {
    const auto program = LoadedProgram::load(std::move(linked), std::move(wasm));
    ASSERT_FALSE(program.has_value());
    EXPECT_EQ(program.error().error.code, code);
    EXPECT_EQ(program.error().linked, place);
    EXPECT_EQ(program.error().import_module, import_module);
    EXPECT_EQ(program.error().import_name, import_name);
}

std::uint64_t result_of(const LoadedProgram& program) {
    auto run = Run::start(program, {.function = "f", .arguments = {}, .input = {}});
    EXPECT_TRUE(run.has_value());
    const Outcome outcome = run->finish();
    EXPECT_EQ(outcome.results.size(), 1U);
    for (Step step; step < outcome.steps; step = Step(step + 1)) {
        const Proof proof = run->prove(step);
        EXPECT_EQ(verify(run->root(step), proof.bundle), run->root(Step(step + 1)));
    }
    return outcome.results.at(0).bits;
}

std::uint64_t result_of(std::vector<LinkedModule> linked, Bytes wasm) {
    const auto program = LoadedProgram::load(std::move(linked), std::move(wasm));
    EXPECT_TRUE(program.has_value());
    return program ? result_of(*program) : 0;
}

TEST(LinkedProgram, FailuresSayWhichModuleIsMeant) {
    using enum vm::LoadErrorCode;
    expect_failure({{"a", constant(1)}, {"b", {0x00}}}, constant(2), unexpected_end, 1);
    expect_failure({{"a", {0x00}}, {"b", {0x00}}}, {0x00}, unexpected_end, 0);
    expect_failure({{"a", constant(1)}}, {0x00}, unexpected_end, std::nullopt);
    expect_failure({}, {0x00}, unexpected_end, std::nullopt);
    const Bytes invalid = module_with_body({}, {kI32}, {});
    expect_failure({{"a", constant(1)}, {"b", invalid}}, constant(2), type_mismatch, 1);
    expect_failure({{"a", constant(1)}}, invalid, type_mismatch, std::nullopt);
    expect_failure({{"a", constant(1)}, {"wide", wide_module()}}, constant(2), limit_exceeded, 1);
    expect_failure({{"a", constant(1)}}, wide_module(), limit_exceeded, std::nullopt);
}

TEST(LinkedProgram, FailuresNameImports) {
    using enum vm::LoadErrorCode;
    expect_failure({}, successor("a"), unsupported_import, std::nullopt, "a", "f");
    expect_failure({{"b", constant(1)}}, successor("a"), unsupported_import, std::nullopt, "a",
                   "f");
    expect_failure({{"a", constant(1)}}, successor("a", "g"), unsupported_import, std::nullopt, "a",
                   "g");
    expect_failure({{"a", constant(1)}}, successor("", ""), unsupported_import, std::nullopt);
    expect_failure({{"a", constant(1)}}, successor("a.f", ""), unsupported_import, std::nullopt,
                   "a.f");
    expect_failure({{"a", constant(1)}}, successor("a", "f", {kI64}), import_type_mismatch,
                   std::nullopt, "a", "f");
    // Only what stands in front can be imported, and not a module's own exports.
    expect_failure({{"b", successor("a")}, {"a", constant(1)}}, constant(2), unsupported_import, 0,
                   "a", "f");
    expect_failure({{"a", constant(1)}, {"b", successor("b")}}, constant(2), unsupported_import, 1,
                   "b", "f");
    // The host's module is the host's.
    expect_failure({{"lockstep", constant(1)}}, successor("lockstep"), unsupported_import,
                   std::nullopt, "lockstep", "f");
}

TEST(LinkedProgram, ImportsAreBoundInOrder) {
    EXPECT_EQ(result_of({{"a", constant(40)}}, successor("a")), 41U);
    EXPECT_EQ(result_of({{"a", constant(40)}, {"b", successor("a")}}, successor("b")), 42U);
    // The last module of a name, and for those before it the one before.
    EXPECT_EQ(result_of({{"a", constant(40)}, {"a", constant(50)}}, successor("a")), 51U);
    EXPECT_EQ(result_of({{"a", constant(40)}, {"a", successor("a")}}, successor("a")), 42U);
    EXPECT_EQ(result_of({{"", constant(40)}}, successor("")), 41U);
}

TEST(LinkedProgram, TheRootIsThatOfTheModulesInTheirOrder) {
    const auto root = [](std::vector<LinkedModule> linked, Bytes wasm) {
        const auto program = LoadedProgram::load(std::move(linked), std::move(wasm));
        EXPECT_TRUE(program.has_value());
        return program ? program->image_root() : ImageRoot{};
    };
    const ImageRoot linked = root({{"a", constant(1)}, {"b", constant(2)}}, successor("a"));
    EXPECT_EQ(root({{"x", constant(1)}, {"", constant(2)}}, successor("x")), linked);
    EXPECT_NE(root({{"b", constant(2)}, {"a", constant(1)}}, successor("a")), linked);
    EXPECT_NE(root({{"a", constant(1)}, {"b", constant(2)}}, successor("b")), linked);
    EXPECT_NE(root({{"a", constant(1)}}, successor("a")), linked);
}

TEST(LinkedProgram, AModuleAloneIsItsOwnProgram) {
    const auto valid = vm::test::load(constant(7));
    ASSERT_TRUE(valid.has_value());
    const auto lowered = vm::lower(*valid);
    ASSERT_TRUE(lowered.has_value());
    const auto program = LoadedProgram::load(constant(7));
    ASSERT_TRUE(program.has_value());
    EXPECT_EQ(program->image_root(), trace::Image(*lowered).root);
    EXPECT_EQ(result_of(*program), 7U);
}

}  // namespace
}  // namespace lockstep
