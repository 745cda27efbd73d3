// Instructions that are no control instructions, calls, and the frames of functions.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "listing.hpp"
#include "vm/module/opcode_info.hpp"
#include "vm/program/opcode.hpp"

namespace lockstep::vm {
namespace {

TEST(ValueLowering, ConstantsAreSlots) {
    // (module (func
    //   (drop (i32.const -1)) (drop (i64.const -1))
    //   (drop (f32.const -0)) (drop (f64.const 1)) (drop (ref.null extern))))
    const std::string_view wasm =
        "0061736d01000000010401600000030201000a1d011b00417f1a427f1a43000000801a44000000000000f03f"
        "1ad06f1a0b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=14
1 const_ a=4294967295
2 drop b=1
3 const_ a=18446744073709551615
4 drop b=1
5 const_ a=2147483648
6 drop b=1
7 const_ a=4607182418800017408
8 drop b=1
9 const_
10 drop b=1
11 return_ a=1
)");
}

TEST(ValueLowering, References) {
    // (module (func (result i32) (drop (ref.func 1)) (ref.is_null (ref.null func)))
    //   (func) (elem declare func 1))
    const std::string_view wasm =
        "0061736d010000000108026000017f6000000303020001090501030001010a0d020800d2011ad070d10b0200"
        "0b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=8
1 const_ a=2
2 drop b=1
3 const_
4 i64_eqz
5 return_ a=1
)");
}

TEST(ValueLowering, FloatsThatAreNotComputedWith) {
    // (module (memory 1) (global (mut f64) (f64.const 1))
    //   (func (param f32 f64) (result i64) (local f32)
    //     (local.set 2 (f32.load offset=4 (i32.const 0)))
    //     (f32.store (i32.const 0) (local.get 2))
    //     (f64.store offset=8 (i32.const 0) (f64.load (i32.const 8)))
    //     (local.set 2 (f32.reinterpret_i32 (i32.reinterpret_f32 (local.get 0))))
    //     (global.set 0 (f64.reinterpret_i64 (i64.const 2)))
    //     (i64.reinterpret_f64 (local.get 1))))
    const std::string_view wasm =
        "0061736d0100000001070160027d7c017e030201000503010001060d017c0144000000000000f03f0b0a2c01"
        "2a01017d41002a0204210241002002380200410041082b03003903082000bcbe21024202bf24002001bd0b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=25
1 local_set b=1
2 local_set
3 const_
4 i32_load a=4
5 local_set b=2
6 const_
7 local_get b=2
8 i32_store
9 const_
10 const_ a=8
11 i64_load
12 i64_store a=8
13 local_get
14 local_set b=2
15 const_ a=2
16 global_set
17 local_get b=1
18 return_ a=5
)");
}

TEST(ValueLowering, FloatsThatAreComputedWith) {
    // (module (func (param f32 f64) (result i32)
    //   (i32.trunc_sat_f64_s (f64.sqrt (f64.add (f64.promote_f32 (local.get 0)) (local.get 1))))))
    const std::string_view wasm =
        "0061736d0100000001070160027d7c017f030201000a0d010b002000bb2001a09ffc020b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=22
1 local_set b=1
2 local_set
3 local_get
4 f64_promote_f32
5 local_get b=1
6 f64_add
7 f64_sqrt
8 i32_trunc_sat_f64_s
9 return_ a=4
)");
}

TEST(ValueLowering, LoadsAndStoresHaveTheirOffset) {
    // (module (memory 1) (func
    //   (i64.store32 offset=65536 (i32.const 0)
    //     (i64.load16_s offset=4294967295 align=1 (i32.const 1)))))
    const std::string_view wasm =
        "0061736d010000000104016000000302010005030100010a14011200410041013200ffffffff0f3e02808004"
        "0b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=10
1 const_
2 const_ a=1
3 i64_load16_s a=4294967295
4 i64_store32 a=65536
5 return_ a=2
)");
}

TEST(ValueLowering, SelectAndDrop) {
    // (module (func (drop (select (i32.const 1) (i32.const 2) (i32.const 3)))
    //   (drop (select (result externref) (ref.null extern) (ref.null extern) (i32.const 4)))))
    const std::string_view wasm =
        "0061736d01000000010401600000030201000a160114004101410241031b1ad06fd06f41041c016f1a0b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=14
1 const_ a=1
2 const_ a=2
3 const_ a=3
4 select
5 drop b=1
6 const_
7 const_
8 const_ a=4
9 select
10 drop b=1
11 return_ a=3
)");
}

