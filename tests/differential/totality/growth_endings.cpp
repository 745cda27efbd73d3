// Memories and tables at their greatest, and growing them to there and beyond.

#include "tests/differential/totality/ending.hpp"
#include "vm/machine/gas.hpp"

namespace lockstep::differential {

namespace {

using vm::Opcode;
using vm::Trap;

constexpr std::uint64_t kMost = 0xFFFF'FFFF;
constexpr std::uint64_t kMaxPages = 65'536;
constexpr std::uint64_t kMaxElements = std::uint64_t{1} << 20U;
/// The charges of the prologue and of the function that is one memory_fill.
constexpr std::uint64_t kBeforeFill = 7 + 11;
constexpr Trap kOutside = Trap::out_of_bounds_memory_access;

Ending growth(const std::string& function, const std::string& detail,
              const std::vector<std::uint64_t>& arguments) {
    Ending ending("growth", function, detail);
    ending.arguments(arguments);
    return ending;
}

void add_growth(TotalityCases& endings) {
    const auto returns = [&](const std::string& function, const std::string& detail,
                             const std::vector<std::uint64_t>& arguments,
                             const std::vector<std::uint64_t>& results) {
        endings.push_back(growth(function, detail, arguments).returns(results));
    };
    returns("memory", "to_the_greatest", {kMaxPages - 1}, {1, kMaxPages});
    returns("memory", "beyond_the_greatest", {kMaxPages}, {kMost, 1});
    returns("memory", "by_nothing", {0}, {1, 1});
    returns("memory", "sum_past_32_bits", {kMost}, {kMost, 1});
    returns("memory_twice", "to_the_greatest", {kMaxPages - 2, 1}, {1, kMaxPages - 1});
    returns("memory_twice", "beyond_the_greatest", {kMaxPages - 1, 1}, {1, kMost});
    returns("memory_twice", "by_nothing_at_the_greatest", {kMaxPages - 1, 0}, {1, kMaxPages});
    returns("table", "to_the_greatest", {7, kMaxElements}, {0, kMaxElements});
    returns("table", "beyond_the_greatest", {7, kMaxElements + 1}, {kMost, 0});
    returns("table", "by_nothing", {7, 0}, {0, 0});
    returns("table", "sum_past_32_bits", {7, kMost}, {kMost, 0});
    returns("table_twice", "beyond_the_greatest", {kMaxElements, 1}, {0, kMost});
    returns("table_twice", "sum_past_32_bits", {kMaxElements, kMost}, {0, kMost});
    returns("table_twice", "to_the_greatest", {kMaxElements - 1, 1}, {0, kMaxElements - 1});
    endings.push_back(growth("memory", "too_little_gas", {kMaxPages - 1})
                          .gas((kMaxPages - 1) * vm::kGrowPageGas)
                          .traps(Opcode::memory_grow, Trap::out_of_gas));
    endings.push_back(growth("table", "gas_for_a_part", {7, kMaxElements})
                          .gas(10'000)
                          .traps(Opcode::table_grow, Trap::out_of_gas));
}

void add_greatest_memory(TotalityCases& endings) {
    const auto run = [](const std::string& function, const std::string& detail,
                        const std::vector<std::uint64_t>& arguments) {
        return Ending("greatest_memory", function, detail).arguments(arguments);
    };
    const auto returns = [&](Ending ending, const std::vector<std::uint64_t>& results = {}) {
        endings.push_back(ending.returns(results));
    };
    const auto traps = [&](Ending ending, Opcode last) {
        endings.push_back(ending.traps(last, kOutside));
    };
    returns(run("grow", "by_nothing", {0}), {kMaxPages, kMaxPages});
    returns(run("grow", "by_one", {1}), {kMost, kMaxPages});
    returns(run("load8", "last", {kMost}), {0});
    returns(run("load32", "last", {kMost - 3}), {0});
    traps(run("load32", "one_past", {kMost - 2}), Opcode::i32_load);
    returns(run("load_offset_1", "last", {kMost - 1}), {0});
    traps(run("load_offset_1", "one_past", {kMost}), Opcode::i32_load8_u);
    returns(run("load_far", "last", {0}), {0});
    traps(run("load_far", "one_past", {1}), Opcode::i32_load8_u);
    traps(run("load_far", "greatest_sum", {kMost}), Opcode::i32_load8_u);
    returns(run("store8", "last", {kMost}).memory(kMost, {0x77}));
    returns(run("store64", "last", {kMost - 7})
                .memory(kMost - 7, {0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11}));
    traps(run("store64", "one_past", {kMost - 6}).memory(kMost - 6, Bytes(7)), Opcode::i64_store);
    returns(run("fill", "to_the_end", {kMost - 39, 40}).memory(kMost - 39, Bytes(40, 0x33)));
    traps(run("fill", "one_past", {kMost - 39, 41}).memory(kMost - 39, Bytes(40)),
          Opcode::memory_fill);
    returns(run("copy", "to_the_end", {kMost - 39, 0, 40}).memory(kMost - 39, Bytes(40)));
    traps(run("copy", "destination_one_past", {kMost - 39, 0, 41}), Opcode::memory_copy);
    traps(run("copy", "source_one_past", {0, kMost - 39, 41}), Opcode::memory_copy);
    // 128 leaves of the first chunk and one of the second.
    endings.push_back(run("fill", "gas_for_a_part", {0, kMost})
                          .gas(kBeforeFill + 2 * vm::kDirtyChunkGas + 130 * vm::kBulkLeafGas - 1)
                          .gas_left(vm::kBulkLeafGas - 1)
                          .memory(0, Bytes(4096 + 32, 0x33))
                          .memory(4096 + 32, Bytes(4096))
                          .traps(Opcode::memory_fill, Trap::out_of_gas));
}

void add_nothing(TotalityCases& endings) {
    const auto run = [](const std::string& function, const std::string& detail,
                        const std::vector<std::uint64_t>& arguments) {
        return Ending("no_memory", function, detail).arguments(arguments);
    };
    endings.push_back(run("load", "first", {0}).traps(Opcode::i32_load8_u, kOutside));
    endings.push_back(run("store", "first", {0}).traps(Opcode::i32_store8, kOutside));
    endings.push_back(run("fill", "nothing", {0, 0}).returns());
    endings.push_back(run("fill", "one_byte", {0, 1}).traps(Opcode::memory_fill, kOutside));
    endings.push_back(run("grow", "by_nothing", {0}).returns({0}));
    endings.push_back(run("grow", "by_one", {1}).returns({kMost}));
    endings.push_back(run("grow_table", "by_nothing", {0}).returns({0}));
    endings.push_back(run("grow_table", "by_one", {1}).returns({kMost}));
    endings.push_back(
        run("call", "first", {0}).traps(Opcode::table_element, Trap::undefined_element));
}

}  // namespace

TotalityCases growth_endings() {
    TotalityCases endings;
    add_growth(endings);
    add_greatest_memory(endings);
    add_nothing(endings);
    return endings;
}

}  // namespace lockstep::differential
