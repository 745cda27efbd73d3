// The prologue, host functions, pools, shapes and names of programs.

#include "vm/program/lowering.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "listing.hpp"
#include "tests/unit/vm/module/wasm_bytes.hpp"

namespace lockstep::vm::test {
namespace {

using Slots = std::vector<std::uint64_t>;

TEST(Prologue, OfAModuleWithoutAnything) {
    // (module)
    const std::string_view wasm = "0061736d01000000";
    const Program program = lower_module(wasm);
    EXPECT_EQ(prologue_listing(program), R"(
0 charge a=7
1 invoke
2 charge a=3
3 return_
)");
    EXPECT_TRUE(program.functions.empty());
    EXPECT_EQ(program.memories, std::vector<MemoryShape>(1));
}

TEST(Prologue, ElementSegmentsThenDataSegmentsThenTheStartFunction) {
    // (module (memory 1) (table 4 externref) (table 4 funcref) (start 1)
    //   (data (i32.const 7) "abc")
    //   (elem (table 1) (offset (i32.const 2)) func 0 1)
    //   (data "passive")
    //   (elem func 0)
    //   (elem declare func 0)
    //   (data (i32.const 0) "")
    //   (elem (table 0) (offset (i32.const 4)) externref)
    //   (func) (func (local i64)))
    const std::string_view wasm =
        "0061736d0100000001040160000003030200000407026f00047000040503010001080101091904020141020b"
        "000200010100010003000100060041040b6f000a090202000b0401017e0b0b17030041070b03616263010770"
        "6173736976650041000b00";
    const Program program = lower_module(wasm);
    EXPECT_EQ(prologue_listing(program), R"(
0 charge a=9
1 const_ a=2
2 const_
3 const_ a=2
4 const_ a=2
5 table_init b=1 c=1
6 charge a=9
7 const_ a=4
8 const_
9 const_
10 const_
11 table_init a=8 c=1
12 charge a=9
13 const_ a=7
14 const_
15 const_ a=3
16 const_ a=3
17 memory_init
18 charge a=9
19 const_
20 const_
21 const_
22 const_
23 memory_init a=64
24 charge a=5
25 call a=1 b=32
26 charge a=7
27 invoke
28 charge a=3
29 return_
)");
    EXPECT_EQ(program.element_pool, (Slots{1, 2, 0, 0, 1, 0, 0, 0}));
    Bytes pool(64);
    std::ranges::copy(std::string_view("abc"), pool.begin());
    std::ranges::copy(std::string_view("passive"), pool.begin() + 32);
    EXPECT_EQ(program.data_pool, pool);
    EXPECT_EQ(program.globals, (Slots{7, 1}));
}

TEST(Prologue, AStartFunctionFurtherDown) {
    // (module (func) (func (local i64)) (start 1))
    const std::string_view wasm =
        "0061736d0100000001040160000003030200000801010a090202000b0401017e0b";
    const Program program = lower_module(wasm);
    EXPECT_EQ(prologue_listing(program), R"(
0 charge a=5
1 call a=1 b=8
2 charge a=7
3 invoke
4 charge a=3
5 return_
)");
    EXPECT_EQ(program.functions[1].entry, 8U);
}

TEST(HostFunctions, HaveBodiesAndAreInstructionsInPlace) {
    // (module
    //   (import "lockstep" "output_write" (func (param i32 i32)))
    //   (import "lockstep" "input_size" (func (result i32)))
    //   (import "lockstep" "input_read" (func (param i32 i32 i32)))
    //   (import "lockstep" "halt" (func (param i32)))
    //   (table 1 funcref) (elem (i32.const 0) func 3)
    //   (export "write" (func 0))
    //   (func
    //     (call 0 (i32.const 1) (call 1))
    //     (call 2 (i32.const 2) (i32.const 3) (i32.const 4))
    //     (call 3 (i32.const 5))))
    const std::string_view wasm =
        "0061736d0100000001170560027f7f006000017f60037f7f7f0060017f00600000025504086c6f636b737465"
        "700c6f75747075745f77726974650000086c6f636b737465700a696e7075745f73697a650001086c6f636b73"
        "7465700a696e7075745f726561640002086c6f636b737465700468616c740003030201040404017000010709"
        "0105777269746500000907010041000b01030a160114004101100110004102410341041002410510030b";
    const Program program = lower_module(wasm);
    EXPECT_EQ(listing(program, 0), R"(
0 charge a=10
1 local_set b=1
2 local_set
3 local_get
4 local_get b=1
5 output_write
6 charge a=3
7 return_ a=4
)");
    EXPECT_EQ(listing(program, 1), R"(
0 charge a=5
1 input_size
2 return_ a=1
)");
    EXPECT_EQ(listing(program, 2), R"(
0 charge a=12
1 local_set b=2
2 local_set b=1
3 local_set
4 local_get
5 local_get b=1
6 local_get b=2
7 input_read
8 charge a=3
9 return_ a=6
)");
    EXPECT_EQ(listing(program, 3), R"(
0 charge a=5
1 local_set
2 local_get
3 halt
4 charge a=3
5 return_ a=2
)");
    EXPECT_EQ(listing(program, 4), R"(
0 charge a=8
1 const_ a=1
2 input_size
3 output_write
4 charge a=8
5 const_ a=2
6 const_ a=3
7 const_ a=4
8 input_read
9 charge a=3
10 const_ a=5
11 halt
12 charge a=3
13 return_ a=3
)");
    EXPECT_EQ(program.element_pool, (Slots{4}));
    EXPECT_EQ(program.exported_functions.at("write"), FunctionIndex(0));
}

LoadError refusal_of(const Bytes& wasm) {
    const auto program = try_lower(wasm);
    return program ? LoadError{} : program.error();
}

TEST(HostFunctions, OtherImportsAreRefusedByTheirPlace) {
    const auto module_with_import = [](std::string_view module, std::string_view name,
                                       const Bytes& description) {
        const Bytes good = join({sized({'l', 'o', 'c', 'k', 's', 't', 'e', 'p'}),
                                 sized({'h', 'a', 'l', 't'}),
                                 {0x00, 0x00}});
        return module_of(
            {section(type_section, list({function_type({kI32}, {}), function_type({kI64}, {})})),
             section(import_section,
                     list({good, join({sized(Bytes(module.begin(), module.end())),
                                       sized(Bytes(name.begin(), name.end())), description})}))});
    };
    const Bytes function = {0x00, 0x00};
    const Bytes table = {0x01, 0x70, 0x00, 0x01};
    const Bytes memory = {0x02, 0x00, 0x01};
    const Bytes global = {0x03, kI32, 0x00};
    EXPECT_TRUE(try_lower(module_with_import("lockstep", "halt", function)).has_value());
    for (const auto& [module, name, description] : {std::tuple{"env", "halt", function},
                                                    {"lockstep", "abort", function},
                                                    {"", "", function},
                                                    {"lockstep", "halt", table},
                                                    {"lockstep", "halt", memory},
                                                    {"lockstep", "halt", global}}) {
        const LoadError error = refusal_of(module_with_import(module, name, description));
        EXPECT_EQ(error.code, LoadErrorCode::unsupported_import);
        EXPECT_EQ(error.value, 1U);
    }
    const LoadError error = refusal_of(module_with_import("lockstep", "halt", {0x00, 0x01}));
    EXPECT_EQ(error.code, LoadErrorCode::import_type_mismatch);
    EXPECT_EQ(error.value, 1U);
    EXPECT_EQ(error.name, "(i32) -> ()");
}

TEST(HostFunctions, EachHasOneType) {
    // One of the results is missing, and i64 is not i32.
    for (const std::string_view wasm :
         {// (module (import "lockstep" "input_size" (func)))
          "0061736d0100000001040160000002170108"
          "6c6f636b73746570"
          "0a"
          "696e7075745f73697a65"
          "0000",
          // (module (import "lockstep" "input_size" (func (result i64))))
          "0061736d010000000105016000017e02170108"
          "6c6f636b73746570"
          "0a"
          "696e7075745f73697a65"
          "0000"}) {
        const LoadError error = refusal_of(bytes_of(wasm));
        EXPECT_EQ(error.code, LoadErrorCode::import_type_mismatch);
        EXPECT_EQ(error.name, "() -> i32");
    }
}

TEST(Lowering, ShapesOfMemoryAndTables) {
    // (module (memory 2) (table 3 funcref) (table 4 5 externref) (table 6 4000000000 funcref))
    const std::string_view wasm = "0061736d010000000410037000036f01040570010680d0acf30e0503010002";
    const Program program = lower_module(wasm);
    EXPECT_EQ(program.memories, (std::vector<MemoryShape>{{.pages = 2, .max_pages = 65'536}}));
    EXPECT_EQ(program.tables, (std::vector<TableShape>{{.size = 3, .max = 1U << 20U},
                                                       {.size = 4, .max = 5},
                                                       {.size = 6, .max = 1U << 20U}}));
    // (module (memory 2 7))
    const std::string_view bounded = "0061736d01000000050401010207";
    EXPECT_EQ(lower_module(bounded).memories.front().max_pages, 7U);
}

TEST(Lowering, EmptySegmentsBeginAtTheNextLeaf) {
    // (module (memory 1) (table 1 funcref)
    //   (data "") (data "a") (data "") (data "")
    //   (elem func) (elem func 0) (elem func)
    //   (func (memory.init 3 (i32.const 0) (i32.const 0) (i32.const 0))))
    const std::string_view wasm =
        "0061736d01000000010401600000030201000404017000010503010001090b03010000010001000100000c01"
        "040a0e010c00410041004100fc0803000b0b0a04010001016101000100";
    const Program program = lower_module(wasm);
    EXPECT_EQ(listing(program, 0), R"(
0 charge a=10
1 const_
2 const_
3 const_
4 global_get b=3 c=1
5 memory_init a=32
6 charge a=3
7 return_ a=4
)");
    EXPECT_EQ(program.data_pool.size(), 32U);
    EXPECT_EQ(program.element_pool, (Slots{1, 0, 0, 0}));
}

TEST(Lowering, GlobalsStartWithTheirInitializers) {
    // (module
    //   (global i32 (i32.sub (i32.const 1) (i32.mul (i32.const 2) (i32.const 3))))
    //   (global i64 (i64.const -1)) (global f32 (f32.const 1)) (global funcref (ref.func 0))
    //   (global externref (ref.null extern)) (func))
    const std::string_view wasm =
        "0061736d01000000010401600000030201000623057f004101410241036c6b0b7e00427f0b7d00430000803f"
        "0b7000d2000b6f00d06f0b0a040102000b";
    EXPECT_EQ(lower_module(wasm).globals, (Slots{0xFFFF'FFFB, ~0ULL, 0x3F80'0000, 1, 0}));
}

TEST(Lowering, ElementsMayBeNull) {
    // (module (elem funcref (ref.func 1) (ref.null func) (ref.func 0)) (func) (func))
    const std::string_view wasm =
        "0061736d010000000104016000000303020000090d01057003d2010bd0700bd2000b0a070202000b02000b";
    EXPECT_EQ(lower_module(wasm).element_pool, (Slots{2, 0, 1}));
}

TEST(Lowering, NamesComeFromTheNameSectionThenFromExports) {
    // (module (func $first (export "a")) (func (export "b") (export "c")) (func))
    const Bytes wasm = module_of(
        {section(type_section, list({function_type({}, {})})),
         section(function_section, {3, 0, 0, 0}),
         section(export_section, list({{1, 'a', 0, 0}, {1, 'b', 0, 1}, {1, 'c', 0, 1}})),
         section(code_section, list_of(3, code({}))),
         section(custom_section,
                 join({sized({'n', 'a', 'm', 'e'}), {1}, sized({1, 0, 3, 'o', 'n', 'e'})}))});
    const Program program = lower_module(wasm);
    ASSERT_EQ(program.function_infos.size(), 3U);
    EXPECT_EQ(program.function_infos[0].name, "one");
    EXPECT_EQ(program.function_infos[1].name, "b");
    EXPECT_EQ(program.function_infos[2].name, "function[2]");
    EXPECT_EQ(program.exported_functions.size(), 3U);
    EXPECT_EQ(program.exported_functions.at("c"), FunctionIndex(1));
}

TEST(Lowering, OnlyFunctionsAreExported) {
    // (module (memory (export "m") 1) (global (export "g") i32 (i32.const 0))
    //   (table (export "t") 0 funcref) (func) (func (export "f")))
    const std::string_view wasm =
        "0061736d01000000010401600000030302000004040170000005030100010606017f0041000b071104016d02"
        "000167030001740100016600010a070202000b02000b";
    const Program program = lower_module(wasm);
    ASSERT_EQ(program.exported_functions.size(), 1U);
    EXPECT_EQ(program.exported_functions.at("f"), FunctionIndex(1));
}

TEST(Lowering, RecordsDescribeTheParameters) {
    // (module (type (func)) (func (param i32 i64 f32 f64 externref funcref) (result i32 i32)
    //   (unreachable)))
    const std::string_view wasm =
        "0061736d01000000010f0260000060067f7e7d7c6f70027f7f030201010a05010300000b";
    const FunctionRecord record = lower_module(wasm).functions[0];
    EXPECT_EQ(record.type, 1U);
    EXPECT_EQ(record.entry, 4U);
    EXPECT_EQ(record.parameters, 6U);
    EXPECT_EQ(record.results, 2U);
    EXPECT_EQ(record.parameter_kinds, 0b11'10'01'00'01'00U);
    EXPECT_EQ(record.locals_depth, 1U);
}

TEST(Lowering, RecordsDescribe32Parameters) {
    const Bytes wasm = module_with_body(repeat({kI64}, 40), {}, {});
    EXPECT_EQ(lower_module(wasm).functions[0].parameter_kinds, 0x5555'5555'5555'5555U);
}

TEST(Lowering, TheSameModuleGivesTheSameProgram) {
    // (module (memory 1) (table 1 funcref) (elem (i32.const 0) func 0) (data (i32.const 0) "a")
    //   (func (param i32) (result i32 i32)
    //     (block (result i32 i32)
    //       (i64.const 1) (i32.const 1) (i32.const 2) (br_table 0 0 1 (local.get 0)))))
    const std::string_view wasm =
        "0061736d01000000010c0260017f027f7f6000027f7f0302010004040170000105030100010907010041000b"
        "01000a14011200020142014101410220000e020000010b0b0b07010041000b0161";
    const Program first = lower_module(wasm);
    const Program second = lower_module(wasm);
    EXPECT_EQ(first.code, second.code);
    EXPECT_EQ(first.functions, second.functions);
    EXPECT_EQ(first.types, second.types);
    EXPECT_EQ(first.data_pool, second.data_pool);
    EXPECT_EQ(first.element_pool, second.element_pool);
    EXPECT_EQ(first.globals, second.globals);
    EXPECT_EQ(first.tables, second.tables);
}

}  // namespace
}  // namespace lockstep::vm::test
