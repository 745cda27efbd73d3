#include "vm/module/decode.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/vm/module/wasm_bytes.hpp"
#include "vm/module/validate.hpp"

namespace lockstep::vm::test {
namespace {

// (module
//   (type (func (param i32 i64) (result i32)))
//   (type (func))
//   (import "e" "f" (func (type 1)))
//   (import "e" "g" (global i32))
//   (func (type 0) (local i64 i64 f32) unreachable)
//   (table 1 8 funcref)
//   (memory 1)
//   (global (mut i64) (i64.const 5))
//   (export "f" (func 1)) (export "m" (memory 0))
//   (start 0)
//   (elem (offset (global.get 0)) func 1 0)
//   (elem externref (ref.null extern))
//   (elem declare func 1)
//   (data (offset (i32.const 1) (i32.const 2) (i32.add)) "ab")
//   (data "c"))
std::vector<Bytes> full_sections() {
    return {
        section(type_section, list({function_type({kI32, kI64}, {kI32}), function_type({}, {})})),
        section(import_section, list({{0x01, 'e', 0x01, 'f', 0x00, 0x01},
                                      {0x01, 'e', 0x01, 'g', 0x03, kI32, 0x00}})),
        section(function_section, {0x01, 0x00}),
        section(table_section, {0x01, 0x70, 0x01, 0x01, 0x08}),
        section(memory_section, {0x01, 0x00, 0x01}),
        section(global_section, {0x01, kI64, 0x01, 0x42, 0x05, kEnd}),
        section(export_section, list({{0x01, 'f', 0x00, 0x01}, {0x01, 'm', 0x02, 0x00}})),
        section(start_section, {0x00}),
        section(element_section, list({{0x00, 0x23, 0x00, kEnd, 0x02, 0x01, 0x00},
                                       {0x05, 0x6F, 0x01, 0xD0, 0x6F, kEnd},
                                       {0x03, 0x00, 0x01, 0x01}})),
        section(data_count_section, {0x02}),
        section(code_section,
                list({sized({0x03, 0x02, kI64, 0x00, kI32, 0x01, 0x7D, 0x00, kEnd})})),
        section(data_section, list({{0x00, 0x41, 0x01, 0x41, 0x02, 0x6A, kEnd, 0x02, 'a', 'b'},
                                    {0x01, 0x01, 'c'}})),
    };
}

TEST(Decode, TheShortestModuleIsItsHeader) {
    const auto module = decode({0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00});
    ASSERT_TRUE(module.has_value());
    EXPECT_TRUE(module->types.empty());
    EXPECT_FALSE(module->start.has_value());
    EXPECT_FALSE(module->data_count.has_value());
}

TEST(Decode, ReadsTypesAndIndexSpaces) {
    const auto module = decode(module_of(full_sections()));
    ASSERT_TRUE(module.has_value());
    ASSERT_EQ(module->types.size(), 2);
    EXPECT_EQ(module->types[0], (FunctionType{{ValueType::i32, ValueType::i64}, {ValueType::i32}}));
    EXPECT_EQ(module->types[1], FunctionType());
    EXPECT_EQ(module->functions, (std::vector<std::uint32_t>{1, 0}));
    EXPECT_EQ(module->imported_function_count, 1);
    EXPECT_EQ(module->tables,
              (std::vector{TableType{ValueType::funcref, Limits{.min = 1, .max = 8}}}));
    EXPECT_EQ(module->memories, (std::vector{MemoryType{Limits{.min = 1, .max = {}}}}));
    EXPECT_EQ(module->globals,
              (std::vector{GlobalType{ValueType::i32, false}, GlobalType{ValueType::i64, true}}));
    EXPECT_EQ(module->imported_global_count, 1);
    EXPECT_EQ(module->start, 0);
    EXPECT_EQ(module->data_count, 2);
}

TEST(Decode, ReadsImportsAndExports) {
    const auto module = decode(module_of(full_sections()));
    ASSERT_TRUE(module.has_value());
    ASSERT_EQ(module->imports.size(), 2);
    EXPECT_EQ(module->imports[1].module, "e");
    EXPECT_EQ(module->imports[1].name, "g");
    EXPECT_EQ(module->imports[1].kind, ExternKind::global);
    EXPECT_EQ(module->imports[1].index, 0);
    ASSERT_EQ(module->exports.size(), 2);
    EXPECT_EQ(module->exports[1].name, "m");
    EXPECT_EQ(module->exports[1].kind, ExternKind::memory);
    EXPECT_EQ(module->exports[1].index, 0);
    EXPECT_EQ((*module->bytes)[module->exports[1].offset + 1], 'm');
}

TEST(Decode, ReadsSegmentsAndConstantExpressions) {
    const auto module = decode(module_of(full_sections()));
    ASSERT_TRUE(module.has_value());
    ASSERT_EQ(module->global_initializers.size(), 1);
    EXPECT_EQ(module->global_initializers[0].instructions.at(0).bits, 5);

    ASSERT_EQ(module->element_segments.size(), 3);
    const ElementSegment& active = module->element_segments[0];
    EXPECT_EQ(active.mode, SegmentMode::active);
    EXPECT_EQ(active.start.instructions.at(0).opcode, WasmOpcode::global_get);
    ASSERT_EQ(active.elements.size(), 2);
    EXPECT_EQ(active.elements[0].opcode, WasmOpcode::ref_func);
    EXPECT_EQ(active.elements[0].bits, 1);
    const ElementSegment& passive = module->element_segments[1];
    EXPECT_EQ(passive.mode, SegmentMode::passive);
    EXPECT_EQ(passive.type, ValueType::externref);
    EXPECT_EQ(passive.elements.at(0).opcode, WasmOpcode::ref_null);
    EXPECT_EQ(module->element_segments[2].mode, SegmentMode::declarative);

    ASSERT_EQ(module->data_segments.size(), 2);
    EXPECT_EQ(module->data_segments[0].start.instructions.size(), 3);
    EXPECT_TRUE(std::ranges::equal(module->data_segments[0].bytes, Bytes{'a', 'b'}));
    EXPECT_EQ(module->data_segments[1].mode, SegmentMode::passive);
}

TEST(Decode, KeepsLocalsAsRuns) {
    const auto module = decode(module_of(full_sections()));
    ASSERT_TRUE(module.has_value());
    const Code& code = module->codes.at(0);
    EXPECT_EQ(code.locals,
              (std::vector{LocalRun{0, 2, ValueType::i64}, LocalRun{2, 1, ValueType::f32}}));
    EXPECT_EQ(code.local_count, 3);
    EXPECT_TRUE(std::ranges::equal(code.body, Bytes{0x00, kEnd}));
    EXPECT_EQ((*module->bytes)[code.body_offset + 1], kEnd);

    const FunctionType& type = module->function_type(1);
    EXPECT_EQ(local_type(type, code, 0), ValueType::i32);
    EXPECT_EQ(local_type(type, code, 1), ValueType::i64);
    EXPECT_EQ(local_type(type, code, 3), ValueType::i64);
    EXPECT_EQ(local_type(type, code, 4), ValueType::f32);
    EXPECT_EQ(local_type(type, code, 5), std::nullopt);
}

TEST(Decode, ACopyKeepsTheViewsAlive) {
    Module copy;
    {
        auto module = decode(module_of(full_sections()));
        ASSERT_TRUE(module.has_value());
        copy = *module;
    }
    EXPECT_EQ(copy.exports.at(0).name, "f");
    EXPECT_TRUE(validate(std::move(copy)).has_value());
}

TEST(Decode, ATruncatedModuleIsRefused) {
    const std::vector<Bytes> sections = full_sections();
    const Bytes whole = module_of(sections);
    ASSERT_TRUE(load(whole).has_value());
    // Cut between sections before the one of functions, the rest is a module.
    std::set<std::size_t> boundaries{8};
    boundaries.insert(8 + sections[0].size());
    boundaries.insert(8 + sections[0].size() + sections[1].size());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        const auto module = decode(cut);
        EXPECT_EQ(module.has_value(), boundaries.contains(size)) << size;
        if (!module) {
            EXPECT_LE(module.error().offset, size);
        }
    }
}

TEST(Decode, AModuleWithAByteChangedIsNeverACrash) {
    const Bytes whole = module_of(full_sections());
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (unsigned value = 0; value < 256; ++value) {
            Bytes changed = whole;
            changed[at] = static_cast<std::uint8_t>(value);
            if (const auto module = load(changed); !module) {
                EXPECT_LE(module.error().offset, whole.size());
            }
        }
    }
}

