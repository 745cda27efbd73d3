#include "tests/conformance/expected_failures.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ExpectedFailures read(const std::string& text) {
    const std::filesystem::path path =
        std::filesystem::path(testing::TempDir()) / "lockstep_expected_failures.txt";
    std::ofstream(path) << text;
    return ExpectedFailures::read(path);
}

Failure failure(const std::string& script, std::uint64_t line) {
    return {.script = script,
            .line = line,
            .command = CommandKind::assert_return,
            .expected = "(i32:1)",
            .got = "(i32:2)"};
}

TEST(ExpectedFailures, WhatIsNotListedIsAnError) {
    ExpectedFailures list = read("# nothing\n\n");
    const std::vector failures{failure("i32", 3), failure("i32", 4)};
    EXPECT_THAT(list.review("i32", failures),
                ElementsAre("i32:3: assert_return: expected (i32:1), got (i32:2)",
                            "i32:4: assert_return: expected (i32:1), got (i32:2)"));
}

TEST(ExpectedFailures, WhatIsListedAndFailsIsNone) {
    ExpectedFailures list = read("i32:3 for a reason\ni64:3 for another\n");
    EXPECT_THAT(list.review("i32", std::vector{failure("i32", 3)}), IsEmpty());
    EXPECT_THAT(list.review("i32", std::vector{failure("i32", 3), failure("i32", 5)}),
                ElementsAre(HasSubstr("i32:5")));
}

TEST(ExpectedFailures, WhatIsListedAndPassesHasToGo) {
    ExpectedFailures list = read("i32:3 for a reason\ni32:4 for another\n");
    EXPECT_THAT(list.review("i32", std::vector{failure("i32", 3)}),
                ElementsAre("i32:4: passes, but is listed as failing (for another): remove it"));
    EXPECT_THAT(list.review("i64", {}), IsEmpty());
}

TEST(ExpectedFailures, EntriesOfNoScriptHaveToGo) {
    ExpectedFailures list = read("i32:3 for a reason\ni23:4 misspelt\n");
    (void)list.review("i32", std::vector{failure("i32", 3)});
    EXPECT_THAT(list.not_reviewed(), ElementsAre(HasSubstr("i23:4")));
}

TEST(ExpectedFailures, OtherLinesAreRefused) {
    for (const char* const text : {"i32:3\n", "i32 3 reason\n", "i32:x reason\n", ":3 reason\n",
                                   "i32:3 \n", "i32:3 a\ni32:3 b\n", " # comment\n"}) {
        EXPECT_THROW(read(text), std::runtime_error) << text;
    }
    EXPECT_THROW((void)ExpectedFailures::read("no/such/file"), std::runtime_error);
}

}  // namespace
}  // namespace lockstep::conformance
