#include "tests/differential/engines/engine_case.hpp"

#include <algorithm>
#include <array>

namespace lockstep::engines {

using vm::Trap;

namespace {

struct Words {
    std::string_view part;
    Trap trap;
};

constexpr auto kHostWords = std::to_array<Words>({
    {"out of bounds input read", Trap::out_of_bounds_input_read},
    {"out of bounds memory access", Trap::out_of_bounds_memory_access},
});

constexpr auto kV8Words = std::to_array<Words>({
    {"unreachable", Trap::unreachable},
    {"divide by zero", Trap::integer_divide_by_zero},
    {"remainder by zero", Trap::integer_divide_by_zero},
    {"divide result unrepresentable", Trap::integer_overflow},
    {"float unrepresentable in integer range", Trap::integer_overflow},
    {"float unrepresentable in integer range", Trap::invalid_conversion},
    {"memory access out of bounds", Trap::out_of_bounds_memory_access},
    {"data segment", Trap::out_of_bounds_memory_access},
    {"table index is out of bounds", Trap::undefined_element},
    {"table index is out of bounds", Trap::out_of_bounds_table_access},
    {"table access out of bounds", Trap::out_of_bounds_table_access},
    {"element segment out of bounds", Trap::out_of_bounds_table_access},
    {"table initializer", Trap::out_of_bounds_table_access},
    {"null function or function signature mismatch", Trap::uninitialized_element},
    {"null function or function signature mismatch", Trap::indirect_call_type_mismatch},
});

constexpr auto kWabtWords = std::to_array<Words>({
    {"unreachable executed", Trap::unreachable},
    {"integer divide by zero", Trap::integer_divide_by_zero},
    {"integer overflow", Trap::integer_overflow},
    {"invalid conversion to integer", Trap::invalid_conversion},
    {"out of bounds memory access", Trap::out_of_bounds_memory_access},
    {"out of bounds table access", Trap::out_of_bounds_table_access},
    {"undefined table index", Trap::undefined_element},
    {"uninitialized table element", Trap::uninitialized_element},
    {"indirect call signature mismatch", Trap::indirect_call_type_mismatch},
});

bool contains(std::span<const Words> table, std::string_view words, Trap trap) {
    return std::ranges::any_of(
        table, [&](const Words& row) { return row.trap == trap && words.contains(row.part); });
}

}  // namespace

std::string_view engine_name(OtherEngine engine) {
    return engine == OtherEngine::v8 ? "v8" : "wabt";
}

bool is_said_of(OtherEngine engine, std::string_view words, Trap trap) {
    return contains(kHostWords, words, trap) ||
           (engine == OtherEngine::v8 ? contains(kV8Words, words, trap)
                                      : contains(kWabtWords, words, trap));
}

Agreement compare(OtherEngine engine, const Expectation& expected, const Observation& observed) {
    const Observation& ours = expected.observation;
    if (observed.ending == Ending::exhausted || observed.ending == Ending::unknown) {
        return Agreement::incomparable;
    }
    if (ours.ending == Ending::refused) {
        // Lockstep links before anything is run: an instance before the one that is refused may trap.
        return observed.ending == Ending::refused    ? Agreement::same
               : observed.ending == Ending::returned ? Agreement::different
                                                     : Agreement::incomparable;
    }
    const bool same_ending =
        ours.ending == observed.ending &&
        (ours.ending == Ending::trapped ? is_said_of(engine, observed.detail, expected.trap)
                                        : ours.detail == observed.detail);
    const bool same_state =
        ours.state.empty() || observed.state.empty() || ours.state == observed.state;
    return same_ending && same_state && ours.results == observed.results ? Agreement::same
                                                                         : Agreement::different;
}

}  // namespace lockstep::engines
