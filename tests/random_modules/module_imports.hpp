#pragma once

#include "fuzz/choices.hpp"
#include "tests/random_modules/module_shape.hpp"

namespace lockstep::random_modules {

/// The simplest choice is no.
[[nodiscard]] inline bool one_in(fuzz::Choices& choices, std::uint64_t n) {
    return choices.below(n) == n - 1;
}

/// Imports the four host functions.
void import_host(ModuleShape& shape);

/// Imports some of what another module exports. Now and then with a type that does not match, if that may be.
void import_from(fuzz::Choices& choices, const ModuleShape& previous, bool may_mismatch,
                 ModuleShape& shape);

}  // namespace lockstep::random_modules
