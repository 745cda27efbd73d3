// Traps of bulk memory instructions, of table instructions and of calls through tables.

#include <array>

#include "tests/differential/totality/ending.hpp"

namespace lockstep::differential {

namespace {

using vm::Opcode;
using vm::Trap;

constexpr std::uint64_t kMost = 0xFFFF'FFFF;
constexpr std::uint64_t kBytes = std::uint64_t{2} * 65'536;
constexpr std::uint64_t kSegment = 64;
constexpr std::uint64_t kInput = 50;
constexpr std::uint64_t kMoreElements = 6;

struct Attempt {
    std::string detail;
    std::vector<std::uint64_t> operands;
    Trap trap = Trap::none;  // none: it returns
};

/// A function of bulk.wat, which has marked the first bytes of memory, and what its attempts come to.
void add_bulk(TotalityCases& endings, const std::string& function, Opcode last,
              const std::vector<Attempt>& attempts) {
    const Bytes mark{0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11};
    for (const Attempt& attempt : attempts) {
        Ending ending("bulk", function, attempt.detail);
        ending.arguments(attempt.operands).input(Bytes(kInput, 0x99)).memory(0, mark);
        // Nothing of what does not fit is written.
        ending.memory(kBytes - 32, Bytes(32));
        if (function == "write") {
            ending.output(Bytes(mark.begin(), mark.begin() + 3));
        }
        endings.push_back(attempt.trap == Trap::none ? ending.returns()
                                                     : ending.traps(last, attempt.trap));
    }
}

void add_memory_writers(TotalityCases& endings) {
    const Trap outside = Trap::out_of_bounds_memory_access;
    add_bulk(endings, "fill", Opcode::memory_fill,
             {{"one_past", {kBytes - 10, 11}, outside},
              {"longer_than_memory", {0, kBytes + 1}, outside},
              {"sum_past_32_bits", {kMost, kMost}, outside},
              {"nothing_at_the_end", {kBytes, 0}},
              {"nothing_past_the_end", {kBytes + 1, 0}, outside}});
    add_bulk(endings, "copy", Opcode::memory_copy,
             {{"destination_one_past", {kBytes - 10, 100, 11}, outside},
              {"source_one_past", {100, kBytes - 10, 11}, outside},
              {"sums_past_32_bits", {kMost, kMost, kMost}, outside},
              {"nothing_at_the_end", {kBytes, kBytes, 0}},
              {"nothing_past_the_end", {kBytes + 1, 0, 0}, outside},
              {"nothing_from_past_the_end", {0, kBytes + 1, 0}, outside}});
    add_bulk(endings, "init", Opcode::memory_init,
             {{"segment_one_past", {100, kSegment - 4, 5}, outside},
              {"destination_one_past", {kBytes - 10, 0, 11}, outside},
              {"sums_past_32_bits", {kMost, kMost, kMost}, outside},
              {"nothing_at_the_end", {kBytes, kSegment, 0}},
              {"nothing_from_past_the_segment", {0, kSegment + 1, 0}, outside},
              {"nothing_past_the_end", {kBytes + 1, 0, 0}, outside}});
    add_bulk(endings, "init_dropped", Opcode::memory_init,
             {{"one_byte", {100, 0, 1}, outside},
              {"nothing", {100, 0, 0}},
              {"nothing_from_past_the_segment", {100, 1, 0}, outside}});
}

void add_io(TotalityCases& endings) {
    const Trap outside = Trap::out_of_bounds_memory_access;
    const Trap past_input = Trap::out_of_bounds_input_read;
    add_bulk(endings, "read", Opcode::input_read,
             {{"one_past", {100, kInput - 10, 11}, past_input},
              {"all_and_one_past", {100, 0, kInput + 1}, past_input},
              {"sum_past_32_bits", {100, kMost, kMost}, past_input},
              {"nothing_from_the_end", {100, kInput, 0}},
              {"nothing_from_past_the_end", {100, kInput + 1, 0}, past_input},
              {"outside_of_both", {kBytes, kInput, 1}, past_input},
              {"destination_one_past", {kBytes - 10, 0, 11}, outside},
              {"nothing_past_the_end", {kBytes + 1, 0, 0}, outside}});
    add_bulk(endings, "write", Opcode::output_write,
             {{"one_past", {kBytes - 3, 4}, outside},
              {"sum_past_32_bits", {kMost, kMost}, outside},
              {"nothing_at_the_end", {kBytes, 0}},
              {"nothing_past_the_end", {kBytes + 1, 0}, outside}});
}

constexpr std::uint32_t kCalls = 0;
constexpr std::uint32_t kFull = 1;
constexpr std::uint32_t kExtern = 2;

/// A function of tables.wat on table `written`, which stays as it is unless `slots` says otherwise.
struct TableAttempt {
    std::string function;
    Opcode last;
    std::uint32_t written;
    Attempt attempt;
    std::vector<std::uint64_t> results;
    std::vector<std::uint64_t> slots;
};

void add_table(TotalityCases& endings, const TableAttempt& made) {
    const std::array<std::vector<std::uint64_t>, 3> untouched{
        std::vector<std::uint64_t>{1, 2, 0, 0, 0, 0}, std::vector<std::uint64_t>(9),
        std::vector<std::uint64_t>(5)};
    Ending ending("tables", made.function, made.attempt.detail);
    ending.arguments(made.attempt.operands);
    ending.table(made.written, made.slots.empty() ? untouched.at(made.written) : made.slots);
    endings.push_back(made.attempt.trap == Trap::none ? ending.returns(made.results)
                                                      : ending.traps(made.last, made.attempt.trap));
}

void add_slots(TotalityCases& endings) {
    const Trap outside = Trap::out_of_bounds_table_access;
    const auto add = [&](const std::string& function, Opcode last, const Attempt& attempt,
                         const std::vector<std::uint64_t>& results = {},
                         const std::vector<std::uint64_t>& slots = {}) {
        add_table(endings, {function, last, kExtern, attempt, results, slots});
    };
    add("get", Opcode::table_get, {"last", {4}}, {0});
    add("get", Opcode::table_get, {"one_past", {5}, outside});
    add("get", Opcode::table_get, {"greatest_index", {kMost}, outside});
    add("set", Opcode::table_set, {"last", {4, 8}}, {}, {0, 0, 0, 0, 8});
    add("set", Opcode::table_set, {"one_past", {5, 8}, outside});
    add("set", Opcode::table_set, {"greatest_index", {kMost, 8}, outside});
    add("fill", Opcode::table_fill, {"all", {0, 8, 5}}, {}, {8, 8, 8, 8, 8});
    add("fill", Opcode::table_fill, {"one_past", {2, 8, 4}, outside});
    add("fill", Opcode::table_fill, {"sum_past_32_bits", {kMost, 8, kMost}, outside});
    add("fill", Opcode::table_fill, {"nothing_at_the_end", {5, 8, 0}});
    add("fill", Opcode::table_fill, {"nothing_past_the_end", {6, 8, 0}, outside});
    add("grow_extern", Opcode::table_grow, {"to_the_maximum", {8, 2}}, {5}, {0, 0, 0, 0, 0, 8, 8});
    add("grow_extern", Opcode::table_grow, {"beyond_the_maximum", {8, 3}}, {kMost});
}

void add_growth_of_calls(TotalityCases& endings) {
    const auto add = [&](const std::string& detail, std::uint64_t delta,
                         const std::vector<std::uint64_t>& results,
                         const std::vector<std::uint64_t>& slots = {}) {
        const Attempt attempt{.detail = detail, .operands = {delta}};
        add_table(endings, {"grow", Opcode::table_grow, kCalls, attempt, results, slots});
    };
    add("to_the_maximum", 4, {6, 10}, {1, 2, 0, 0, 0, 0, 1, 1, 1, 1});
    add("beyond_the_maximum", 5, {kMost, 6});
    add("by_nothing", 0, {6, 6});
    add("sum_past_32_bits", kMost, {kMost, 6});
}

void add_table_segments(TotalityCases& endings) {
    const Trap outside = Trap::out_of_bounds_table_access;
    const auto add = [&](const std::string& function, Opcode last, const Attempt& attempt) {
        add_table(endings, {function, last, kFull, attempt, {}, {}});
    };
    add("copy", Opcode::table_copy, {"source_one_past", {0, 0, 7}, outside});
    add("copy", Opcode::table_copy, {"destination_one_past", {4, 0, 6}, outside});
    add("copy", Opcode::table_copy, {"sums_past_32_bits", {kMost, kMost, kMost}, outside});
    add("copy", Opcode::table_copy, {"nothing_at_both_ends", {9, 6, 0}});
    add("copy", Opcode::table_copy, {"nothing_from_past_the_end", {9, 7, 0}, outside});
    add("copy", Opcode::table_copy, {"nothing_past_the_end", {10, 6, 0}, outside});
    add("copy_within", Opcode::table_copy, {"backward_one_past", {1, 0, 9}, outside});
    add("copy_within", Opcode::table_copy, {"forward_one_past", {0, 1, 9}, outside});
    add("init", Opcode::table_init, {"segment_one_past", {0, 0, kMoreElements + 1}, outside});
    add("init", Opcode::table_init, {"destination_one_past", {4, 0, 6}, outside});
    add("init", Opcode::table_init, {"sums_past_32_bits", {kMost, kMost, kMost}, outside});
    add("init", Opcode::table_init, {"nothing_at_both_ends", {9, kMoreElements, 0}});
    add("init", Opcode::table_init,
        {"nothing_from_past_the_end", {0, kMoreElements + 1, 0}, outside});
    add("init", Opcode::table_init, {"nothing_past_the_end", {10, 0, 0}, outside});
    add("init_dropped", Opcode::table_init, {"one_element", {0, 0, 1}, outside});
    add("init_dropped", Opcode::table_init, {"nothing", {0, 0, 0}});
    add("init_dropped", Opcode::table_init, {"nothing_from_past_the_end", {0, 1, 0}, outside});
}

void add_indirect_calls(TotalityCases& endings) {
    const auto call = [](const std::string& detail, std::uint64_t element) {
        return Ending("tables", "call", detail).arguments({element});
    };
    endings.push_back(call("right_type", 0).returns({42}));
    endings.push_back(
        call("wrong_type", 1).traps(Opcode::call_reference, Trap::indirect_call_type_mismatch));
    endings.push_back(call("null", 2).traps(Opcode::call_reference, Trap::uninitialized_element));
    endings.push_back(
        call("last_null", 5).traps(Opcode::call_reference, Trap::uninitialized_element));
    endings.push_back(call("one_past", 6).traps(Opcode::table_element, Trap::undefined_element));
    endings.push_back(
        call("greatest_index", kMost).traps(Opcode::table_element, Trap::undefined_element));
}

}  // namespace

TotalityCases bulk_endings() {
    TotalityCases endings;
    add_memory_writers(endings);
    add_io(endings);
    return endings;
}

TotalityCases table_endings() {
    TotalityCases endings;
    add_slots(endings);
    add_growth_of_calls(endings);
    add_table_segments(endings);
    add_indirect_calls(endings);
    return endings;
}

}  // namespace lockstep::differential
