#include "cli/linked_files.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/failure.hpp"
#include "cli/text.hpp"
#include "vm/program/host_functions.hpp"

namespace lockstep::cli {

namespace {

Failure failure(std::string_view reason, std::string_view word, const std::string& expected) {
    return Failure(ExitCode::usage, fmt::format("--link {}: '{}'", reason, printable(word)))
        .expected(expected);
}

LinkedFile parse_link(std::string_view word) {
    const std::size_t sign = word.find('=');
    if (sign == std::string_view::npos) {
        throw failure("has no '='", word, "NAME=FILE");
    }
    LinkedFile link{.name = std::string(word.substr(0, sign)),
                    .path = std::string(word.substr(sign + 1))};
    if (link.name.empty()) {
        throw failure("has no name", word, "NAME=FILE");
    }
    if (link.path.empty()) {
        throw failure("has no file", word, "NAME=FILE");
    }
    if (link.name == vm::kHostModule) {
        throw failure("cannot take the name of the host's functions", word, "another name");
    }
    return link;
}

}  // namespace

std::vector<LinkedFile> parse_links(std::span<const std::string> words) {
    std::vector<LinkedFile> links;
    links.reserve(words.size());
    for (const std::string& word : words) {
        LinkedFile link = parse_link(word);
        if (std::ranges::find(links, link.name, &LinkedFile::name) != links.end()) {
            throw failure("names a module again", word, "each name once");
        }
        links.push_back(std::move(link));
    }
    return links;
}

void add_links(CLI::App& command, std::vector<LinkedFile>& links) {
    command
        .add_option_function<std::vector<std::string>>(
            "--link",
            [&links](const std::vector<std::string>& words) { links = parse_links(words); },
            "A module in front of the program, which may import its exports from NAME (repeatable)")
        ->type_name("NAME=FILE")
        ->allow_extra_args(false);
}

}  // namespace lockstep::cli
