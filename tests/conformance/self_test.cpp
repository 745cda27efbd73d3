// The runner reports what it has to: scripts of ours in which some expectations are wrong. A line of a script that has
// "fails: <text>" behind a command says that the command must be reported, and with that text.

#include <array>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "tests/conformance/executor.hpp"
#include "tests/conformance/proving_executor.hpp"
#include "tests/conformance/script.hpp"
#include "tests/conformance/script_runner.hpp"

namespace lockstep::conformance {
namespace {

/// What must be reported, by line.
std::map<std::uint64_t, std::string> wanted_failures(const std::string& script) {
    static const std::string mark = ") ;; fails: ";
    std::ifstream file(LOCKSTEP_SOURCE_DIR "/tests/conformance/self_test/" + script + ".wast");
    std::map<std::uint64_t, std::string> wanted;
    std::string line;
    for (std::uint64_t number = 1; std::getline(file, line); ++number) {
        if (const auto place = line.find(mark); place != std::string::npos) {
            wanted[number] = line.substr(place + mark.size());
        }
    }
    return wanted;
}

std::uint64_t count_of(const ScriptResult& result, std::uint64_t KindCount::* which) {
    std::uint64_t sum = 0;
    for (const KindCount& count : result.counts) {
        sum += count.*which;
    }
    return sum;
}

void expect_failures(const std::string& name, const ScriptResult& result, const Script& script) {
    std::map<std::uint64_t, std::string> wanted = wanted_failures(name);
    ASSERT_FALSE(wanted.empty());
    EXPECT_EQ(count_of(result, &KindCount::failed), wanted.size());
    EXPECT_EQ(count_of(result, &KindCount::passed) + wanted.size() + result.texts,
              script.commands.size());
    for (const Failure& failure : result.failures) {
        EXPECT_EQ(failure.script, name);
        const auto found = wanted.find(failure.line);
        if (found == wanted.end()) {
            ADD_FAILURE() << "should pass: " << to_text(failure);
            continue;
        }
        EXPECT_NE(failure.got.find(found->second), std::string::npos)
            << to_text(failure) << "\n  should have got: " << found->second;
        wanted.erase(found);
    }
    for (const auto& [line, text] : wanted) {
        ADD_FAILURE() << name << ":" << line << ": passes, but should fail with: " << text;
    }
}

class SelfTest : public testing::TestWithParam<std::string> {
protected:
    Script script_ = read_script(LOCKSTEP_SELF_TEST_DIR "/" + GetParam() + ".json");
    Bytes spectest_ = read_file(LOCKSTEP_SPECTEST);
};

TEST_P(SelfTest, ReportsWhatIsWrongAndNothingElse) {
    PlainExecutor executor;
    expect_failures(GetParam(), run_script(script_, spectest_, executor), script_);
}

TEST_P(SelfTest, ReportsTheSameWhenProving) {
    ProvingExecutor executor(2000);
    const ScriptResult result = run_script(script_, spectest_, executor);
    expect_failures(GetParam(), result, script_);
    EXPECT_EQ(executor.steps_proven() + executor.steps_skipped(), result.steps);
    EXPECT_GT(executor.steps_proven(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Scripts, SelfTest,
                         testing::Values("results", "traps", "modules", "instances"),
                         [](const auto& test) { return test.param; });

struct Finished {
    int exit_code = -1;
    std::string output;
};

/// The runner itself on all these scripts.
Finished run_command(const std::string& options) {
    const std::string command = LOCKSTEP_CONFORMANCE_RUNNER " " LOCKSTEP_SELF_TEST_DIR
                                                            " --spectest " LOCKSTEP_SPECTEST " " +
                                options + " 2>&1";
    Finished finished;
    FILE* pipe = popen(command.c_str(), "r");  // NOLINT(bugprone-command-processor)
    if (pipe == nullptr) {
        return finished;
    }
    std::array<char, 4096> buffer{};
    while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) {
        finished.output += buffer.data();
    }
    const int status = pclose(pipe);
    finished.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return finished;
}

TEST(Command, FailsAndSaysWhere) {
    const Finished finished = run_command("");
    EXPECT_EQ(finished.exit_code, 1);
    EXPECT_NE(finished.output.find("results:24: assert_return: expected (i32:6), got (i32:5)"),
              std::string::npos)
        << finished.output;
}

TEST(Command, CountsWhatPassesAndWhatDoesNot) {
    const Finished finished = run_command("--summary traps");
    EXPECT_EQ(finished.exit_code, 1);
    EXPECT_NE(finished.output.find("| `assert_exhaustion` | 1 | 4 |"), std::string::npos)
        << finished.output;
}

TEST(Command, FailsWithoutScripts) {
    EXPECT_EQ(run_command("no_such_script").exit_code, 1);
    EXPECT_EQ(run_command("--no-such-option").exit_code, 2);
}

}  // namespace
}  // namespace lockstep::conformance
