#include "tests/conformance/expected_texts.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

namespace lockstep::conformance {

namespace {

using vm::LoadErrorCode;
using vm::Trap;

struct TrapText {
    Trap trap;
    std::string_view text;
};

constexpr auto kTrapTexts = std::to_array<TrapText>({
    {Trap::unreachable, "unreachable"},
    {Trap::integer_divide_by_zero, "integer divide by zero"},
    {Trap::integer_overflow, "integer overflow"},
    {Trap::invalid_conversion, "invalid conversion to integer"},
    {Trap::out_of_bounds_memory_access, "out of bounds memory access"},
    {Trap::out_of_bounds_table_access, "out of bounds table access"},
    {Trap::undefined_element, "undefined element"},
    {Trap::uninitialized_element, "uninitialized element"},
    {Trap::indirect_call_type_mismatch, "indirect call type mismatch"},
    {Trap::call_stack_exhausted, "call stack exhausted"},
});

/// What 2.0 says of a feature of a later version, or of what is beyond a limit of ours.
struct NamedRefusal {
    std::string_view name;  // of the feature or the limit
    RefusalClass refusal;
    std::string_view text;
};

constexpr auto kNamedRefusals = std::to_array<NamedRefusal>({
    {"multi-memory", RefusalClass::invalid, "multiple memories"},
    {"multi-memory", RefusalClass::malformed, "malformed memop flags"},
    {"component-model", RefusalClass::malformed, "unknown binary version"},
    {"exception-handling", RefusalClass::malformed, "malformed import kind"},
    {"threads", RefusalClass::malformed, "integer too large"},
    // 2.0 allows 2^32 - 1 of them.
    {"max_locals", RefusalClass::malformed, "too many locals"},
});

/// None where the refusal is for a feature or a limit.
std::optional<RefusalClass> class_of(LoadErrorCode code) {
    if (code == LoadErrorCode::unsupported_import || code == LoadErrorCode::import_type_mismatch) {
        return RefusalClass::unlinkable;
    }
    switch (vm::load_error_class(code)) {
        case vm::LoadErrorClass::malformed: return RefusalClass::malformed;
        case vm::LoadErrorClass::invalid: return RefusalClass::invalid;
        case vm::LoadErrorClass::unsupported:
        case vm::LoadErrorClass::limit: break;
    }
    return {};
}

}  // namespace

bool names_trap(std::string_view text, Trap trap) {
    return std::ranges::any_of(kTrapTexts, [&](const TrapText& row) {
        return row.trap == trap && text.starts_with(row.text);
    });
}

std::string_view refusal_class_name(RefusalClass refusal) {
    switch (refusal) {
        case RefusalClass::malformed: return "malformed";
        case RefusalClass::invalid: return "invalid";
        case RefusalClass::unlinkable: return "unlinkable";
    }
    return "unknown";
}

bool is_of_class(const vm::LoadError& error, RefusalClass refusal, std::string_view text) {
    if (const auto known = class_of(error.code)) {
        return *known == refusal;
    }
    return std::ranges::any_of(kNamedRefusals, [&](const NamedRefusal& row) {
        return row.name == error.name && row.refusal == refusal && row.text == text;
    });
}

bool has_words(const vm::LoadError& error, std::string_view text) {
    const std::string_view ours = vm::load_error_text(error.code);
    return !class_of(error.code) || text.starts_with(ours) || ours.starts_with(text);
}

std::string to_text(const vm::LoadError& error) {
    const auto known = class_of(error.code);
    std::string text = fmt::format("{}: {}", known ? refusal_class_name(*known) : "refused",
                                   vm::load_error_text(error.code));
    if (!error.name.empty()) {
        text += fmt::format(" {}", error.name);
    }
    return text + fmt::format(" ({} at byte {})", error.value, error.offset);
}

}  // namespace lockstep::conformance