TEST(ValueLowering, GlobalsCarryTheDepthOfTheirTree) {
    // (module (global (mut i32) (i32.const 1)) (global i64 (i64.const 2)) (global i64 (i64.const 3))
    //   (global i64 (i64.const 4)) (global (mut i64) (i64.const 5))
    //   (func (global.set 4 (global.get 3)) (global.set 0 (i32.const 1))))
    const std::string_view wasm =
        "0061736d0100000001040160000003020100061a057f0141010b7e0042020b7e0042030b7e0042040b7e0142"
        "050b0a0c010a0023032404410124000b";
    const Program program = lower_module(wasm);
    EXPECT_EQ(listing(program, 0), R"(
0 charge a=8
1 global_get b=3 c=1
2 global_set b=4 c=1
3 const_ a=1
4 global_set c=1
5 return_ a=1
)");
    EXPECT_EQ(program.globals, (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
}

TEST(ValueLowering, LocalsCarryTheDepthOfTheirTree) {
    // (module (func (param i32 i64) (local i32 i32 i32 i32 i32 i32 i32)
    //   (local.set 8 (local.tee 0 (i32.const 7)))))
    const std::string_view wasm =
        "0061736d0100000001060160027f7e00030201000a0c010a01077f4107220021080b";
    const Program program = lower_module(wasm);
    EXPECT_EQ(listing(program, 0), R"(
0 charge a=10
1 local_set b=1 c=2
2 local_set c=2
3 const_ a=7
4 local_tee c=2
5 local_set b=8 c=2
6 return_ a=11
)");
    EXPECT_EQ(program.functions[0].locals_depth, 2U);
    EXPECT_EQ(program.functions[0].slots, 9U + 2U);
}

TEST(ValueLowering, MemoryInstructionsEndTheirSuperblocks) {
    // (module (memory 1) (func
    //   (memory.fill (i32.const 1) (i32.const 2) (i32.const 3))
    //   (memory.copy (i32.const 4) (i32.const 5) (i32.const 6))
    //   (drop (memory.grow (memory.size)))))
    const std::string_view wasm =
        "0061736d010000000104016000000302010005030100010a1c011a00410141024103fc0b00410441054106fc"
        "0a00003f0040001a0b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=9
1 const_ a=1
2 const_ a=2
3 const_ a=3
4 memory_fill
5 charge a=8
6 const_ a=4
7 const_ a=5
8 const_ a=6
9 memory_copy
10 charge a=10
11 memory_size
12 memory_grow
13 charge a=4
14 drop b=1
15 return_ a=3
)");
}

TEST(ValueLowering, TableInstructions) {
    // (module (table 1 externref) (table 2 externref) (table 3 funcref) (func
    //   (table.set 1 (i32.const 0) (table.get 0 (i32.const 0)))
    //   (table.fill 1 (i32.const 0) (ref.null extern) (i32.const 1))
    //   (table.copy 1 0 (i32.const 0) (i32.const 0) (i32.const 1))
    //   (drop (table.size 2))
    //   (drop (table.grow 2 (ref.null func) (i32.const 5)))))
    const std::string_view wasm =
        "0061736d0100000001040160000003020100040a036f00016f00027000030a2b012900410041002500260141"
        "00d06f4101fc1101410041004101fc0e0100fc10021ad0704105fc0f021a0b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=15
1 const_
2 const_
3 table_get c=2
4 table_set b=1 c=2
5 const_
6 const_
7 const_ a=1
8 table_fill b=1 c=2
9 charge a=8
10 const_
11 const_
12 const_ a=1
13 table_copy b=1 c=2
14 charge a=14
15 table_size b=2 c=2
16 drop b=1
17 const_
18 const_ a=5
19 const_
20 table_grow b=2 c=2
21 charge a=4
22 drop b=1
23 return_ a=3
)");
}

TEST(ValueLowering, SegmentsAreDroppedThroughHiddenGlobals) {
    // (module (memory 1) (table 9 funcref) (global i32 (i32.const 5))
    //   (elem func 0) (elem (i32.const 0) func 0 0) (elem declare func 0) (elem func 0 0 0)
    //   (data "ab") (data (i32.const 0) "cd") (data "efg")
    //   (func
    //     (memory.init 2 (i32.const 1) (i32.const 2) (i32.const 3)) (data.drop 2)
    //     (table.init 3 (i32.const 4) (i32.const 5) (i32.const 6)) (elem.drop 3)))
    const std::string_view wasm =
        "0061736d010000000104016000000302010004040170000905030100010606017f0041050b09160401000100"
        "0041000b020000030001000100030000000c01030a1e011c00410141024103fc080200fc0902410441054106"
        "fc0c0300fc0d030b0b1103010261620041000b0263640103656667";
    const Program program = lower_module(wasm);
    EXPECT_EQ(listing(program, 0), R"(
0 charge a=10
1 const_ a=1
2 const_ a=2
3 const_ a=3
4 global_get b=2 c=1
5 memory_init a=64
6 charge a=11
7 const_
8 global_set b=2 c=1
9 const_ a=4
10 const_ a=5
11 const_ a=6
12 global_get b=4 c=1
13 table_init a=8
14 charge a=5
15 const_
16 global_set b=4 c=1
17 return_ a=4
)");
    EXPECT_EQ(program.globals, (std::vector<std::uint64_t>{5, 2, 3, 1, 3}));
}

