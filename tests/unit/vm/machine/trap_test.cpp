#include "vm/machine/trap.hpp"

#include <set>

#include <gtest/gtest.h>

namespace lockstep::vm {
namespace {

TEST(Trap, NamesAreDistinctAndComplete) {
    std::set<std::string_view> names;
    for (std::uint32_t code = 0; code <= 13; ++code) {
        names.insert(trap_name(static_cast<Trap>(code)));
    }
    EXPECT_EQ(names.size(), 14U);
    EXPECT_FALSE(names.contains("unknown"));
    EXPECT_EQ(trap_name(static_cast<Trap>(14)), "unknown");
}

TEST(Trap, NumbersAreThoseOfTheSpecification) {
    EXPECT_EQ(static_cast<int>(Trap::unreachable), 1);
    EXPECT_EQ(static_cast<int>(Trap::out_of_bounds_memory_access), 5);
    EXPECT_EQ(static_cast<int>(Trap::call_stack_exhausted), 10);
    EXPECT_EQ(static_cast<int>(Trap::output_too_large), 13);
    EXPECT_EQ(static_cast<int>(Status::running), 0);
    EXPECT_EQ(static_cast<int>(Status::halted), 1);
    EXPECT_EQ(static_cast<int>(Status::trapped), 2);
}

}  // namespace
}  // namespace lockstep::vm
