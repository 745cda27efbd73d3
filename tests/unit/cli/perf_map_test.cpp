#include "cli/perf_map.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace lockstep::cli {
namespace {

TEST(PerfMap, HasALineForEachSymbol) {
    const std::array<vm::NativeSymbol, 2> symbols{
        {{.address = 0x7F00'1234'5000, .size_bytes = 0x20, .name = "[lockstep stubs]"},
         {.address = 0x7F00'1234'5020, .size_bytes = 255, .name = "main"}}};
    EXPECT_EQ(perf_map(symbols), "7f0012345000 20 [lockstep stubs]\n7f0012345020 ff main\n");
    EXPECT_EQ(perf_map({}), "");
}

/// Names are the module's: they must not make lines of their own, nor be endless.
TEST(PerfMap, NamesAreMadePrintable) {
    const std::array<vm::NativeSymbol, 2> symbols{
        {{.address = 1, .size_bytes = 1, .name = "a\n0 ffffffffffff all"},
         {.address = 2, .size_bytes = 1, .name = std::string(100'000, 'x')}}};
    const std::string map = perf_map(symbols);
    EXPECT_TRUE(map.starts_with("1 1 a\\u{a}0 ffffffffffff all\n2 1 xxx")) << map.substr(0, 60);
    EXPECT_LT(map.size(), 1000U);
}

}  // namespace
}  // namespace lockstep::cli
