// Structured control: blocks, branches and what they discard.

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "listing.hpp"

namespace lockstep::vm {
namespace {

TEST(BlockLowering, BlocksThemselvesAreNothing) {
    // (module (func (block (nop) (block (nop)))))
    const std::string_view wasm =
        "0061736d01000000010401600000030201000a0c010a000240010240010b0b0b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=3
1 return_
)");
}

TEST(BlockLowering, OnlyATargetedEndBeginsASuperblock) {
    // (module (func (param i32) (result i32)
    //   (block (block (br_if 1 (local.get 0))) (drop (i32.const 1)))
    //   (i32.const 2)))
    const std::string_view wasm =
        "0061736d0100000001060160017f017f030201000a130111000240024020000d010b41011a0b41020b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=5
1 local_set
2 local_get
3 jump_if -> 7
4 charge a=3
5 const_ a=1
6 drop b=1
7 charge a=4
8 const_ a=2
9 return_ a=2
)");
}

TEST(BlockLowering, ALoopAlwaysBeginsASuperblock) {
    // (module (func (param i32) (drop (local.get 0)) (loop (drop (i32.const 1)))))
    const std::string_view wasm =
        "0061736d0100000001050160017f00030201000a0d010b0020001a034041011a0b0b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=5
1 local_set
2 local_get
3 drop b=1
4 charge a=5
5 const_ a=1
6 drop b=1
7 return_ a=2
)");
}

TEST(BlockLowering, ALoopAtAnEntryDoesNotPayForTheFrameAgain) {
    // (module (func (local i64) (loop (local.set 0 (i64.const 1)) (br 0))))
    const std::string_view wasm =
        "0061736d01000000010401600000030201000a0f010d01017e0340420121000c000b0b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=2
1 charge a=4
2 const_ a=1
3 local_set
4 jump -> 1
)");
}

TEST(BlockLowering, AnEmptySuperblockIsReused) {
    // (module (func (param i32) (result i32)
    //   (if (local.get 0) (then (loop (loop (br_if 1 (local.get 0))))))
    //   (i32.const 1)))
    const std::string_view wasm =
        "0061736d0100000001060160017f017f030201000a15011300200004400340034020000d010b0b0b41010b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=5
1 local_set
2 local_get
3 jump_unless -> 7
4 charge a=3
5 local_get
6 jump_if -> 4
7 charge a=4
8 const_ a=1
9 return_ a=2
)");
}

TEST(BlockLowering, IfWithoutElseJumpsToItsEnd) {
    // (module (func (param i32) (if (local.get 0) (then (drop (i32.const 1))))))
    const std::string_view wasm =
        "0061736d0100000001050160017f00030201000a0c010a002000044041011a0b0b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=5
1 local_set
2 local_get
3 jump_unless -> 7
4 charge a=3
5 const_ a=1
6 drop b=1
7 charge a=3
8 return_ a=2
)");
}

TEST(BlockLowering, IfWithElse) {
    // (module (func (param i32) (result i32)
    //   (if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.const 2)))))
    const std::string_view wasm =
        "0061736d0100000001060160017f017f030201000a0e010c002000047f41010541020b0b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=5
1 local_set
2 local_get
3 jump_unless -> 7
4 charge a=3
5 const_ a=1
6 jump -> 9
7 charge a=2
8 const_ a=2
9 charge a=3
10 return_ a=2
)");
}

TEST(BlockLowering, AnElseThatLowersToNothingSharesItsChargeWithTheEnd) {
    // (module (func (param i32) (if (local.get 0) (then (drop (i32.const 1))) (else (nop)))))
    const std::string_view wasm =
        "0061736d0100000001050160017f00030201000a0e010c002000044041011a05010b0b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=5
1 local_set
2 local_get
3 jump_unless -> 8
4 charge a=4
5 const_ a=1
6 drop b=1
7 jump -> 8
8 charge a=3
9 return_ a=2
)");
}

