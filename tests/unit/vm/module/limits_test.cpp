// Each limit of vm/module/limits.hpp: a module at it is taken, one past it is refused by its name.

#include "vm/module/limits.hpp"

#include <string_view>

#include <gtest/gtest.h>

#include "tests/unit/vm/module/wasm_bytes.hpp"

namespace lockstep::vm::test {
namespace {

void expect_loads(Bytes wasm) {
    const auto module = load(std::move(wasm));
    EXPECT_TRUE(module.has_value())
        << load_error_text(module.error().code) << " " << module.error().name;
}

void expect_limit(Bytes wasm, std::string_view name, std::uint64_t value) {
    const auto module = load(std::move(wasm));
    ASSERT_FALSE(module.has_value());
    EXPECT_EQ(load_error_text(module.error().code), load_error_text(LoadErrorCode::limit_exceeded));
    EXPECT_EQ(module.error().name, name);
    EXPECT_EQ(module.error().value, value);
}

/// A section of `count` equal items.
Bytes section_of(SectionId id, std::size_t count, const Bytes& item) {
    return section(id, list_of(count, item));
}

TEST(Limits, ModuleBytes) {
    // A custom section with a name of one byte fills the module.
    Bytes wasm = module_of({{0x00}, leb(kMaxModuleBytes - 13), {0x01, 'x'}});
    ASSERT_EQ(wasm.size(), 15);
    wasm.resize(kMaxModuleBytes);
    expect_loads(wasm);
    wasm.push_back(0);
    expect_limit(std::move(wasm), "max_module_bytes", kMaxModuleBytes);
}

TEST(Limits, Types) {
    const Bytes type = function_type({}, {});
    expect_loads(module_of({section_of(type_section, kMaxTypes, type)}));
    expect_limit(module_of({section_of(type_section, kMaxTypes + 1, type)}), "max_types",
                 kMaxTypes);
}

TEST(Limits, ParametersAndResults) {
    const auto module_with_type = [](std::size_t parameters, std::size_t results) {
        return module_of({section(
            type_section,
            list({join({{0x60}, list_of(parameters, {kI32}), list_of(results, {kI64})})}))});
    };
    expect_loads(module_with_type(kMaxParameters, kMaxResults));
    expect_limit(module_with_type(kMaxParameters + 1, 0), "max_parameters", kMaxParameters);
    expect_limit(module_with_type(0, kMaxResults + 1), "max_results", kMaxResults);
}

TEST(Limits, Imports) {
    // (import "" "" (global i32))
    const Bytes global{0x00, 0x00, 0x03, kI32, 0x00};
    expect_loads(module_of({section_of(import_section, kMaxImports, global)}));
    expect_limit(module_of({section_of(import_section, kMaxImports + 1, global)}), "max_imports",
                 kMaxImports);
}

TEST(Limits, FunctionsImportedOnesIncluded) {
    const auto with_functions = [](std::size_t defined) {
        return module_of({section(type_section, list({function_type({}, {})})),
                          section(import_section, list({{0x00, 0x00, 0x00, 0x00}})),
                          section_of(function_section, defined, {0x00}),
                          section_of(code_section, defined, code({}))});
    };
    expect_loads(with_functions(kMaxFunctions - 1));
    expect_limit(with_functions(kMaxFunctions), "max_functions", kMaxFunctions);
}

TEST(Limits, TablesImportedOnesIncluded) {
    const Bytes table{0x70, 0x00, 0x00};
    const auto with_tables = [&](std::size_t imported, std::size_t defined) {
        return module_of({section_of(import_section, imported, join({{0x00, 0x00, 0x01}, table})),
                          section_of(table_section, defined, table)});
    };
    expect_loads(with_tables(1, kMaxTables - 1));
    expect_limit(with_tables(1, kMaxTables), "max_tables", kMaxTables);
    expect_limit(with_tables(kMaxTables + 1, 0), "max_tables", kMaxTables);
}

TEST(Limits, TableElements) {
    const auto with_table = [](std::size_t size) {
        return module_of({section(table_section, join({{0x01, 0x70, 0x00}, leb(size)}))});
    };
    expect_loads(with_table(kMaxTableElements));
    expect_limit(with_table(kMaxTableElements + 1), "max_table_elements", kMaxTableElements);
}

TEST(Limits, InitialElementsOfAllTables) {
    const auto with_tables = [](std::size_t full, std::size_t more) {
        Bytes tables = leb(full + 1);
        for (std::size_t i = 0; i < full; ++i) {
            tables = join({tables, {0x70, 0x00}, leb(kMaxTableElements)});
        }
        return module_of({section(table_section, join({tables, {0x70, 0x00}, leb(more)}))});
    };
    const std::size_t full = kMaxInitialElements / kMaxTableElements;
    expect_loads(with_tables(full, 0));
    expect_limit(with_tables(full, 1), "max_initial_elements", kMaxInitialElements);
}

TEST(Limits, MemoryPagesAreTheSpecificationsOwn) {
    expect_loads(module_of({section(memory_section, join({{0x01, 0x00}, leb(kMaxMemoryPages)}))}));
    const auto above =
        load(module_of({section(memory_section, join({{0x01, 0x00}, leb(kMaxMemoryPages + 1)}))}));
    ASSERT_FALSE(above.has_value());
    EXPECT_EQ(above.error().code, LoadErrorCode::memory_too_large);
}

TEST(Limits, GlobalsImportedOnesIncluded) {
    // (global i32 (i32.const 0))
    const Bytes global{kI32, 0x00, 0x41, 0x00, kEnd};
    const auto with_globals = [&](std::size_t defined) {
        return module_of({section(import_section, list({{0x00, 0x00, 0x03, kI32, 0x00}})),
                          section_of(global_section, defined, global)});
    };
    expect_loads(with_globals(kMaxGlobals - 1));
    expect_limit(with_globals(kMaxGlobals), "max_globals", kMaxGlobals);
}

TEST(Limits, Exports) {
    const auto with_exports = [](std::size_t count) {
        Bytes exports = leb(count);
        for (std::size_t i = 0; i < count; ++i) {
            // A name of its own: the index as four 7-bit digits.
            const auto digit = [&](unsigned place) {
                return static_cast<std::uint8_t>((i >> (7 * place)) & 0x7FU);
            };
            append(exports, {0x04, digit(0), digit(1), digit(2), digit(3), 0x02, 0x00});
        }
        return module_of(
            {section(memory_section, {0x01, 0x00, 0x00}), section(export_section, exports)});
    };
    expect_loads(with_exports(kMaxExports));
    expect_limit(with_exports(kMaxExports + 1), "max_exports", kMaxExports);
}

TEST(Limits, Segments) {
    // (elem func) and (data "")
    const Bytes element{0x01, 0x00, 0x00};
    expect_loads(module_of({section_of(element_section, kMaxElementSegments, element)}));
    expect_limit(module_of({section_of(element_section, kMaxElementSegments + 1, element)}),
                 "max_element_segments", kMaxElementSegments);
    const Bytes data{0x01, 0x00};
    expect_loads(module_of({section_of(data_section, kMaxDataSegments, data)}));
    expect_limit(module_of({section_of(data_section, kMaxDataSegments + 1, data)}),
                 "max_data_segments", kMaxDataSegments);
    expect_limit(module_of({section(data_count_section, leb(kMaxDataSegments + 1))}),
                 "max_data_segments", kMaxDataSegments);
}

TEST(Limits, Elements) {
    static_assert(kMaxElements % kMaxElementsPerSegment == 0);
    // (elem funcref (ref.func 0) ...), by indices
    const auto segment = [](std::size_t count) {
        return join({{0x01, 0x00}, list_of(count, {0x00})});
    };
    const auto with_segments = [](const std::vector<Bytes>& segments) {
        return module_with_body({}, {section(element_section, list(segments))});
    };
    expect_limit(with_segments({segment(kMaxElementsPerSegment + 1)}), "max_elements_per_segment",
                 kMaxElementsPerSegment);
    std::vector<Bytes> segments(kMaxElements / kMaxElementsPerSegment,
                                segment(kMaxElementsPerSegment));
    expect_loads(with_segments(segments));
    segments.push_back(segment(1));
    expect_limit(with_segments(segments), "max_elements", kMaxElements);
}

TEST(Limits, ConstExpressionInstructions) {
    // (global i32 (i32.const 0)), then (i32.const 0) (i32.add) over and over
    const auto with_global = [](std::size_t additions, const Bytes& rest) {
        return module_of({section(global_section, join({{0x01, kI32, 0x00, 0x41, 0x00},
                                                        repeat({0x41, 0x00, 0x6A}, additions),
                                                        rest,
                                                        {kEnd}}))});
    };
    static_assert(kMaxConstExpressionInstructions % 2 == 0);
    expect_loads(with_global(kMaxConstExpressionInstructions / 2 - 1, {}));
    expect_limit(with_global(kMaxConstExpressionInstructions / 2, {}),
                 "max_const_expression_instructions", kMaxConstExpressionInstructions);
}

/// One function of type [i32] -> [] with these runs of locals.
Bytes module_with_locals(const std::vector<Bytes>& runs) {
    return module_of({section(type_section, list({function_type({kI32}, {})})),
                      section(function_section, {0x01, 0x00}),
                      section(code_section, list({sized(join({list(runs), {kEnd}}))}))});
}

TEST(Limits, LocalsParametersIncluded) {
    const auto run = [](std::size_t count, std::uint8_t type) {
        return join({leb(count), {type}});
    };
    expect_loads(module_with_locals({run(kMaxLocals - 1, kI32)}));
    expect_limit(module_with_locals({run(kMaxLocals, kI32)}), "max_locals", kMaxLocals);
    expect_limit(module_with_locals({run(kMaxLocals - 1, kI32), run(1, kI64)}), "max_locals",
                 kMaxLocals);
    // 2^32 and more.
    expect_limit(module_with_locals({run(1, kI64), run(0xFFFF'FFFF, kI32)}), "max_locals",
                 kMaxLocals);
    expect_limit(module_with_locals(std::vector<Bytes>(8, run(1U << 30U, kI32))), "max_locals",
                 kMaxLocals);
}

TEST(Limits, EmptyRunsOfLocalsTakeNoRoom) {
    const auto module = load(module_with_locals(std::vector<Bytes>(100'000, {0x00, kI32})));
    ASSERT_TRUE(module.has_value());
    EXPECT_TRUE(module->module().codes.at(0).locals.empty());
}

TEST(Limits, FunctionBodyBytes) {
    const auto with_nops = [](std::size_t count) { return module_with_body(Bytes(count, 0x01)); };
    // The list of locals and `end` take a byte each.
    expect_loads(with_nops(kMaxFunctionBodyBytes - 2));
    expect_limit(with_nops(kMaxFunctionBodyBytes - 1), "max_function_body_bytes",
                 kMaxFunctionBodyBytes);
}

TEST(Limits, BlockNesting) {
    const auto with_blocks = [](std::size_t count) {
        return module_with_body(join({repeat({0x02, 0x40}, count), Bytes(count, kEnd)}));
    };
    expect_loads(with_blocks(kMaxBlockNesting - 1));
    expect_limit(with_blocks(kMaxBlockNesting), "max_block_nesting", kMaxBlockNesting);
}

TEST(Limits, BrTableTargets) {
    const auto with_targets = [](std::size_t count) {
        return module_with_body(join({{0x41, 0x00, 0x0E}, list_of(count, {0x00}), {0x00}}));
    };
    expect_loads(with_targets(kMaxBrTableTargets));
    expect_limit(with_targets(kMaxBrTableTargets + 1), "max_br_table_targets", kMaxBrTableTargets);
}

TEST(Limits, OperandHeight) {
    const auto with_operands = [](std::size_t count) {
        return module_with_body(join({repeat({0x41, 0x00}, count), Bytes(count, 0x1A)}));
    };
    expect_loads(with_operands(kMaxOperandHeight));
    expect_limit(with_operands(kMaxOperandHeight + 1), "max_operand_height", kMaxOperandHeight);
}

TEST(Limits, OperandHeightOfResults) {
    // (func (result i32 x 1000) (call 0) ... (unreachable)): 1000 values a call
    const auto with_calls = [](std::size_t count) {
        return module_with_body({}, Bytes(kMaxResults, kI32),
                                join({repeat({0x10, 0x00}, count), {0x00}}));
    };
    expect_loads(with_calls(kMaxOperandHeight / kMaxResults));
    expect_limit(with_calls(kMaxOperandHeight / kMaxResults + 1), "max_operand_height",
                 kMaxOperandHeight);
}

TEST(Limits, ValidationWork) {
    // (func (result i32 x 1000) (unreachable) (block (type 0) (unreachable)) (unreachable) ...):
    // a block's five bytes cost 2000, its results checked and pushed.
    const auto with_blocks = [](std::size_t count) {
        return module_with_body({}, Bytes(kMaxResults, kI32),
                                join({repeat({0x02, 0x00, 0x00, kEnd, 0x00}, count), {0x00}}));
    };
    constexpr std::size_t cost = 2 * kMaxResults - 5 * kMaxValidationWorkPerByte;
    // The function itself: two bytes, 1000 results.
    constexpr std::size_t budget =
        kMaxValidationWorkBase + 2 * kMaxValidationWorkPerByte - kMaxResults;
    expect_loads(with_blocks(budget / cost));
    expect_limit(with_blocks(budget / cost + 1), "max_validation_work_per_byte",
                 kMaxValidationWorkPerByte);
}

}  // namespace
}  // namespace lockstep::vm::test
