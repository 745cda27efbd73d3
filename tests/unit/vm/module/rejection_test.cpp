// One module, or more, for each LoadErrorCode of decode() and validate() but the limits, which
// limits_test.cpp reaches.

#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/vm/module/wasm_bytes.hpp"
#include "vm/module/load_error.hpp"

namespace lockstep::vm::test {
namespace {

struct Rejection {
    std::string wat;
    LoadErrorCode code;
    Bytes wasm;
    std::string feature;
};

Bytes memory() {
    return section(memory_section, {0x01, 0x00, 0x01});
}
Bytes table() {
    return section(table_section, {0x01, 0x70, 0x00, 0x01});
}
Bytes import_of(const Bytes& description) {
    return section(import_section, join({{0x01, 0x01, 'm', 0x01, 'n'}, description}));
}
Bytes global_of(const Bytes& expression) {
    return section(global_section, join({{0x01, kI32, 0x00}, expression, {kEnd}}));
}

std::vector<Rejection> malformed_sections() {
    using enum LoadErrorCode;
    return {
        {"a header cut short", unexpected_end, {0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00}, {}},
        {"a section cut short", unexpected_end, module_of({{0x01, 0x02, 0x00}}), {}},
        {"more types than bytes",
         unexpected_end,
         module_of({section(type_section, {0xFF, 0xFF, 0x03})}),
         {}},
        {"not wasm", bad_magic, {0x00, 0x61, 0x73, 0x6E, 0x01, 0x00, 0x00, 0x00}, {}},
        {"version 2", bad_version, {0x00, 0x61, 0x73, 0x6D, 0x02, 0x00, 0x00, 0x00}, {}},
        {"a count of six bytes",
         integer_too_long,
         module_of({section(type_section, {0x80, 0x80, 0x80, 0x80, 0x80, 0x00})}),
         {}},
        {"a count of 36 bits",
         integer_too_large,
         module_of({section(type_section, {0x80, 0x80, 0x80, 0x80, 0x70})}),
         {}},
        {"a custom section's name",
         bad_utf8,
         module_of({section(custom_section, {0x01, 0xFF})}),
         {}},
        {"section 14", bad_section_id, module_of({{0x0E, 0x00}}), {}},
        {"two type sections",
         section_out_of_order,
         module_of({section(type_section, {0x00}), section(type_section, {0x00})}),
         {}},
        {"code before data count",
         section_out_of_order,
         module_of({section(code_section, {0x00}), section(data_count_section, {0x00})}),
         {}},
        {"a byte after the types",
         section_size_mismatch,
         module_of({section(type_section, {0x00, 0x00})}),
         {}},
        {"a function without code",
         function_and_code_counts_differ,
         module_of({section(type_section, list({function_type({}, {})})),
                    section(function_section, {0x01, 0x00})}),
         {}},
        {"code without a function",
         function_and_code_counts_differ,
         module_of({section(code_section, list({code({})}))}),
         {}},
        {"a data count without data",
         data_count_mismatch,
         module_of({section(data_count_section, {0x01})}),
         {}},
    };
}

std::vector<Rejection> malformed_entries() {
    using enum LoadErrorCode;
    return {
        {"a parameter of type 0x40",
         bad_value_type,
         module_of({section(type_section, {0x01, 0x60, 0x01, 0x40, 0x00})}),
         {}},
        {"(table 1 i32)",
         bad_reference_type,
         module_of({section(table_section, {0x01, kI32, 0x00, 0x01})}),
         {}},
        {"a type of kind 0x40",
         bad_function_type,
         module_of({section(type_section, {0x01, 0x40, 0x00, 0x00})}),
         {}},
        {"limits of kind 8",
         bad_limits_flags,
         module_of({section(memory_section, {0x01, 0x08, 0x00})}),
         {}},
        {"mutability 2", bad_mutability, module_of({import_of({0x03, kI32, 0x02})}), {}},
        {"an import of kind 5", bad_import_kind, module_of({import_of({0x05, 0x00})}), {}},
        {"an export of kind 5",
         bad_export_kind,
         module_of({section(export_section, {0x01, 0x01, 'a', 0x05, 0x00})}),
         {}},
        {"an element segment of kind 8",
         bad_segment_flags,
         module_of({section(element_section, {0x01, 0x08, 0x00})}),
         {}},
        {"a data segment of kind 3",
         bad_segment_flags,
         module_of({section(data_section, {0x01, 0x03, 0x00})}),
         {}},
        {"elements of kind 1",
         bad_element_kind,
         module_of({section(element_section, {0x01, 0x01, 0x01, 0x00})}),
         {}},
        {"(data.drop 0)", data_count_required, module_with_body({0xFC, 0x09, 0x00}), {}},
        {"block of type 0x41", bad_block_type, module_with_body({0x02, 0x41, kEnd}), {}},
        {"opcode 0xFF", unknown_opcode, module_with_body({0xFF}), {}},
        {"(memory.size 1)",
         zero_byte_expected,
         module_with_body({0x3F, 0x01, 0x1A}, {memory()}),
         {}},
        {"(i32.load align=2^32)",
         bad_memory_argument,
         module_with_body({0x41, 0x00, 0x28, 0x20, 0x00, 0x1A}, {memory()}),
         {}},
        {"(block else)", misplaced_else, module_with_body({0x02, 0x40, 0x05, kEnd}), {}},
        {"else in no block", misplaced_else, module_with_body({0x05}), {}},
        {"(if else else)",
         misplaced_else,
         module_with_body({0x41, 0x00, 0x04, 0x40, 0x05, 0x05, kEnd}),
         {}},
        {"nop after end", code_size_mismatch, module_with_body({kEnd, 0x01}), {}},
        {"a block without end", unexpected_end, module_with_body({0x02, 0x40}), {}},
    };
}

std::vector<Rejection> unknown_indices() {
    using enum LoadErrorCode;
    return {
        {"(func (type 1))",
         unknown_type,
         module_of({section(type_section, list({function_type({}, {})})),
                    section(function_section, {0x01, 0x01}),
                    section(code_section, list({code({})}))}),
         {}},
        {"(block (type 1))", unknown_type, module_with_body({0x02, 0x01, kEnd}), {}},
        {"(call_indirect (type 1) (i32.const 0))",
         unknown_type,
         module_with_body({0x41, 0x00, 0x11, 0x01, 0x00}, {table()}),
         {}},
        {"(call 1)", unknown_function, module_with_body({0x10, 0x01}), {}},
        {"(ref.func 1)", unknown_function, module_with_body({0xD2, 0x01, 0x1A}), {}},
        {"(export \"a\" (func 0))",
         unknown_function,
         module_of({section(export_section, {0x01, 0x01, 'a', 0x00, 0x00})}),
         {}},
        {"(start 1)", unknown_function, module_with_body({}, {section(start_section, {0x01})}), {}},
        {"(elem func 1)",
         unknown_function,
         module_with_body({}, {section(element_section, {0x01, 0x01, 0x00, 0x01, 0x01})}),
         {}},
        {"(table.size 0)", unknown_table, module_with_body({0xFC, 0x10, 0x00, 0x1A}), {}},
        {"(elem (i32.const 0))",
         unknown_table,
         module_of({section(element_section, {0x01, 0x00, 0x41, 0x00, kEnd, 0x00})}),
         {}},
        {"(export \"a\" (table 0))",
         unknown_table,
         module_of({section(export_section, {0x01, 0x01, 'a', 0x01, 0x00})}),
         {}},
        {"(memory.size)", unknown_memory, module_with_body({0x3F, 0x00, 0x1A}), {}},
        {"(i32.load (i32.const 0))",
         unknown_memory,
         module_with_body({0x41, 0x00, 0x28, 0x02, 0x00, 0x1A}),
         {}},
        {"(data (i32.const 0))",
         unknown_memory,
         module_of({section(data_section, {0x01, 0x00, 0x41, 0x00, kEnd, 0x00})}),
         {}},
        {"(export \"a\" (memory 0))",
         unknown_memory,
         module_of({section(export_section, {0x01, 0x01, 'a', 0x02, 0x00})}),
         {}},
        {"(global.get 0)", unknown_global, module_with_body({0x23, 0x00, 0x1A}), {}},
        {"(export \"a\" (global 0))",
         unknown_global,
         module_of({section(export_section, {0x01, 0x01, 'a', 0x03, 0x00})}),
         {}},
        {"(global i32 (i32.const 0)) (global i32 (global.get 0))",
         unknown_global,
         module_of({section(global_section,
                            {0x02, kI32, 0x00, 0x41, 0x00, kEnd, kI32, 0x00, 0x23, 0x00, kEnd})}),
         {}},
        {"(local.get 0)", unknown_local, module_with_body({0x20, 0x00, 0x1A}), {}},
        {"(br 1)", unknown_label, module_with_body({0x0C, 0x01}), {}},
        {"(br_table 1 0)",
         unknown_label,
         module_with_body({0x41, 0x00, 0x0E, 0x01, 0x01, 0x00}),
         {}},
        {"(elem.drop 0)", unknown_element_segment, module_with_body({0xFC, 0x0D, 0x00}), {}},
        {"(data.drop 0)",
         unknown_data_segment,
         module_with_body({0xFC, 0x09, 0x00}, {section(data_count_section, {0x00})}),
         {}},
    };
}

std::vector<Rejection> broken_rules() {
    using enum LoadErrorCode;
    return {
        {"(i32.add)", type_mismatch, module_with_body({0x6A, 0x1A}), {}},
        {"(select (result))", invalid_result_arity, module_with_body({0x00, 0x1C, 0x00, 0x1A}), {}},
        {"(func (drop (ref.func 0)))",
         undeclared_function_reference,
         module_with_body({0xD2, 0x00, 0x1A}),
         {}},
        {"(func (drop (ref.func 0))) (start 0)",
         undeclared_function_reference,
         module_with_body({0xD2, 0x00, 0x1A}, {section(start_section, {0x00})}),
         {}},
        {"(global.set 0 (i32.const 0))",
         immutable_global,
         module_with_body({0x41, 0x00, 0x24, 0x00}, {global_of({0x41, 0x00})}),
         {}},
        {"(global i32 (nop) (i32.const 0))",
         constant_expression_required,
         module_of({global_of({0x01, 0x41, 0x00})}),
         {}},
        {"(global i32 (global.get $mutable_import))",
         constant_expression_required,
         module_of({import_of({0x03, kI32, 0x01}), global_of({0x23, 0x00})}),
         {}},
        {"(i32.load align=8)",
         alignment_too_large,
         module_with_body({0x41, 0x00, 0x28, 0x03, 0x00, 0x1A}, {memory()}),
         {}},
        {"(memory 2 1)",
         limits_min_above_max,
         module_of({section(memory_section, {0x01, 0x01, 0x02, 0x01})}),
         {}},
        {"(memory 65537)",
         memory_too_large,
         module_of({section(memory_section, {0x01, 0x00, 0x81, 0x80, 0x04})}),
         {}},
        {"(memory 0 65537)",
         memory_too_large,
         module_of({section(memory_section, {0x01, 0x01, 0x00, 0x81, 0x80, 0x04})}),
         {}},
        {"(export \"a\" (func 0)) (export \"a\" (memory 0))",
         duplicate_export,
         module_with_body({}, {memory(), section(export_section, list({{0x01, 'a', 0x00, 0x00},
                                                                       {0x01, 'a', 0x02, 0x00}}))}),
         {}},
        {"(func (param i32)) (start 0)",
         bad_start_function,
         module_with_body({kI32}, {}, {}, {section(start_section, {0x00})}),
         {}},
    };
}

std::vector<Rejection> unsupported_features() {
    using enum LoadErrorCode;
    return {
        {"(param v128)", unsupported_feature,
         module_of({section(type_section, list({function_type({0x7B}, {})}))}), "simd"},
        {"v128.const", unsupported_feature, module_with_body({0xFD, 0x0C}), "simd"},
        {"(memory 1) (memory 1)", unsupported_feature,
         module_of({section(memory_section, {0x02, 0x00, 0x01, 0x00, 0x01})}), "multi-memory"},
        {"(memory 1 1 shared)", unsupported_feature,
         module_of({section(memory_section, {0x01, 0x03, 0x01, 0x01})}), "threads"},
        {"(memory i64 1)", unsupported_feature,
         module_of({section(memory_section, {0x01, 0x04, 0x01})}), "memory64"},
        {"(type (struct))", unsupported_feature,
         module_of({section(type_section, {0x01, 0x5F, 0x00})}), "gc"},
        {"(table 1 (ref func))", unsupported_feature,
         module_of({section(table_section, {0x01, 0x64, 0x70, 0x00, 0x01})}),
         "function-references"},
        {"(tag)", unsupported_feature, module_of({{0x0D, 0x03, 0x01, 0x00, 0x00}}),
         "exception-handling"},
        {"(import \"m\" \"n\" (tag))", unsupported_feature,
         module_of({import_of({0x04, 0x00, 0x00})}), "exception-handling"},
        {"(component)",
         unsupported_feature,
         {0x00, 0x61, 0x73, 0x6D, 0x0D, 0x00, 0x01, 0x00},
         "component-model"},
    };
}

std::vector<Rejection> all_rejections() {
    std::vector<Rejection> all;
    for (const auto& group : {malformed_sections(), malformed_entries(), unknown_indices(),
                              broken_rules(), unsupported_features()}) {
        all.insert(all.end(), group.begin(), group.end());
    }
    return all;
}

TEST(Rejection, EachHasItsCode) {
    for (const Rejection& rejection : all_rejections()) {
        SCOPED_TRACE(rejection.wat);
        const auto module = load(rejection.wasm);
        ASSERT_FALSE(module.has_value());
        EXPECT_EQ(load_error_text(module.error().code), load_error_text(rejection.code));
        EXPECT_EQ(module.error().name, rejection.feature);
        EXPECT_LE(module.error().offset, rejection.wasm.size());
    }
}

TEST(Rejection, EachCodeButTheLimitsIsReached) {
    // These three belong to limits_test.cpp and to what comes after validation.
    std::set<LoadErrorCode> reached{LoadErrorCode::limit_exceeded,
                                    LoadErrorCode::unsupported_import,
                                    LoadErrorCode::import_type_mismatch};
    for (const Rejection& rejection : all_rejections()) {
        reached.insert(rejection.code);
    }
    for (std::size_t i = 0; i < kLoadErrorCodeCount; ++i) {
        const auto code = static_cast<LoadErrorCode>(i);
        EXPECT_TRUE(reached.contains(code)) << load_error_text(code);
    }
}

// (func (i32.const 1) (i64.const 1) (i32.add) (drop))
TEST(Rejection, TheOffsetIsThatOfTheInstruction) {
    const Bytes wasm = module_with_body({0x41, 0x01, 0x42, 0x01, 0x6A, 0x1A});
    const auto module = load(wasm);
    ASSERT_FALSE(module.has_value());
    EXPECT_EQ(module.error().offset, wasm.size() - 3);
    EXPECT_EQ(wasm[module.error().offset], 0x6A);
}

}  // namespace
}  // namespace lockstep::vm::test
