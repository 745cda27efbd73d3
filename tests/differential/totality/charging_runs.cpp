// Runs that return, of each instruction that takes gas.

#include <iterator>

#include "tests/differential/totality/ending.hpp"

namespace lockstep::differential {

namespace {

TotalityCase run(const std::string& function, const std::string& detail,
                 const std::vector<std::uint64_t>& arguments,
                 const std::vector<std::uint64_t>& results = {}) {
    return Ending("gas", function, detail)
        .arguments(arguments)
        .input(Bytes(100, 0x1A))
        .returns(results);
}

TotalityCase writing_run() {
    Bytes written(100);
    written[0] = 0x41;
    return Ending("gas", "output_write", "four_leaves")
        .arguments({70, 100})
        .output(written)
        .returns();
}

}  // namespace

TotalityCases charging_runs() {
    TotalityCases runs{
        run("leaf", "no_dynamic_charge", {6}, {7}),
        run("loop", "three_turns", {3}, {3}),
        run("store", "one_chunk", {100}),
        run("store", "two_chunks_one_after_the_other", {4092}),
        run("store", "second_across_two_chunks", {4090}),
        run("i64.store", "across_two_chunks", {4093}),
        run("i32.store16", "across_two_chunks", {4095}),
        run("i64.store16", "across_two_chunks", {8191}),
        run("i64.store32", "across_two_chunks", {4094}),
        run("i32.store8", "last_of_a_chunk", {4095}),
        run("i64.store8", "first_of_a_chunk", {4096}),
        run("memory.grow", "to_the_maximum", {2}, {3}),
        run("memory.fill", "across_two_chunks", {4050, 100}),
        run("memory.copy", "forward_across_two_chunks", {4000, 4080, 90}),
        run("memory.copy", "backward_across_two_chunks", {8150, 8130, 70}),
        run("memory.init", "across_two_chunks", {4060, 3, 80}),
        run("table.grow", "by_seven_leaves", {5, 25}, {12}),
        run("table.fill", "all_but_the_ends", {1, 5, 10}),
        run("table.copy", "backward", {5, 3, 1, 8}),
        run("table.copy", "forward", {5, 1, 3, 8}),
        run("table.init", "nine", {2, 0, 9}),
        run("input_read", "across_two_chunks", {4060, 5, 95}),
        writing_run(),
    };
    TotalityCases linked = linked_charging_runs();
    runs.insert(runs.end(), std::make_move_iterator(linked.begin()),
                std::make_move_iterator(linked.end()));
    return runs;
}

}  // namespace lockstep::differential
