#pragma once

// What each kind of vector demands of the implementation. The checks fail the running test.

#include <string_view>
#include <vector>

#include "tests/unit/spec/vector.hpp"
#include "vm/program/program.hpp"

namespace lockstep::spec_test {

struct Check {
    std::string_view name;  // the field "check" of a vector
    void (*run)(const Vector& vector);
};

[[nodiscard]] std::vector<Check> state_checks();
[[nodiscard]] std::vector<Check> step_checks();
[[nodiscard]] std::vector<Check> bundle_checks();
[[nodiscard]] std::vector<Check> module_checks();
[[nodiscard]] std::vector<Check> history_checks();

/// The check with this name, or null.
[[nodiscard]] const Check* find_check(std::string_view name);

/// The program that a vector spells out: code, function records, pages and maximum of its memory.
[[nodiscard]] vm::Program program_of(const Vector& vector);

/// The program of the vector with this name in state.md.
[[nodiscard]] vm::Program program_named(std::string_view name);

}  // namespace lockstep::spec_test