Bytes name_section(const Bytes& contents) {
    return section(custom_section, join({{0x04, 'n', 'a', 'm', 'e'}, contents}));
}

/// Two functions [] -> [], then the custom section.
Bytes module_with_names(const Bytes& contents) {
    return module_of({section(type_section, list({function_type({}, {})})),
                      section(function_section, {0x02, 0x00, 0x00}),
                      section(code_section, list({code({}), code({})})), name_section(contents)});
}

TEST(Decode, ReadsFunctionNames) {
    // (module $m (func) (func $two (local $unread i32)))
    const auto module = decode(module_with_names(join({
        {0x00, 0x02, 0x01, 'm'},
        {0x01, 0x06, 0x01, 0x01, 0x03, 't', 'w', 'o'},
        {0x02, 0x02, 0x01, 0xFF},
    })));
    ASSERT_TRUE(module.has_value());
    EXPECT_EQ(function_name(*module, 0), "");
    EXPECT_EQ(function_name(*module, 1), "two");
    EXPECT_EQ(function_name(*module, 2), "");
}

TEST(Decode, IgnoresAMalformedNameSection) {
    const Bytes malformed[] = {
        {0x01},
        {0x01, 0x09, 0x00},
        {0x01, 0x04, 0x01, 0x00, 0x01, 0xFF},                   // not UTF-8
        {0x01, 0x04, 0x01, 0x02, 0x01, 'a'},                    // no such function
        {0x01, 0x07, 0x02, 0x01, 0x01, 'a', 0x00, 0x01, 'b'},   // not in order
        {0x01, 0x05, 0x01, 0x00, 0x01, 'a', 0x00},              // bytes left over
        {0x01, 0x04, 0x01, 0x00, 0x01, 'a', 0x02, 0x05, 0x00},  // next one cut
        {0x01, 0x05, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F},             // count
    };
    for (const Bytes& contents : malformed) {
        const auto module = decode(module_with_names(contents));
        ASSERT_TRUE(module.has_value());
        EXPECT_TRUE(module->function_names.empty());
    }
}

TEST(Decode, IgnoresOtherCustomSections) {
    const Bytes custom = section(custom_section, {0x01, 'x', 0xFF, 0xFF});
    std::vector<Bytes> sections;
    for (const Bytes& part : full_sections()) {
        sections.push_back(custom);
        sections.push_back(part);
    }
    sections.push_back(custom);
    EXPECT_TRUE(load(module_of(sections)).has_value());
}

}  // namespace
}  // namespace lockstep::vm::test
