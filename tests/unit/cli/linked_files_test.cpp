#include "cli/linked_files.hpp"

#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include "cli/failure.hpp"

namespace lockstep::cli {
namespace {

struct Refusal {
    std::vector<std::string> words;
    std::string reason;
    std::string expected;
};

TEST(LinkedFiles, RefusesWhatIsNoLink) {
    const Refusal refusals[] = {
        {{""}, "--link has no '=': ''", "NAME=FILE"},
        {{"lib.wasm"}, "--link has no '=': 'lib.wasm'", "NAME=FILE"},
        {{"env:lib.wasm"}, "--link has no '=': 'env:lib.wasm'", "NAME=FILE"},
        {{"="}, "--link has no name: '='", "NAME=FILE"},
        {{"=lib.wasm"}, "--link has no name: '=lib.wasm'", "NAME=FILE"},
        {{"env="}, "--link has no file: 'env='", "NAME=FILE"},
        {{"lockstep=lib.wasm"},
         "--link cannot take the name of the host's functions: 'lockstep=lib.wasm'",
         "another name"},
        {{"env=a.wasm", "env=b.wasm"},
         "--link names a module again: 'env=b.wasm'",
         "each name once"},
        {{"env=a.wasm", "lib=a.wasm", "env=a.wasm"},
         "--link names a module again: 'env=a.wasm'",
         "each name once"},
        {{"env=a.wasm", "b.wasm"}, "--link has no '=': 'b.wasm'", "NAME=FILE"},
        {{"\x1b[31m"}, "--link has no '=': '\\u{1b}[31m'", "NAME=FILE"},
    };
    for (const Refusal& refusal : refusals) {
        try {
            (void)parse_links(refusal.words);
            ADD_FAILURE() << refusal.reason;
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.exit_code(), ExitCode::usage);
            EXPECT_EQ(failure.what(), refusal.reason);
            EXPECT_EQ(failure.expected(), refusal.expected);
        }
    }
}

TEST(LinkedFiles, KeepsTheOrder) {
    const std::vector<std::string> words{"env=a.wasm", "Lockstep=a.wasm", "lib= b=c.wasm",
                                         "\xC3\xA9 =d.wasm", "lockstep2=e"};
    const std::vector<LinkedFile> links{{"env", "a.wasm"},
                                        {"Lockstep", "a.wasm"},
                                        {"lib", " b=c.wasm"},
                                        {"\xC3\xA9 ", "d.wasm"},
                                        {"lockstep2", "e"}};
    EXPECT_EQ(parse_links(words), links);
    EXPECT_TRUE(parse_links({}).empty());
}

TEST(LinkedFiles, AnOptionTakesOneEach) {
    CLI::App app;
    std::vector<LinkedFile> links;
    std::string program;
    add_links(app, links);
    app.add_option("PROGRAM", program);
    std::vector<std::string> words{"main.wasm", "--link=lib=b.wasm", "env=a.wasm", "--link"};
    app.parse(words);  // the last word first
    EXPECT_EQ(links, (std::vector<LinkedFile>{{"env", "a.wasm"}, {"lib", "b.wasm"}}));
    EXPECT_EQ(program, "main.wasm");
}

}  // namespace
}  // namespace lockstep::cli