TEST(ValueLowering, SegmentsThatAreNotPassiveWereDroppedBefore) {
    // (module (memory 1) (table 1 funcref)
    //   (elem (i32.const 0) func 0) (elem declare func 0)
    //   (data "x") (data (i32.const 0) "ab")
    //   (func
    //     (memory.init 1 (i32.const 1) (i32.const 2) (i32.const 3)) (data.drop 1)
    //     (table.init 0 (i32.const 4) (i32.const 5) (i32.const 6)) (elem.drop 0)
    //     (table.init 1 (i32.const 7) (i32.const 8) (i32.const 9)) (elem.drop 1)))
    const std::string_view wasm =
        "0061736d01000000010401600000030201000404017000010503010001090b020041000b0100030001000c01"
        "020a2b012900410141024103fc080100fc0901410441054106fc0c0000fc0d00410741084109fc0c0100fc0d"
        "010b0b0b020101780041000b026162";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=10
1 const_ a=1
2 const_ a=2
3 const_ a=3
4 const_
5 memory_init a=32
6 charge a=9
7 const_ a=4
8 const_ a=5
9 const_ a=6
10 const_
11 table_init
12 charge a=9
13 const_ a=7
14 const_ a=8
15 const_ a=9
16 const_
17 table_init
18 charge a=3
19 return_ a=4
)");
}

TEST(ValueLowering, CallsNameTheCalleesFrame) {
    // (module
    //   (func (result i32) (call 1 (i32.const 1) (i64.const 2)))
    //   (func (param i32 i64) (result i32) (local i64 i64 i64 i64) (call 0)))
    const std::string_view wasm =
        "0061736d01000000010b026000017f60027f7e017f03030200010a110208004101420210010b0601047e1000"
        "0b";
    const Program program = lower_module(wasm);
    EXPECT_EQ(listing(program, 0), R"(
0 charge a=8
1 const_ a=1
2 const_ a=2
3 call a=8 b=10 c=1
4 charge a=3
5 return_ a=2
)");
    EXPECT_EQ(listing(program, 1), R"(
0 charge a=8
1 local_set b=1 c=1
2 local_set c=1
3 call a=2 b=4
4 charge a=3
5 return_ a=8
)");
    EXPECT_EQ(program.functions[1].entry, 10U);
    EXPECT_EQ(program.functions[1].slots, 8U);
}

TEST(ValueLowering, ArgumentsCountInTheOperandHeight) {
    // (module (func (param i32 i32 i32)))
    const std::string_view wasm = "0061736d0100000001070160037f7f7f00030201000a040102000b";
    EXPECT_EQ(lower_module(wasm).functions[0].slots, 3U + 3U);
}

TEST(ValueLowering, OperandsThatLoweringAddsCountInTheOperandHeight) {
    // (module (data "a") (func (data.drop 0)))
    const std::string_view wasm =
        "0061736d01000000010401600000030201000c01010a07010500fc09000b0b0401010161";
    EXPECT_EQ(lower_module(wasm).functions[0].slots, 1U);
}

TEST(ValueLowering, TheEntryPaysForTheFramesSlots) {
    // (module (func (local i32 i32 i32 i32 i32 i32 i32 i32)) (func (local i32 i32 i32 i32 i32 i32
    //   i32 i32 i32)))
    const std::string_view wasm =
        "0061736d0100000001040160000003030200000a0b020401087f0b0401097f0b";
    const Program program = lower_module(wasm);
    EXPECT_EQ(listing(program, 0), R"(
0 charge a=4
1 return_ a=8
)");
    EXPECT_EQ(listing(program, 1), R"(
0 charge a=5
1 return_ a=9
)");
}