TEST(BlockLowering, TheEndOfAnIfBeginsASuperblockThoughNoJumpLeadsThere) {
    // (module (func (param i32) (result i32)
    //   (if (local.get 0) (then (return (i32.const 1))) (else (drop (i32.const 2))))
    //   (i32.const 3)))
    const std::string_view wasm =
        "0061736d0100000001060160017f017f030201000a120110002000044041010f0541021a0b41030b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=5
1 local_set
2 local_get
3 jump_unless -> 7
4 charge a=4
5 const_ a=1
6 return_ a=2
7 charge a=3
8 const_ a=2
9 drop b=1
10 charge a=4
11 const_ a=3
12 return_ a=2
)");
}

TEST(BlockLowering, ABranchKeepingNothingDropsInPortionsOfEight) {
    // (module (func
    //   (block
    //     (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 5) (i32.const 6)
    //     (i32.const 7) (i32.const 8) (i32.const 9) (br 0))))
    const std::string_view wasm =
        "0061736d01000000010401600000030201000a1b01190002404101410241034104410541064107410841090c"
        "000b0b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=15
1 const_ a=1
2 const_ a=2
3 const_ a=3
4 const_ a=4
5 const_ a=5
6 const_ a=6
7 const_ a=7
8 const_ a=8
9 const_ a=9
10 drop b=8
11 drop b=1
12 jump -> 13
13 charge a=3
14 return_ a=9
)");
}

TEST(BlockLowering, ABranchKeepingOneValueDropsUnderIt) {
    // (module (func (result i32)
    //   (block (result i32)
    //     (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 5) (i32.const 6)
    //     (i32.const 7) (i32.const 8) (i32.const 9) (i32.const 10) (br 0))
    //   (drop) (i32.const 11)))
    const std::string_view wasm =
        "0061736d010000000105016000017f030201000a20011e00027f410141024103410441054106410741084109"
        "410a0c000b1a410b0b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=16
1 const_ a=1
2 const_ a=2
3 const_ a=3
4 const_ a=4
5 const_ a=5
6 const_ a=6
7 const_ a=7
8 const_ a=8
9 const_ a=9
10 const_ a=10
11 drop_under b=8
12 drop_under b=1
13 jump -> 14
14 charge a=5
15 drop b=1
16 const_ a=11
17 return_ a=10
)");
}

TEST(BlockLowering, ABranchKeepingMoreParksThemInScratchLocals) {
    // (module (func (param i32) (result i32 i64 i32) (local i64)
    //   (block (result i32 i64 i32)
    //     (i64.const 9) (i32.const 1) (i64.const 2) (i32.const 3) (br 0))
    //   ))
    const std::string_view wasm =
        "0061736d01000000010e0260017f037f7e7f6000037f7e7f030201000a13011101017e020142094101420241"
        "030c000b0b";
    const Program program = lower_module(wasm);
    EXPECT_EQ(listing(program, 0), R"(
0 charge a=16
1 local_set c=1
2 const_ a=9
3 const_ a=1
4 const_ a=2
5 const_ a=3
6 local_set b=4 c=1
7 local_set b=3 c=1
8 local_set b=2 c=1
9 drop b=1
10 local_get b=2 c=1
11 local_get b=3 c=1
12 local_get b=4 c=1
13 jump -> 14
14 charge a=3
15 return_ a=9
)");
    EXPECT_EQ(program.function_infos[0].locals, 5U);
    EXPECT_EQ(program.functions[0].slots, 5U + 4U);
    EXPECT_EQ(program.functions[0].locals_depth, 1U);
}

TEST(BlockLowering, ABranchThatDiscardsNothingNeedsNoScratchLocals) {
    // (module (func (result i32 i32) (block (result i32 i32) (i32.const 1) (i32.const 2) (br 0))))
    const std::string_view wasm =
        "0061736d010000000106016000027f7f030201000a0d010b000200410141020c000b0b";
    const Program program = lower_module(wasm);
    EXPECT_EQ(listing(program, 0), R"(
0 charge a=5
1 const_ a=1
2 const_ a=2
3 jump -> 4
4 charge a=3
5 return_ a=2
)");
    EXPECT_EQ(program.function_infos[0].locals, 0U);
}

