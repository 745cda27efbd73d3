#include "vm/program/image_encoding.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"

namespace lockstep::vm {
namespace {

TEST(ImageEncoding, AFunctionIsALeaf) {
    const FunctionRecord record{.type = 0x0102'0304,
                                .entry = 0x0506'0708,
                                .slots = 0x090A'0B0C,
                                .parameters = 0x0D0E,
                                .results = 0x0F10,
                                .locals_depth = 0x11,
                                .parameter_kinds = 0x1213'1415'1617'1819};
    EXPECT_EQ(to_hex(encode_function(record)),
              "0x0102030405060708090a0b0c0d0e0f1011121314151617181900000000000000");
}

TEST(ImageEncoding, DepthsOfAnEmptyProgram) {
    const Program program;
    EXPECT_EQ(code_tree_depth(program), 0U);
    EXPECT_EQ(functions_tree_depth(program), 0U);
    EXPECT_EQ(data_tree_depth(program), 0U);
    EXPECT_EQ(elements_tree_depth(program), 0U);
    EXPECT_EQ(globals_tree_depth(program), 0U);
    EXPECT_EQ(tables_tree_depth(program), 0U);
}

TEST(ImageEncoding, DepthsAtPowersOfTwo) {
    Program program;
    const auto set_leaves = [&program](std::size_t leaves, std::size_t more) {
        program.code.resize(2 * leaves + more);
        program.functions.resize(leaves + more);
        program.data_pool.resize(32 * leaves + more);
        program.element_pool.resize(4 * leaves + more);
        program.globals.resize(4 * leaves + more);
        program.tables.resize(leaves + more);
    };
    const auto expect_depths = [&program](unsigned depth) {
        EXPECT_EQ(code_tree_depth(program), depth);
        EXPECT_EQ(functions_tree_depth(program), depth);
        EXPECT_EQ(data_tree_depth(program), depth);
        EXPECT_EQ(elements_tree_depth(program), depth);
        EXPECT_EQ(globals_tree_depth(program), depth);
        EXPECT_EQ(tables_tree_depth(program), depth);
    };
    set_leaves(1, 0);
    expect_depths(0);
    set_leaves(1, 1);
    expect_depths(1);
    set_leaves(8, 0);
    expect_depths(3);
    set_leaves(8, 1);
    expect_depths(4);
}

}  // namespace
}  // namespace lockstep::vm
