// Programs of two modules with a memory each: what one does leaves the other's alone.

#include <string_view>

#include "tests/differential/totality/ending.hpp"

namespace lockstep::differential {

namespace {

using vm::Opcode;
using vm::Trap;

constexpr std::uint64_t kMost = 0xFFFF'FFFF;
constexpr std::uint64_t kPage = 65'536;
// The library's memory, and that of the module behind it.
constexpr std::uint32_t kLibrary = 0;
constexpr std::uint32_t kOwn = 1;
constexpr Trap kOutside = Trap::out_of_bounds_memory_access;

Bytes text(std::string_view characters) {
    return {characters.begin(), characters.end()};
}

/// Both modules have copied their segments.
Ending run(const std::string& function, const std::string& detail,
           const std::vector<std::uint64_t>& arguments) {
    static const LoadedProgram program = linked_program("library", "linked");
    Ending ending("linked/" + function + "/" + detail, program, function);
    ending.arguments(arguments).input(Bytes(10, 0x99));
    ending.memory(kLibrary, 40, text("library")).memory(kOwn, 40, text("linked!"));
    return ending;
}

void add_accesses(TotalityCases& endings) {
    endings.push_back(
        run("store", "last", {2 * kPage - 4}).memory(kOwn, 2 * kPage - 4, {8, 7, 6, 5}).returns());
    endings.push_back(run("store", "one_past", {2 * kPage - 3})
                          .memory(kOwn, 2 * kPage - 3, Bytes(3))
                          .traps(Opcode::i32_store, kOutside));
    endings.push_back(run("library_store", "last", {kPage - 4})
                          .memory(kLibrary, kPage - 4, {4, 3, 2, 1})
                          .memory(kOwn, kPage - 4, Bytes(4))
                          .returns());
    endings.push_back(run("library_store", "one_past", {kPage - 3})
                          .memory(kLibrary, kPage - 3, Bytes(3))
                          .memory(kOwn, kPage - 3, Bytes(4))
                          .traps(Opcode::i32_store, kOutside));
    endings.push_back(run("load", "last", {2 * kPage - 4}).returns({0}));
    endings.push_back(run("load", "one_past", {2 * kPage - 3}).traps(Opcode::i32_load, kOutside));
    endings.push_back(run("library_load", "last", {kPage - 4}).returns({0}));
    endings.push_back(
        run("library_load", "one_past", {kPage - 3}).traps(Opcode::i32_load, kOutside));
    endings.push_back(run("fill", "one_past", {2 * kPage - 4, 5})
                          .memory(kOwn, 2 * kPage - 4, Bytes(4))
                          .traps(Opcode::memory_fill, kOutside));
    endings.push_back(run("library_fill", "to_the_end", {kPage - 4, 4})
                          .memory(kLibrary, kPage - 4, text("LLLL"))
                          .memory(kOwn, kPage - 4, Bytes(8))
                          .returns());
    endings.push_back(run("library_fill", "one_past", {kPage - 4, 5})
                          .memory(kLibrary, kPage - 4, Bytes(4))
                          .memory(kOwn, kPage - 4, Bytes(8))
                          .traps(Opcode::memory_fill, kOutside));
    endings.push_back(
        run("copy", "source_one_past", {0, 2 * kPage - 4, 5}).traps(Opcode::memory_copy, kOutside));
}

void add_growth_and_io(TotalityCases& endings) {
    endings.push_back(run("grow", "to_the_maximum", {1}).returns({2, 3}));
    endings.push_back(run("grow", "beyond_the_maximum", {2}).returns({kMost, 2}));
    endings.push_back(run("library_grow", "to_the_maximum", {1}).returns({1, 2}));
    endings.push_back(run("library_grow", "beyond_the_maximum", {2}).returns({kMost, 2}));
    endings.push_back(run("library_read", "destination_one_past", {kPage - 4, 0, 5})
                          .memory(kOwn, kPage - 4, Bytes(8))
                          .traps(Opcode::input_read, kOutside));
    endings.push_back(run("library_read", "past_the_input", {0, 6, 5})
                          .traps(Opcode::input_read, Trap::out_of_bounds_input_read));
    endings.push_back(run("library_write", "segment", {40, 7}).output(text("library")).returns());
    endings.push_back(
        run("library_write", "one_past", {kPage - 4, 5}).traps(Opcode::output_write, kOutside));
}

void add_calls(TotalityCases& endings) {
    endings.push_back(run("library_halt", "code_0", {0}).halts(0));
    endings.push_back(run("library_halt", "greatest_code", {kMost}).halts(0xFFFF'FFFF));
    endings.push_back(
        run("library_trap", "unreachable", {}).traps(Opcode::unreachable, Trap::unreachable));
    // Its elements: halt, the library's store, null, null.
    endings.push_back(run("call", "halt", {0, 5}).halts(5));
    endings.push_back(
        run("call", "store_one_past", {1, kPage - 3}).traps(Opcode::i32_store, kOutside));
    endings.push_back(
        run("call", "null", {2, 0}).traps(Opcode::call_reference, Trap::uninitialized_element));
    endings.push_back(
        run("call", "one_past", {4, 0}).traps(Opcode::table_element, Trap::undefined_element));
    endings.push_back(run("call_of_no_parameters", "wrong_type", {1})
                          .traps(Opcode::call_reference, Trap::indirect_call_type_mismatch));
    endings.push_back(Ending("linked_to_start/entry/library_traps",
                             linked_program("library_starts", "linked_to_start"), "entry")
                          .memory(0, text("before!"))
                          .traps(Opcode::unreachable, Trap::unreachable));
}

}  // namespace

TotalityCases linked_endings() {
    TotalityCases endings;
    add_accesses(endings);
    add_growth_and_io(endings);
    add_calls(endings);
    return endings;
}

TotalityCases linked_charging_runs() {
    return {
        run("store", "across_two_chunks", {4094}).returns(),
        run("library_store", "across_two_chunks", {8190}).returns(),
        run("fill", "across_two_chunks", {4060, 90}).returns(),
        run("library_fill", "across_two_chunks", {8150, 90}).returns(),
        run("copy", "backward", {4070, 20, 60}).returns(),
        run("grow", "to_the_maximum", {1}).returns({2, 3}),
        run("library_grow", "to_the_maximum", {1}).returns({1, 2}),
        run("library_read", "across_two_chunks", {4090, 0, 10}).returns(),
        run("library_write", "three_leaves", {60, 41}).output(Bytes(41)).returns(),
    };
}

}  // namespace lockstep::differential
