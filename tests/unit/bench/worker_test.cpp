#include "bench/worker.hpp"

#include <memory>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep::bench {
namespace {

TEST(Worker, ThrowsWhereThereIsNoSuchCommand) {
    EXPECT_THROW(Worker({"no-such-command"}), std::runtime_error);
}

TEST(Worker, ThrowsWhereTheProcessHasEnded) {
    Worker worker({"true"});

    EXPECT_THROW((void)worker.ask("1"), std::runtime_error);
    EXPECT_THROW((void)worker.ask("2"), std::runtime_error);
}

TEST(Worker, AnswersLineByLine) {
    Worker worker({"sh", "-c", "while read line; do echo \"<$line>\"; done"});

    EXPECT_EQ(worker.ask("one"), "<one>\n");
    EXPECT_EQ(worker.ask("two"), "<two>\n");
}

// It would wait for ever if the second one held the end of the first one's pipe.
TEST(Worker, EndsWhileAnotherLives) {
    auto first = std::make_unique<Worker>(std::vector<std::string>{"cat"});
    Worker second({"cat"});

    EXPECT_EQ(first->ask("a"), "a\n");
    first.reset();
    EXPECT_EQ(second.ask("b"), "b\n");
}

TEST(Succeeds, IsTrueOfExitCodeZeroOnly) {
    EXPECT_TRUE(succeeds({"true"}));
    EXPECT_FALSE(succeeds({"false"}));
    EXPECT_FALSE(succeeds({"sh", "-c", "kill -9 $$"}));
    EXPECT_FALSE(succeeds({"no-such-command"}));
}

}  // namespace
}  // namespace lockstep::bench
