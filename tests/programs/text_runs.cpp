#include "tests/programs/program_run.hpp"

// The results of integers.wat and floats.wat are those of another WebAssembly engine (V8).

namespace lockstep::programs {

namespace {

using vm::Trap;

constexpr std::uint64_t kMinusOne32 = 0xFFFF'FFFF;

ProgramRun maps(const std::string& program, const std::string& function,
                const std::vector<std::uint64_t>& arguments,
                const std::vector<std::uint64_t>& results) {
    std::string detail;
    for (const std::uint64_t argument : arguments) {
        detail += (detail.empty() ? "" : "_") + std::to_string(argument);
    }
    return Call(program, function, detail).arguments(arguments).returns(results);
}

void add_control(ProgramRuns& runs) {
    for (const auto& [index, result] : {std::pair{0U, 10U}, {1U, 20U}, {2U, 30U}, {7U, 30U}}) {
        runs.push_back(maps("control", "br_table", {index}, {result}));
    }
    for (const auto& [index, result] : {std::pair{0U, 105U}, {1U, 5U}, {9U, 105U}}) {
        runs.push_back(maps("control", "br_table_values", {index}, {result}));
    }
    runs.push_back(maps("control", "multi_value", {0, 41}, {0, 42, 8}));
    runs.push_back(maps("control", "multi_value", {1, 41}, {1, 42, 7}));
    runs.push_back(maps("control", "sum", {100}, {5050}));
    runs.push_back(maps("control", "if_else", {0xFFFF'FFFC}, {3}));
    runs.push_back(maps("control", "if_else", {3}, {1}));
    runs.push_back(maps("control", "if_else", {8}, {2}));
    runs.push_back(maps("control", "loop_with_parameter", {5}, {243}));
    runs.push_back(maps("control", "drops_many", {77}, {77}));
    runs.push_back(maps("control", "select", {0}, {~0ULL}));
    runs.push_back(maps("control", "select", {5}, {0x12'3456'789A}));
    runs.push_back(maps("control", "even", {9}, {0}));
    runs.push_back(maps("control", "even", {20}, {1}));
}

void add_tables(ProgramRuns& runs) {
    runs.push_back(maps("tables", "call_indirect", {1, 7, 5}, {12}));
    runs.push_back(maps("tables", "call_indirect", {2, 7, 5}, {2}));
    const auto call = [](std::uint64_t element, Trap trap) {
        return Call("tables", "call_indirect", vm::trap_name(trap))
            .arguments({element, 7, 5})
            .traps(trap);
    };
    runs.push_back(call(3, Trap::indirect_call_type_mismatch));
    runs.push_back(call(4, Trap::uninitialized_element));
    runs.push_back(call(10, Trap::undefined_element));
    runs.push_back(maps("tables", "copies", {}, {42}));
    runs.push_back(maps("tables", "grows", {1234}, {4, kMinusOne32, 13, 2}));
    runs.push_back(maps("tables", "fills", {99}, {2, 99}));
    runs.push_back(maps("tables", "set_and_call", {5}, {0xFFFF'FFFB}));
    for (const std::string function : {"init_after_drop", "get_outside", "fill_outside"}) {
        runs.push_back(Call("tables", function, "traps").traps(Trap::out_of_bounds_table_access));
    }
}

void add_bulk(ProgramRuns& runs) {
    const std::string text = "The quick brown fox jumps over the lazy dog, again and again";
    const auto padded = [](std::size_t before, const std::string& middle, std::size_t length) {
        std::string all = std::string(before, '\0') + middle;
        all.resize(length);
        return to_bytes(all);
    };
    const auto run = [](const std::string& function, const std::string& detail,
                        const std::vector<std::uint64_t>& arguments) {
        return Call("bulk", function, detail).arguments(arguments);
    };
    runs.push_back(run("copy", "backward", {4010, 4000, 60})
                       .writes(padded(100, text.substr(0, 10) + text, 300)));
    runs.push_back(run("copy", "forward", {3990, 4000, 60})
                       .writes(padded(90, text + text.substr(50) + ". ", 300)));
    runs.push_back(run("copy", "outside", {65'530, 0, 7}).traps(Trap::out_of_bounds_memory_access));
    runs.push_back(run("fill", "across_chunks", {4070, 0x2E, 50})
                       .writes(padded(0, ". " + std::string(8, '\0') + std::string(50, '.'), 80)));
    runs.push_back(run("init", "across_chunks", {4080, 3, 50})
                       .writes(to_bytes("3456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ")));
    runs.push_back(run("init", "outside", {0, 60, 3}).traps(Trap::out_of_bounds_memory_access));
    runs.push_back(run("init_after_drop", "outside", {}).traps(Trap::out_of_bounds_memory_access));
    runs.push_back(maps("bulk", "grow", {2}, {1, 3}));
    runs.push_back(maps("bulk", "grow", {4}, {kMinusOne32, 1}));
    runs.push_back(run("grow", "out_of_gas", {3}).gas(700).traps(Trap::out_of_gas));
}

void add_traps(ProgramRuns& runs) {
    const auto traps = [&](const std::string& function, Trap trap,
                           const std::vector<std::uint64_t>& arguments = {},
                           std::uint64_t gas = 10'000'000) {
        runs.push_back(
            Call("traps", function, vm::trap_name(trap)).arguments(arguments).gas(gas).traps(trap));
    };
    traps("unreachable", Trap::unreachable);
    traps("divide", Trap::integer_divide_by_zero, {7, 0});
    traps("divide", Trap::integer_overflow, {0x8000'0000, kMinusOne32});
    runs.push_back(maps("traps", "divide", {0xFFFF'FFF9, 2}, {0xFFFF'FFFD}));
    traps("remainder", Trap::integer_divide_by_zero, {7, 0});
    traps("load", Trap::out_of_bounds_memory_access, {65'521});
    traps("store", Trap::out_of_bounds_memory_access, {65'535});
    // The store is reached with too little for its chunk.
    traps("store", Trap::out_of_gas, {0}, 1000);
    traps("fill", Trap::out_of_bounds_memory_access);
    traps("element", Trap::undefined_element, {4});
    traps("element", Trap::uninitialized_element, {3});
    traps("type", Trap::indirect_call_type_mismatch);
    traps("read", Trap::out_of_bounds_input_read);
    traps("write", Trap::out_of_bounds_memory_access);
    traps("forever", Trap::out_of_gas, {}, 3000);
    traps("wide", Trap::call_stack_exhausted);
    traps("catches_nothing", Trap::unreachable);
    runs.push_back(maps("traps", "deep", {300}, {300}));
}

void add_floats(ProgramRuns& runs) {
    const auto all = [&](std::uint64_t a, std::uint64_t b, std::uint64_t result) {
        runs.push_back(maps("floats", "all", {a, b}, {result}));
    };
    all(0x4009'21FB'5444'2D18, 0x3FF8'0000'4049'0FDB, 0x2EF6'5BB3'0F20'8B45);
    all(0x8000'0000'0000'0001, 0xC1E0'0000'0020'C0A0, 0x2F0F'33B2'5855'CE9F);
    all(0x7FF8'0000'7FC0'0001, 0xFFF0'0000'8000'0000, 0x5096'EAAB'888D'5DF2);
    all(0x41EF'FFFF'FFF0'0000, 0x4060'0000'BF80'0001, 0x12F7'3DF6'D94F'D893);
    const auto truncate = [](std::uint64_t a, std::uint64_t b) {
        return Call("floats", "truncate", std::to_string(a) + "_" + std::to_string(b))
            .arguments({a, b});
    };
    constexpr std::uint64_t kBillion32 = 0x4E6E'6B28;
    runs.push_back(truncate(kBillion32, 0x41DD'CD65'0000'0000).returns({0x2049'07E4'08FF'E3DA}));
    runs.push_back(truncate(kBillion32, 0xBFE0'0000'0000'0000).returns({0x2047'FCA0'0000'77DA}));
    runs.push_back(truncate(0xFF80'0000, 0).traps(Trap::integer_overflow));
    runs.push_back(truncate(kBillion32, 0x7FF0'0000'0000'0001).traps(Trap::invalid_conversion));
}

void add_others(ProgramRuns& runs) {
    runs.push_back(maps("start", "answer", {}, {0x1002F}));
    runs.push_back(maps("start", "globals", {7}, {2, 1, 0x1122'3344'5566'7788}));
    runs.push_back(
        maps("integers", "all", {0x1234'5678'9ABC'DEF0, ~0x0123'4566ULL}, {0x8A7C'2AA1'7BB5'44B4}));
    runs.push_back(maps("integers", "all", {~0ULL, 3}, {0x2CF4'B22C'6E8F'7A21}));
    runs.push_back(
        maps("integers", "memory", {4080, ~0x0123'4567'89AB'CDEEULL}, {0xE3DE'4F13'8432'EBD8}));
    runs.push_back(
        maps("integers", "memory", {31, 0x8899'AABB'CCDD'EEFF}, {0xE8C1'273F'C1ED'BFA2}));
    const std::string text(100, 'x');
    runs.push_back(Call("io", "echo", "across_chunks").input(text).writes(to_bytes(text)));
    runs.push_back(Call("io", "echo", "nothing").returns());
    runs.push_back(
        Call("io", "reverse", "lockstep").input("lockstep").writes(to_bytes("petskcol")));
    runs.push_back(Call("io", "halts", "nested").arguments({9}).halts(9, Bytes(3)));
    ProgramRun returned = Call("io", "halts", "not_at_all").arguments({0}).returns({77});
    returned.output = Bytes(3);
    runs.push_back(returned);
}

}  // namespace

ProgramRuns text_runs() {
    ProgramRuns runs;
    add_control(runs);
    add_tables(runs);
    add_bulk(runs);
    add_traps(runs);
    add_floats(runs);
    add_others(runs);
    return runs;
}

}  // namespace lockstep::programs
