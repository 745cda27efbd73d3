#include "vm/module/validate.hpp"

#include <gtest/gtest.h>

#include "tests/unit/vm/module/wasm_bytes.hpp"

namespace lockstep::vm::test {
namespace {

constexpr std::uint8_t kF32 = 0x7D;
constexpr std::uint8_t kFuncref = 0x70;
constexpr std::uint8_t kExternref = 0x6F;

void expect_valid(const Bytes& wasm) {
    const auto module = load(wasm);
    EXPECT_TRUE(module.has_value())
        << load_error_text(module.error().code) << " at " << module.error().offset;
}

void expect_invalid(const Bytes& wasm, LoadErrorCode code = LoadErrorCode::type_mismatch) {
    const auto module = load(wasm);
    ASSERT_FALSE(module.has_value());
    EXPECT_EQ(load_error_text(module.error().code), load_error_text(code));
}

Bytes memory() {
    return section(memory_section, {0x01, 0x00, 0x01});
}

/// (table 1 funcref) (table 1 externref)
Bytes two_tables() {
    return section(table_section, {0x02, kFuncref, 0x00, 0x01, kExternref, 0x00, 0x01});
}

Bytes exported_function() {
    return section(export_section, {0x01, 0x01, 'f', 0x00, 0x00});
}

TEST(Validate, GivesBackTheModule) {
    const auto module = load(module_with_body({kI32}, {kI32}, {0x20, 0x00}));
    ASSERT_TRUE(module.has_value());
    EXPECT_EQ(module->module().codes.size(), 1);
}

TEST(Validate, TheResultsAreAllThatIsLeft) {
    // (func (result i32 i64) (i32.const 0) (i64.const 0))
    expect_valid(module_with_body({}, {kI32, kI64}, {0x41, 0x00, 0x42, 0x00}));
    expect_invalid(module_with_body({}, {kI32, kI64}, {0x42, 0x00, 0x41, 0x00}));
    expect_invalid(module_with_body({}, {kI32}, {}));
    expect_invalid(module_with_body({}, {}, {0x41, 0x00}));
}

TEST(Validate, ABlockDoesNotSeeTheOperandsBelow) {
    // (i32.const 0) (block (drop))
    expect_invalid(module_with_body({0x41, 0x00, 0x02, 0x40, 0x1A, kEnd}));
    // (func (param i32) (result i32) (local.get 0) (block (type 0) (i32.eqz)))
    expect_valid(module_with_body({kI32}, {kI32}, {0x20, 0x00, 0x02, 0x00, 0x45, kEnd}));
}

TEST(Validate, ABranchToALoopTakesItsParameters) {
    // (func (param i32) (result i64) (local.get 0) (loop (type 0) (br 0)))
    expect_valid(module_with_body({kI32}, {kI64}, {0x20, 0x00, 0x03, 0x00, 0x0C, 0x00, kEnd}));
    // The same with a block, whose label takes an i64.
    expect_invalid(module_with_body({kI32}, {kI64}, {0x20, 0x00, 0x02, 0x00, 0x0C, 0x00, kEnd}));
}

TEST(Validate, AnIfWithoutElsePassesItsParametersThrough) {
    // (i32.const 0) (if (type 0)) of [i32] -> [i32] and of [i32] -> [i64]
    const Bytes body{0x20, 0x00, 0x41, 0x01, 0x04, 0x00, kEnd};
    expect_valid(module_with_body({kI32}, {kI32}, body));
    expect_invalid(module_with_body({kI32}, {kI64}, body));
    // (if (result i32) (i32.const 0) (then (i32.const 1)) (else (i32.const 2)))
    expect_valid(
        module_with_body({}, {kI32}, {0x41, 0x00, 0x04, kI32, 0x41, 0x01, 0x05, 0x41, 0x02, kEnd}));
}

TEST(Validate, UnreachableCodeHasAnyOperands) {
    // (func (result i32) (unreachable) (i32.add))
    expect_valid(module_with_body({}, {kI32}, {0x00, 0x6A}));
    // (unreachable) (i64.const 0) (i32.add)
    expect_invalid(module_with_body({}, {kI32}, {0x00, 0x42, 0x00, 0x6A}));
    // (unreachable) (select): of any type
    expect_valid(module_with_body({}, {kF32}, {0x00, 0x1B}));
    // (unreachable) (ref.is_null)
    expect_valid(module_with_body({}, {kI32}, {0x00, 0xD1}));
    // (func (result i32) (return (i32.const 0)) (drop) (drop))
    expect_valid(module_with_body({}, {kI32}, {0x41, 0x00, 0x0F, 0x1A, 0x1A}));
    // The rest of a block after a branch does not make what follows the block unreachable.
    // (block (br 0)) (drop)
    expect_invalid(module_with_body({0x02, 0x40, 0x0C, 0x00, kEnd, 0x1A}));
}

TEST(Validate, ABranchGivesItsOperandsTheLabelsTypes) {
    // (func (result i32) (unreachable) (br_if 0) (i64.eqz)): br_if leaves an i32
    expect_invalid(module_with_body({}, {kI32}, {0x00, 0x0D, 0x00, 0x50}));
    expect_valid(module_with_body({}, {kI32}, {0x00, 0x0D, 0x00, 0x45}));
}

TEST(Validate, TheLabelsOfABranchTableAgree) {
    // (func (result i32) (block (result i32) (br_table 0 1 (i32.const 7) (i32.const 0))))
    expect_valid(module_with_body(
        {}, {kI32}, {0x02, kI32, 0x41, 0x07, 0x41, 0x00, 0x0E, 0x01, 0x00, 0x01, kEnd}));
    // The same with a block of no result: the labels take different numbers of operands.
    expect_invalid(module_with_body(
        {}, {kI32}, {0x02, 0x40, 0x41, 0x07, 0x41, 0x00, 0x0E, 0x01, 0x00, 0x01, kEnd, 0x00}));
    // (block (result f32) (unreachable) (br_table 0 1)): in dead code both types fit
    expect_valid(module_with_body(
        {}, {kI32}, {0x02, kF32, 0x00, 0x0E, 0x01, 0x00, 0x01, kEnd, 0x1A, 0x41, 0x00}));
    // ... but not on an operand that is there.
    expect_invalid(module_with_body({}, {kI32},
                                    {0x02, kF32, 0x00, 0x41, 0x00, 0x41, 0x00, 0x0E, 0x01, 0x00,
                                     0x01, kEnd, 0x1A, 0x41, 0x00}));
}

TEST(Validate, SelectWithoutTypesIsOfNumbers) {
    // (select (i64.const 0) (i64.const 1) (i32.const 0))
    expect_valid(module_with_body({}, {kI64}, {0x42, 0x00, 0x42, 0x01, 0x41, 0x00, 0x1B}));
    // (select (i64.const 0) (i32.const 1) (i32.const 0))
    expect_invalid(module_with_body({}, {kI64}, {0x42, 0x00, 0x41, 0x01, 0x41, 0x00, 0x1B}));
    // (ref.null func) twice, (i32.const 0), select and (select (result funcref))
    const Bytes operands{0xD0, kFuncref, 0xD0, kFuncref, 0x41, 0x00};
    expect_invalid(module_with_body({}, {kFuncref}, join({operands, {0x1B}})));
    expect_valid(module_with_body({}, {kFuncref}, join({operands, {0x1C, 0x01, kFuncref}})));
    expect_invalid(module_with_body({}, {kExternref}, join({operands, {0x1C, 0x01, kExternref}})));
}

TEST(Validate, LocalsHaveTheirTypes) {
    // (func (param i32) (local i64 i64) (local.set 2 (i64.const 0)) (local.set 0 ...))
    const auto with_locals = [](const Bytes& body) {
        return module_of(
            {section(type_section, list({function_type({kI32}, {})})),
             section(function_section, {0x01, 0x00}),
             section(code_section, list({sized(join({{0x01, 0x02, kI64}, body, {kEnd}}))}))});
    };
    expect_valid(with_locals({0x42, 0x00, 0x21, 0x02, 0x41, 0x00, 0x22, 0x00, 0x1A}));
    expect_invalid(with_locals({0x42, 0x00, 0x21, 0x00}));
    expect_invalid(with_locals({0x42, 0x00, 0x21, 0x03}), LoadErrorCode::unknown_local);
}

TEST(Validate, TablesKeepTheirElementType) {
    const std::vector<Bytes> tables{two_tables()};
    // (table.set 0 (i32.const 0) (ref.null func))
    expect_valid(module_with_body({0x41, 0x00, 0xD0, kFuncref, 0x26, 0x00}, tables));
    expect_invalid(module_with_body({0x41, 0x00, 0xD0, kFuncref, 0x26, 0x01}, tables));
    // (table.copy 0 1 ...)
    const Bytes three{0x41, 0x00, 0x41, 0x00, 0x41, 0x00};
    expect_invalid(module_with_body(join({three, {0xFC, 0x0E, 0x00, 0x01}}), tables));
    expect_valid(module_with_body(join({three, {0xFC, 0x0E, 0x01, 0x01}}), tables));
    // (call_indirect 1 (i32.const 0)): a table of externref
    expect_invalid(module_with_body({0x41, 0x00, 0x11, 0x00, 0x01}, tables));
    expect_valid(module_with_body({0x41, 0x00, 0x11, 0x00, 0x00}, tables));
    // (drop (table.grow 1 (ref.null extern) (i32.const 0)))
    expect_valid(module_with_body({0xD0, kExternref, 0x41, 0x00, 0xFC, 0x0F, 0x01, 0x1A}, tables));
    // (table.fill 1 (i32.const 0) (ref.null extern) (i32.const 0))
    expect_valid(
        module_with_body({0x41, 0x00, 0xD0, kExternref, 0x41, 0x00, 0xFC, 0x11, 0x01}, tables));
    // (table.init 1 0 ...) with (elem funcref)
    const Bytes segment = section(element_section, {0x01, 0x05, kFuncref, 0x00});
    expect_invalid(
        module_with_body(join({three, {0xFC, 0x0C, 0x00, 0x01}}), {two_tables(), segment}));
    expect_valid(
        module_with_body(join({three, {0xFC, 0x0C, 0x00, 0x00}}), {two_tables(), segment}));
}

TEST(Validate, SegmentsFitTheirTable) {
    // (elem (table 1) (i32.const 0) funcref): a table of externref
    expect_invalid(module_of({two_tables(), section(element_section, {0x01, 0x06, 0x01, 0x41, 0x00,
                                                                      kEnd, kFuncref, 0x00})}));
    // (elem funcref (ref.null extern))
    expect_invalid(module_of(
        {section(element_section, {0x01, 0x05, kFuncref, 0x01, 0xD0, kExternref, kEnd})}));
    // (elem funcref (i32.const 0)), then an empty expression and one of two values
    expect_invalid(
        module_of({section(element_section, {0x01, 0x05, kFuncref, 0x01, 0x41, 0x00, kEnd})}));
    expect_invalid(module_of({section(element_section, {0x01, 0x05, kFuncref, 0x01, kEnd})}));
    expect_invalid(module_of({section(
        element_section, {0x01, 0x05, kFuncref, 0x01, 0xD0, kFuncref, 0xD0, kFuncref, kEnd})}));
}

TEST(Validate, AFunctionMayBeReferredToIfItOccursOutsideOfBodies) {
    const Bytes body{0xD2, 0x00, 0x1A};
    // (export "f" (func 0))
    expect_valid(module_with_body(body, {exported_function()}));
    // (elem declare func 0)
    expect_valid(
        module_with_body(body, {section(element_section, {0x01, 0x03, 0x00, 0x01, 0x00})}));
    // (global funcref (ref.func 0))
    expect_valid(module_with_body(
        body, {section(global_section, {0x01, kFuncref, 0x00, 0xD2, 0x00, kEnd})}));
    expect_invalid(module_with_body(body), LoadErrorCode::undeclared_function_reference);
}

Bytes module_with_global(std::uint8_t type, const Bytes& expression) {
    // (import "m" "n" (global i32)) (global type expression)
    return module_of({section(import_section, {0x01, 0x01, 'm', 0x01, 'n', 0x03, kI32, 0x00}),
                      section(global_section, join({{0x01, type, 0x00}, expression, {kEnd}}))});
}

TEST(Validate, ConstantExpressionsMayCompute) {
    // (i32.mul (i32.sub (i32.add (global.get 0) (i32.const 1)) (i32.const 2)) (i32.const 3))
    expect_valid(module_with_global(
        kI32, {0x23, 0x00, 0x41, 0x01, 0x6A, 0x41, 0x02, 0x6B, 0x41, 0x03, 0x6C}));
    // (i64.add (i64.const 1) (i64.const 2))
    expect_valid(module_with_global(kI64, {0x42, 0x01, 0x42, 0x02, 0x7C}));
    expect_invalid(module_with_global(kI64, {0x41, 0x01, 0x42, 0x02, 0x7C}));
    expect_invalid(module_with_global(kI64, {0x42, 0x02, 0x7C}));
    expect_invalid(module_with_global(kI64, {0x41, 0x01}));
    expect_invalid(module_with_global(kI32, {}));
    expect_invalid(module_with_global(kI32, {0x41, 0x01, 0x41, 0x01}));
    // (i32.div_u (i32.const 1) (i32.const 1))
    expect_invalid(module_with_global(kI32, {0x41, 0x01, 0x41, 0x01, 0x6E}),
                   LoadErrorCode::constant_expression_required);
}

TEST(Validate, SegmentOffsetsAreI32) {
    expect_invalid(
        module_of({memory(), section(data_section, {0x01, 0x00, 0x42, 0x00, kEnd, 0x00})}));
    expect_invalid(
        module_of({two_tables(), section(element_section, {0x01, 0x00, 0x42, 0x00, kEnd, 0x00})}));
}

TEST(Validate, BulkMemoryNeedsItsMemoryAndSegment) {
    // (memory.init 0 (i32.const 0) (i32.const 0) (i32.const 0)) (data "")
    const Bytes body{0x41, 0x00, 0x41, 0x00, 0x41, 0x00, 0xFC, 0x08, 0x00, 0x00};
    const auto with_data = [&](const std::vector<Bytes>& before) {
        return join({module_with_body(body, before), section(data_section, {0x01, 0x01, 0x00})});
    };
    const Bytes count = section(data_count_section, {0x01});
    expect_valid(with_data({memory(), count}));
    expect_invalid(with_data({memory()}), LoadErrorCode::data_count_required);
    expect_invalid(with_data({count}), LoadErrorCode::unknown_memory);
}

}  // namespace
}  // namespace lockstep::vm::test
