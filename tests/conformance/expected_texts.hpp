#pragma once

// The words of the suite for traps and refusals, and ours.

#include <cstdint>
#include <string>
#include <string_view>

#include "vm/machine/trap.hpp"
#include "vm/module/load_error.hpp"

namespace lockstep::conformance {

/// Whether the suite's text means this trap. A text may go on with details: "uninitialized element 2".
[[nodiscard]] bool names_trap(std::string_view text, vm::Trap trap);

/// What the suite tells apart.
enum class RefusalClass : std::uint8_t { malformed, invalid, unlinkable };

[[nodiscard]] std::string_view refusal_class_name(RefusalClass refusal);

/// Whether a module that the suite refuses like that is refused so by us. A feature of a later version
/// or a limit of ours has no class of its own: it must be the very one that 2.0 refuses in these words.
[[nodiscard]] bool is_of_class(const vm::LoadError& error, RefusalClass refusal,
                               std::string_view text);

/// Whether the suite says of a refusal what we say of it, as far as one text begins with the other.
[[nodiscard]] bool has_words(const vm::LoadError& error, std::string_view text);

/// For people: class, text, what is wrong and where.
[[nodiscard]] std::string to_text(const vm::LoadError& error);

}  // namespace lockstep::conformance
