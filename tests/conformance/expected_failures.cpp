#include "tests/conformance/expected_failures.hpp"

#include <charconv>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace lockstep::conformance {

namespace {

struct Entry {
    std::string script;
    std::uint64_t line = 0;
    std::string reason;
};

/// "script:line reason", or nothing.
std::optional<Entry> parse_entry(std::string_view text) {
    const std::size_t colon = text.find(':');
    const std::size_t space = text.find(' ');
    if (colon == 0 || colon == std::string_view::npos || space == std::string_view::npos ||
        space < colon) {
        return {};
    }
    const std::string number(text.substr(colon + 1, space - colon - 1));
    const std::string_view reason = text.substr(space + 1);
    Entry entry{
        .script = std::string(text.substr(0, colon)), .line = 0, .reason = std::string(reason)};
    const char* const end = number.data() + number.size();
    const auto [parsed, error] = std::from_chars(number.data(), end, entry.line);
    if (error != std::errc() || parsed != end || reason.empty() || reason.front() == ' ') {
        return {};
    }
    return entry;
}

}  // namespace

ExpectedFailures ExpectedFailures::read(const std::filesystem::path& path) {
    std::ifstream file(path);
    if (!file) {
        throw std::runtime_error("cannot read " + path.string());
    }
    ExpectedFailures list;
    std::string line;
    for (unsigned number = 1; std::getline(file, line); ++number) {
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        auto entry = parse_entry(line);
        if (!entry) {
            throw std::runtime_error(
                fmt::format("{}:{}: not 'script:line reason'", path.string(), number));
        }
        const Place place{std::move(entry->script), entry->line};
        if (!list.reasons_.emplace(place, std::move(entry->reason)).second) {
            throw std::runtime_error(fmt::format("{}:{}: listed twice", path.string(), number));
        }
    }
    return list;
}

std::vector<std::string> ExpectedFailures::review(const std::string& script,
                                                  std::span<const Failure> failures) {
    reviewed_.insert(script);
    std::set<Place> failed;
    std::vector<std::string> errors;
    for (const Failure& failure : failures) {
        const Place place{failure.script, failure.line};
        failed.insert(place);
        if (!reasons_.contains(place)) {
            errors.push_back(to_text(failure));
        }
    }
    for (const auto& [place, reason] : reasons_) {
        if (place.first == script && !failed.contains(place)) {
            errors.push_back(fmt::format("{}:{}: passes, but is listed as failing ({}): remove it",
                                         place.first, place.second, reason));
        }
    }
    return errors;
}

std::vector<std::string> ExpectedFailures::not_reviewed() const {
    std::vector<std::string> errors;
    for (const auto& [place, reason] : reasons_) {
        if (!reviewed_.contains(place.first)) {
            errors.push_back(
                fmt::format("{}:{}: listed as failing ({}), but there is no such script",
                            place.first, place.second, reason));
        }
    }
    return errors;
}

}  // namespace lockstep::conformance