TEST(BlockLowering, ABranchToALoopCarriesItsParameters) {
    // (module (func (result i64)
    //   (i32.const 5)
    //   (loop (param i32) (result i64)
    //     (drop) (i64.const 1) (i32.const 2) (br 0))))
    const std::string_view wasm =
        "0061736d01000000010a026000017e60017f017e030201000a10010e00410503011a420141020c000b0b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=3
1 const_ a=5
2 charge a=6
3 drop b=1
4 const_ a=1
5 const_ a=2
6 drop_under b=1
7 jump -> 2
)");
}

TEST(BlockLowering, AConditionalBranchThatDiscardsJumpsOverTheWay) {
    // (module (func (param i32) (result i32)
    //   (block (result i32)
    //     (i64.const 1) (i32.const 2) (local.get 0) (br_if 0) (drop) (drop) (i32.const 3))))
    const std::string_view wasm =
        "0061736d0100000001060160017f017f030201000a13011100027f4201410220000d001a1a41030b0b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=7
1 local_set
2 const_ a=1
3 const_ a=2
4 local_get
5 jump_unless -> 9
6 charge a=3
7 drop_under b=1
8 jump -> 13
9 charge a=4
10 drop b=1
11 drop b=1
12 const_ a=3
13 charge a=3
14 return_ a=4
)");
}

TEST(BlockLowering, BranchesToTheFunctionReturn) {
    // (module (func (param i32) (result i32)
    //   (i32.const 1) (local.get 0) (br_if 0)
    //   (local.get 0) (br_if 0)
    //   (i32.const 2) (local.get 0) (br_if 0)
    //   (br 0)))
    const std::string_view wasm =
        "0061736d0100000001060160017f017f030201000a16011400410120000d0020000d00410220000d000c000b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=6
1 local_set
2 const_ a=1
3 local_get
4 jump_if -> 18
5 charge a=3
6 local_get
7 jump_if -> 18
8 charge a=4
9 const_ a=2
10 local_get
11 jump_unless -> 15
12 charge a=4
13 drop_under b=1
14 return_ a=4
15 charge a=4
16 drop_under b=1
17 return_ a=4
18 charge a=3
19 return_ a=4
)");
}

TEST(BlockLowering, ReturnDiscardsWhatIsUnderTheResults) {
    // (module (func (result i32) (block (i64.const 1) (i64.const 2) (return (i32.const 3)))
    //   (i32.const 4)))
    const std::string_view wasm =
        "0061736d010000000105016000017f030201000a10010e0002404201420241030f0b41040b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=8
1 const_ a=1
2 const_ a=2
3 const_ a=3
4 drop_under b=2
5 return_ a=3
)");
}

TEST(BlockLowering, RowsOfATableLeadToLabelsWhereNothingIsDiscarded) {
    // (module (func (param i32)
    //   (loop (block (block (br_table 0 1 2 3 1 (local.get 0))) (drop (i32.const 1))))))
    const std::string_view wasm =
        "0061736d0100000001050160017f00030201000a1901170003400240024020000e0400010203010b41011a0b"
        "0b0b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=3
1 local_set
2 charge a=4
3 local_get
4 jump_table b=4
5 jump -> 10
6 jump -> 13
7 jump -> 2
8 jump -> 13
9 jump -> 13
10 charge a=3
11 const_ a=1
12 drop b=1
13 charge a=3
14 return_ a=2
)");
}

TEST(BlockLowering, RowsOfATableShareOneStubForEachLabel) {
    // (module (func (param i32) (result i32)
    //   (block $b (result i32)
    //     (i64.const 1)
    //     (block $c (result i32)
    //       (i32.const 2)
    //       (br_table 2 $b $c 2 $b $b (local.get 0)))
    //     (drop) (drop) (i32.const 3))))
    const std::string_view wasm =
        "0061736d0100000001060160017f017f030201000a1c011a00027f4201027f410220000e050201000201010b"
        "1a1a41030b0b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=8
1 local_set
2 const_ a=1
3 const_ a=2
4 local_get
5 jump_table b=5
6 jump -> 12
7 jump -> 15
8 jump -> 18
9 jump -> 12
10 jump -> 15
11 jump -> 15
12 charge a=4
13 drop_under b=1
14 return_ a=4
15 charge a=3
16 drop_under b=1
17 jump -> 22
18 charge a=4
19 drop b=1
20 drop b=1
21 const_ a=3
22 charge a=3
23 return_ a=4
)");
}

