#include "tests/bombs/bomb.hpp"
#include "tests/bombs/function_list.hpp"

namespace lockstep::bombs {

namespace {

/// A function has no more bytes than this.
constexpr std::size_t kFunctionBytes = 1'000'000;

/// Blocks in blocks, as deep as can be, `each` of them of some bytes without its `end`.
Bytes nested(std::size_t bytes, const Bytes& begin, std::size_t blocks,
             const Bytes& innermost = {}) {
    const std::size_t most = (vm::kMaxBlockNesting - 1) / blocks;
    const std::size_t count = count_of(bytes, begin.size() + blocks, most);
    return module_of_bodies(join({repeat(begin, count), innermost, Bytes(count * blocks, kEnd)}),
                            bytes);
}

/// As many of a piece as make up a function, and as few functions.
Bytes repeated(std::size_t bytes, const Bytes& piece, const Bytes& before = {},
               const Bytes& after = {}) {
    const std::size_t functions = bytes / kFunctionBytes + 1;
    const std::size_t count = count_of(bytes / functions, piece.size(), bytes);
    return module_of_bodies(join({before, repeat(piece, count), after}), bytes);
}

Bytes locals_module(std::size_t bytes, const Bytes& runs, const Bytes& body = {}) {
    return module_of_functions(function_type({}, {}), join({runs, body, {kEnd}}), bytes);
}

/// Runs of one local, which the last instruction but `end` of each group looks up.
Bytes alternating_locals(std::size_t bytes) {
    const std::size_t runs = count_of(bytes, 8, vm::kMaxLocals / 2) * 2;
    const Bytes get = join({{0x20}, leb(runs - 1), {0x1A}});
    return locals_module(bytes, join({leb(runs), repeat({1, kI32, 1, kI64}, runs / 2)}),
                         repeat(get, runs / 2));
}

Bytes empty_runs(std::size_t bytes) {
    const std::size_t runs = bytes / (bytes / kFunctionBytes + 1) / 2;
    return locals_module(bytes, list_of(runs, {0, kI32}));
}

/// All operands before the first is dropped.
Bytes operands(std::size_t bytes) {
    const std::size_t count = count_of(bytes, 3, vm::kMaxOperandHeight);
    return module_of_bodies(join({repeat({0x41, 0}, count), Bytes(count, 0x1A)}), bytes);
}

/// Calls of a function of many results, which are dropped by a branch.
Bytes calls_of_many_results(std::size_t bytes, std::size_t results) {
    const Bytes type = function_type({}, Bytes(results, kI32));
    const Bytes call_and_drop = join({{0x02, 0x40, 0x10, 0}, {0x0C, 0, kEnd}});
    const std::size_t count = count_of(std::min<std::size_t>(bytes, 100'000), 7, bytes);
    return module_of_functions(type, join({{0}, repeat(call_and_drop, count), {0, kEnd}}), bytes);
}

/// Blocks that take and give many values by their type.
Bytes blocks_of_many_values(std::size_t bytes, std::size_t values) {
    const Bytes types(values, kI32);
    const std::size_t count = count_of(std::min<std::size_t>(bytes, 100'000), 3, bytes);
    return module_of_functions(function_type({}, types),
                               join({{0, 0}, repeat({0x02, 0, 0, kEnd, 0}, count), {kEnd}}), bytes);
}

}  // namespace

Families body_bombs() {
    const std::size_t least = 20'000;
    return {
        {"many_locals",
         [](std::size_t n) { return locals_module(n, join({{1}, leb(vm::kMaxLocals), {kI64}})); },
         kLoads, least, 800'000},
        {"too_many_locals",
         [](std::size_t n) {
             return locals_module(n, join({{1}, leb(vm::kMaxLocals + 1), {kI64}}));
         },
         "max_locals"},
        {"alternating_locals", alternating_locals},
        {"empty_runs_of_locals", empty_runs},
        {"nested_blocks", [](std::size_t n) { return nested(n, {0x02, 0x40}, 1); }},
        {"nested_loops", [](std::size_t n) { return nested(n, {0x03, 0x40}, 1); }},
        {"nested_ifs", [](std::size_t n) { return nested(n, {0x41, 0, 0x04, 0x40}, 1); }},
        {"nested_loops_and_ifs",
         [](std::size_t n) { return nested(n, {0x03, 0x40, 0x41, 0, 0x04, 0x40}, 2); }},
        {"nested_dead_blocks", [](std::size_t n) { return nested(n, {0x00, 0x02, 0x40}, 1); }},
        {"too_deeply_nested_blocks",
         [](std::size_t n) {
             const std::size_t count = vm::kMaxBlockNesting + n / 3;
             return module_of_bodies(join({repeat({0x02, 0x40}, count), Bytes(count, kEnd)}), 1);
         },
         "max_block_nesting"},
        {"blocks", [](std::size_t n) { return repeated(n, {0x02, 0x40, kEnd}); }},
        {"loops", [](std::size_t n) { return repeated(n, {0x03, 0x40, kEnd}); }},
        {"ifs", [](std::size_t n) { return repeated(n, {0x41, 0, 0x04, 0x40, kEnd}); }},
        {"ifs_with_else",
         [](std::size_t n) { return repeated(n, {0x41, 0, 0x04, 0x40, 0x05, kEnd}); }},
        {"nops", [](std::size_t n) { return repeated(n, {0x01}); }},
        {"dead_code", [](std::size_t n) { return repeated(n, {0x41, 0, 0x1A}, {0x00}); }},
        {"constants", [](std::size_t n) { return repeated(n, {0x41, 0, 0x1A}); }},
        {"longest_integers",
         [](std::size_t n) { return repeated(n, {0x41, 0x80, 0x80, 0x80, 0x80, 0x00, 0x1A}); }},
        {"operands", operands},
        {"too_many_operands",
         [](std::size_t n) {
             return module_of_bodies(repeat({0x41, 0}, vm::kMaxOperandHeight + n / 2), 1);
         },
         "max_operand_height"},
        {"calls", [](std::size_t n) { return repeated(n, {0x10, 0}); }},
        {"unreachables_in_blocks",
         [](std::size_t n) { return repeated(n, {0x02, 0x40, 0x00, kEnd}); }},
        {.name = "calls_of_many_results",
         .make = [](std::size_t n) { return calls_of_many_results(n, 200); },
         .most_heap = kHeapOfFullCode},
        {"calls_of_too_many_results", [](std::size_t n) { return calls_of_many_results(n, 1000); },
         "max_validation_work_per_byte", 20'000},
        {"blocks_of_many_values", [](std::size_t n) { return blocks_of_many_values(n, 150); }},
        {"blocks_of_too_many_values", [](std::size_t n) { return blocks_of_many_values(n, 1000); },
         "max_validation_work_per_byte"},
    };
}

}  // namespace lockstep::bombs