TEST(ValueLowering, IndirectCallsNameTheCanonicalType) {
    // (module (table 1 externref) (table 1 funcref)
    //   (type (func)) (type (func (param i32) (result i64))) (type (func))
    //   (type (func (param i32) (result i64)))
    //   (func (type 2)
    //     (drop (call_indirect 1 (type 3) (i32.const 1) (i32.const 2)))
    //     (call_indirect 1 (type 2) (i32.const 3))))
    const std::string_view wasm =
        "0061736d0100000001110460000060017f017e60000060017f017e030201020407026f00017000010a11010f"
        "00410141021103011a41031102010b";
    const Program program = lower_module(wasm);
    EXPECT_EQ(listing(program, 0), R"(
0 charge a=12
1 const_ a=1
2 const_ a=2
3 table_element b=1 c=1
4 call_reference b=1
5 charge a=11
6 drop b=1
7 const_ a=3
8 table_element b=1 c=1
9 call_reference
10 charge a=3
11 return_ a=2
)");
    EXPECT_EQ(program.functions[0].type, 0U);
    EXPECT_EQ(program.types.size(), 2U);
}

/// Lowering finds an instruction of the numeric and memory families by its number alone, the one after
/// the prefix for the saturating truncations.
TEST(ValueLowering, NamesakesHaveTheNameOfTheirNumber) {
    unsigned found = 0;
    for (unsigned number = 0; number <= 0xFF; ++number) {
        for (const Family family : {Family::numeric, Family::memory}) {
            const OpcodeTraits* row = find_traits(
                static_cast<std::uint16_t>(static_cast<unsigned>(family) << 8U | number));
            if (row == nullptr) {
                continue;
            }
            const bool prefixed = family == Family::numeric && number < 8;
            const OpcodeInfo& info =
                opcode_info(static_cast<WasmOpcode>(prefixed ? 0xFC00 + number : number));
            std::string name(info.text);
            std::ranges::replace(name, '.', '_');
            EXPECT_EQ(row->mnemonic, name);
            EXPECT_EQ(row->pops, info.parameter_count) << name;
            EXPECT_EQ(row->pushes, info.result_count) << name;
            ++found;
        }
    }
    EXPECT_EQ(found, 87U + 66U);
}

std::uint8_t type_byte(ValueType type) {
    switch (type) {
        case ValueType::i32: return 0x7F;
        case ValueType::i64: return 0x7E;
        case ValueType::f32: return 0x7D;
        default: return 0x7C;
    }
}

/// A function whose parameters are an instruction's operands and whose result is its result.
Bytes module_of(unsigned code, const OpcodeInfo& info) {
    Bytes type{1, 0x60, info.parameter_count};
    Bytes body{0};  // no locals
    for (std::uint8_t i = 0; i < info.parameter_count; ++i) {
        type.push_back(type_byte(info.parameters.at(i)));
        body.insert(body.end(), {0x20, i});
    }
    type.insert(type.end(), {1, type_byte(info.result)});
    if (code > 0xFF) {
        body.push_back(0xFC);
    }
    body.insert(body.end(), {static_cast<std::uint8_t>(code), 0x0B});
    Bytes wasm = bytes_of("0061736d01000000");
    const auto section = [&wasm](std::uint8_t id, const Bytes& content) {
        wasm.insert(wasm.end(), {id, static_cast<std::uint8_t>(content.size())});
        wasm.insert(wasm.end(), content.begin(), content.end());
    };
    section(1, type);
    section(3, {1, 0});
    body.insert(body.begin(), {1, static_cast<std::uint8_t>(body.size())});
    section(10, body);
    return wasm;
}

TEST(ValueLowering, EachNumericInstructionIsLowered) {
    unsigned lowered = 0;
    unsigned without_code = 0;
    for (unsigned code = 0x45; code <= 0xFC07; code = code == 0xFF ? 0xFC00 : code + 1) {
        const OpcodeInfo& info = opcode_info(static_cast<WasmOpcode>(code));
        if (info.immediate != ImmediateKind::none || !info.has_fixed_type || info.text.empty()) {
            continue;
        }
        std::string name(info.text);
        std::ranges::replace(name, '.', '_');
        const std::string lines = listing(lower_module(module_of(code, info)), 0);
        if (name.contains("_reinterpret_")) {
            EXPECT_EQ(std::ranges::count(lines, '\n'), 5) << lines;
            ++without_code;
        } else {
            EXPECT_THAT(lines, testing::HasSubstr(' ' + name + '\n'));
            ++lowered;
        }
    }
    EXPECT_EQ(lowered, 66U + 66U);
    EXPECT_EQ(without_code, 4U);
}

}  // namespace
}  // namespace lockstep::vm
