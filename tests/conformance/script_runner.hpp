#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "tests/conformance/executor.hpp"
#include "tests/conformance/script.hpp"

namespace lockstep::conformance {

/// A command that did not do what the script says.
struct Failure {
    std::string script;
    std::uint64_t line = 0;
    CommandKind command = CommandKind::module;
    std::string expected;
    std::string got;
};

/// "script:line: command: expected ..., got ...".
[[nodiscard]] std::string to_text(const Failure& failure);

struct KindCount {
    std::uint64_t passed = 0;
    std::uint64_t failed = 0;
};

struct ScriptResult {
    std::array<KindCount, kCommandKinds> counts{};
    /// Not run: modules that must be malformed as text, which there is no parser for here.
    std::uint64_t texts = 0;
    std::vector<Failure> failures;
    /// Refusals of the right class that we have other words for. Not failures.
    std::vector<Failure> other_words;
    /// Executed by the interpreter.
    std::uint64_t steps = 0;
};

/// Runs a script in a store of its own, in which the module `spectest` (in the binary format) comes
/// first.
[[nodiscard]] ScriptResult run_script(const Script& script, const Bytes& spectest,
                                      Executor& executor);

}  // namespace lockstep::conformance
