#include "vm/program/code_emitter.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace lockstep::vm {
namespace {

constexpr Instruction kConst{.opcode = Opcode::const_};
constexpr Instruction kDrop{.opcode = Opcode::drop, .b = 1};
constexpr Instruction kUnreachable{.opcode = Opcode::unreachable};
constexpr std::uint64_t kEnough = 1'000;

Instruction charge(std::uint64_t gas) {
    return {.opcode = Opcode::charge, .a = gas};
}

TEST(CodeEmitter, ChargesTheSumOfASuperblocksPrices) {
    CodeEmitter emitter(kEnough);
    EXPECT_EQ(emitter.enter_function(0), 0U);
    emitter.emit(kConst);
    emitter.emit({.opcode = Opcode::i32_load});
    emitter.emit({.opcode = Opcode::memory_grow});
    emitter.emit(kDrop);
    emitter.emit(kUnreachable);
    EXPECT_EQ(emitter.take(), (std::vector<Instruction>{charge(12),
                                                        kConst,
                                                        {.opcode = Opcode::i32_load},
                                                        {.opcode = Opcode::memory_grow},
                                                        charge(3),
                                                        kDrop,
                                                        kUnreachable}));
}

TEST(CodeEmitter, NothingFollowsAnEndThatNothingLeadsTo) {
    CodeEmitter emitter(kEnough);
    emitter.enter_function(0);
    emitter.emit(kUnreachable);
    EXPECT_EQ(emitter.pc(), 2U);
    EXPECT_EQ(emitter.enter_function(0), 2U);
    EXPECT_EQ(emitter.pc(), 3U);
}

TEST(CodeEmitter, ResolvesJumpsForwardAndBackward) {
    CodeEmitter emitter(kEnough);
    emitter.enter_function(3);
    Label before;
    Label after;
    emitter.bind(before);  // the entry's superblock stays empty
    EXPECT_FALSE(after.is_used());
    emitter.emit_jump(Opcode::jump_if, after);
    EXPECT_TRUE(after.is_used());
    emitter.emit_jump(Opcode::jump_unless, before);
    emitter.emit_jump(Opcode::jump_if, after);
    emitter.bind(after);
    emitter.emit_jump(Opcode::jump, after);
    EXPECT_EQ(emitter.take(), (std::vector<Instruction>{charge(1),
                                                        charge(2),
                                                        {.opcode = Opcode::jump_if, .b = 7},
                                                        charge(2),
                                                        {.opcode = Opcode::jump_unless, .b = 1},
                                                        charge(2),
                                                        {.opcode = Opcode::jump_if, .b = 7},
                                                        charge(2),
                                                        {.opcode = Opcode::jump, .b = 7}}));
}

TEST(CodeEmitter, RowsBelongToNoSuperblock) {
    CodeEmitter emitter(kEnough);
    emitter.enter_function(1);
    Label label;
    emitter.emit({.opcode = Opcode::jump_table, .b = 1});
    emitter.emit_row(label);
    emitter.emit_row(label);
    emitter.bind(label);
    emitter.emit(kUnreachable);
    EXPECT_EQ(emitter.take(), (std::vector<Instruction>{charge(3),
                                                        {.opcode = Opcode::jump_table, .b = 1},
                                                        {.opcode = Opcode::jump, .b = 4},
                                                        {.opcode = Opcode::jump, .b = 4},
                                                        charge(2),
                                                        kUnreachable}));
}

TEST(CodeEmitter, FollowsTheOperandHeight) {
    CodeEmitter emitter(kEnough);
    emitter.enter_function(2);
    EXPECT_EQ(emitter.max_height(), 2U);
    emitter.emit({.opcode = Opcode::drop, .b = 2});
    EXPECT_EQ(emitter.height(), 0U);
    emitter.emit(kConst);
    emitter.emit_call({.opcode = Opcode::call}, 1, 3);
    EXPECT_EQ(emitter.height(), 3U);
    emitter.emit({.opcode = Opcode::drop_under, .b = 2});
    EXPECT_EQ(emitter.height(), 1U);
    EXPECT_EQ(emitter.max_height(), 3U);
    emitter.set_height(5);
    EXPECT_EQ(emitter.max_height(), 5U);
    emitter.emit(kUnreachable);
    emitter.enter_function(1);
    EXPECT_EQ(emitter.height(), 1U);
    EXPECT_EQ(emitter.max_height(), 1U);
}

TEST(CodeEmitter, IsFullOnePastItsLimit) {
    CodeEmitter emitter(3);
    emitter.enter_function(0);
    emitter.emit(kConst);
    emitter.emit(kDrop);
    EXPECT_FALSE(emitter.full());
    emitter.emit(kConst);
    EXPECT_TRUE(emitter.full());
    EXPECT_EQ(emitter.pc(), 3U);
}

TEST(CodeEmitter, CountsChargesAndRowsToo) {
    CodeEmitter emitter(2);
    emitter.enter_function(1);
    Label label;
    emitter.emit({.opcode = Opcode::jump_table});
    EXPECT_FALSE(emitter.full());
    emitter.emit_row(label);
    EXPECT_TRUE(emitter.full());
    CodeEmitter other(0);
    other.enter_function(0);
    EXPECT_TRUE(other.full());
}

TEST(CodeEmitter, GoesOnDroppingWhenFull) {
    CodeEmitter emitter(1);
    emitter.enter_function(0);
    Label label;
    emitter.emit(kConst);
    emitter.emit_jump(Opcode::jump_if, label);
    emitter.bind(label);
    emitter.emit_jump(Opcode::jump, label);
    EXPECT_TRUE(emitter.full());
    EXPECT_EQ(emitter.pc(), 1U);
    EXPECT_EQ(emitter.height(), 0U);
}

}  // namespace
}  // namespace lockstep::vm
