#include "vm/program/canonical_types.hpp"

#include <gtest/gtest.h>

namespace lockstep::vm {
namespace {

using enum ValueType;

TEST(CanonicalTypes, KeepsTheFirstOfEachStructure) {
    const FunctionType empty;
    const FunctionType takes{.parameters = {i32, i64}, .results = {}};
    const FunctionType gives{.parameters = {}, .results = {i32, i64}};
    const FunctionType both{.parameters = {i32}, .results = {i64}};
    const FunctionType other{.parameters = {i32}, .results = {f64}};
    CanonicalTypes canonical;
    EXPECT_EQ(canonical.add_all({takes, empty, takes, gives}),
              (std::vector<std::uint32_t>{0, 1, 0, 2}));
    EXPECT_EQ(canonical.add_all({both, empty, other, gives, takes}),
              (std::vector<std::uint32_t>{3, 1, 4, 2, 0}));
    EXPECT_EQ(canonical.types(), (std::vector<FunctionType>{takes, empty, gives, both, other}));
}

TEST(CanonicalTypes, OfNothing) {
    EXPECT_TRUE(CanonicalTypes().types().empty());
}

}  // namespace
}  // namespace lockstep::vm
