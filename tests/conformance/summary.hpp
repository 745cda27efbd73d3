#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "tests/conformance/script_runner.hpp"

namespace lockstep::conformance {

/// What all scripts together come to.
struct Summary {
    std::uint64_t scripts = 0;
    std::array<KindCount, kCommandKinds> counts{};
    std::uint64_t texts = 0;        // malformed as text, not run
    std::uint64_t other_words = 0;  // refused as they should be, in other words
    std::uint64_t steps = 0;
    std::uint64_t steps_proven = 0;
    std::uint64_t runs_capped = 0;  // longer than what is proven of one
    std::uint64_t bundles = 0;      // written for the EVM
    std::uint64_t strata = 0;       // script, opcode and outcome

    void add(const ScriptResult& result);
};

/// As a table in Markdown, which the README has.
[[nodiscard]] std::string to_markdown(const Summary& summary);
[[nodiscard]] std::string to_json(const Summary& summary);

}  // namespace lockstep::conformance