TEST(BlockLowering, StubsAreNotSharedBetweenTables) {
    // (module (func (param i32)
    //   (block $b
    //     (i64.const 1)
    //     (if (param i64) (result i64) (local.get 0)
    //       (then (br_table $b $b (local.get 0)))
    //       (else (br_table $b $b (local.get 0))))
    //     (drop))))
    const std::string_view wasm =
        "0061736d01000000010a0260017f0060017e017e030201000a1c011a00024042012000040120000e01010105"
        "20000e0101010b1a0b0b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=6
1 local_set
2 const_ a=1
3 local_get
4 jump_unless -> 13
5 charge a=4
6 local_get
7 jump_table b=1
8 jump -> 10
9 jump -> 10
10 charge a=3
11 drop b=1
12 jump -> 21
13 charge a=4
14 local_get
15 jump_table b=1
16 jump -> 18
17 jump -> 18
18 charge a=3
19 drop b=1
20 jump -> 21
21 charge a=3
22 return_ a=3
)");
}

TEST(BlockLowering, DeadCodeIsSkippedToTheEndOfItsBlock) {
    // (module (func (param i32) (result i32)
    //   (block
    //     (br 0)
    //     (block (br_table 0 1 0 (i32.const 1)))
    //     (if (i32.const 1) (then (loop (br 0))) (else (unreachable)))
    //     (drop (f32.add (f32.const 1) (f32.const 2))))
    //   (unreachable)
    //   (br_if 0 (i32.const 1) (i32.const 2))))
    const std::string_view wasm =
        "0061736d0100000001060160017f017f030201000a3201300002400c00024041010e020001000b4101044003"
        "400c000b05000b430000803f4300000040921a0b00410141020d000b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=4
1 local_set
2 jump -> 3
3 charge a=2
4 unreachable
)");
}

TEST(BlockLowering, CodeStaysDeadBehindAnEndThatNothingReaches) {
    // (module (func (result i32) (block (loop (br 0)) (drop (i32.const 1))) (i32.const 2)))
    const std::string_view wasm =
        "0061736d010000000105016000017f030201000a11010f00024003400c000b41011a0b41020b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=1
1 charge a=2
2 jump -> 1
)");
}

TEST(BlockLowering, DeadBranchesTargetNothing) {
    // (module (func (block (return) (br 0)) (drop (i32.const 1))))
    const std::string_view wasm =
        "0061736d01000000010401600000030201000a0d010b0002400f0c000b41011a0b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=3
1 return_
)");
}

TEST(BlockLowering, AnElseIsLiveWhereItsIfWas) {
    // (module (func (param i32) (result i32)
    //   (if (result i32) (local.get 0) (then (unreachable)) (else (i32.const 2)))))
    const std::string_view wasm =
        "0061736d0100000001060160017f017f030201000a0d010b002000047f000541020b0b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=5
1 local_set
2 local_get
3 jump_unless -> 6
4 charge a=2
5 unreachable
6 charge a=2
7 const_ a=2
8 charge a=3
9 return_ a=2
)");
}

TEST(BlockLowering, BothArmsDead) {
    // (module (func (param i32) (result i32)
    //   (if (local.get 0) (then (return (i32.const 1))) (else (return (i32.const 2))))
    //   (i32.const 3)))
    const std::string_view wasm =
        "0061736d0100000001060160017f017f030201000a120110002000044041010f0541020f0b41030b";
    EXPECT_EQ(listing(lower_module(wasm), 0), R"(
0 charge a=5
1 local_set
2 local_get
3 jump_unless -> 7
4 charge a=4
5 const_ a=1
6 return_ a=2
7 charge a=4
8 const_ a=2
9 return_ a=2
)");
}

}  // namespace
}  // namespace lockstep::vm
