#pragma once

// The modules that --link puts in front of a program.

#include <span>
#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): a library's name
class App;
}

namespace lockstep::cli {

struct LinkedFile {
    std::string name;  // under which the modules behind it import its exports
    std::string path;

    bool operator==(const LinkedFile&) const = default;
};

/// NAME=FILE each, in this order; what follows the first '=' is the file. Throws Failure where a name
/// or a file is empty, a name is there twice, or is that of the host's functions.
[[nodiscard]] std::vector<LinkedFile> parse_links(std::span<const std::string> words);

/// --link, which may be repeated.
void add_links(CLI::App& command, std::vector<LinkedFile>& links);

}  // namespace lockstep::cli
