#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tests/conformance/script_runner.hpp"

namespace lockstep::conformance {

/// The commands that are known to fail: lines "script:line reason"; those that begin with # say
/// nothing. The list can only shrink: what is on it has to fail.
class ExpectedFailures {
public:
    ExpectedFailures() = default;

    /// Throws std::runtime_error for a line of another form, and for a command listed twice.
    [[nodiscard]] static ExpectedFailures read(const std::filesystem::path& path);

    /// What is wrong with the failures of a script: those that are not on the list, and entries of the
    /// list that have not failed.
    [[nodiscard]] std::vector<std::string> review(const std::string& script,
                                                  std::span<const Failure> failures);

    /// Entries of scripts that have never been reviewed.
    [[nodiscard]] std::vector<std::string> not_reviewed() const;

private:
    using Place = std::pair<std::string, std::uint64_t>;  // script, line

    std::map<Place, std::string> reasons_;
    std::set<std::string> reviewed_;
};

}  // namespace lockstep::conformance
