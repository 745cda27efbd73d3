#pragma once

// Text for people.

#include <cstdint>
#include <string>
#include <string_view>

namespace lockstep::cli {

/// What is safe on a terminal: control and direction-changing characters, and bytes that are not
/// UTF-8, are written as \xNN or \u{N}. Longer text than `max_characters` ends in "...".
[[nodiscard]] std::string printable(std::string_view text, std::size_t max_characters = 200);

/// 1234567 as "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t number);

/// "1 step", "2 steps".
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view noun);

/// The last part of a path, printable.
[[nodiscard]] std::string file_name(std::string_view path);

/// Prints "  label        value" to stdout.
void print_field(std::string_view label, std::string_view value);

/// Prints a line to stdout.
void print_line(std::string_view line);

}  // namespace lockstep::cli
