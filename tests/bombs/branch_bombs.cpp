#include "tests/bombs/bomb.hpp"
#include "tests/bombs/function_list.hpp"

namespace lockstep::bombs {

namespace {

/// br_table with a label each, the last one the default.
Bytes branch_table(const std::vector<Bytes>& labels) {
    Bytes table = join({{0x41, 0, 0x0E}, leb(labels.size() - 1)});
    append(table, join(labels));
    return table;
}

/// Labels of the `count` innermost blocks.
std::vector<Bytes> all_labels(std::size_t count) {
    std::vector<Bytes> labels;
    labels.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        labels.push_back(leb(i));
    }
    return labels;
}

/// Loops in loops, and in the innermost a branch to each.
Bytes table_in_nested_loops(std::size_t bytes) {
    const std::size_t depth = count_of(bytes, 5, vm::kMaxBlockNesting - 1);
    return module_of_bodies(
        join({repeat({0x03, 0x40}, depth), branch_table(all_labels(depth)), Bytes(depth, kEnd)}),
        bytes);
}

/// A branch to each loop in each of them: where it is not taken the next loop begins.
Bytes tables_in_nested_loops(std::size_t bytes) {
    std::size_t depth = 1;
    while (depth * (depth + 20) / 2 < bytes && depth < 600) {
        ++depth;
    }
    Bytes body;
    for (std::size_t i = 1; i <= depth; ++i) {
        append(body, join({{0x03, 0x40, 0x02, 0x40}, branch_table(all_labels(i)), {kEnd}}));
    }
    append(body, Bytes(depth, kEnd));
    return module_of_bodies(body, bytes);
}

Bytes widest_tables(std::size_t bytes) {
    const std::vector<Bytes> labels(count_of(bytes, 1, std::size_t{vm::kMaxBrTableTargets} + 1),
                                    Bytes{0});
    return module_of_bodies(join({{0x02, 0x40}, branch_table(labels), {kEnd}}), bytes);
}

Bytes small_tables(std::size_t bytes) {
    const Bytes piece = join({{0x02, 0x40}, branch_table({{0}, {1}}), {kEnd}});
    const std::size_t count =
        count_of(std::min<std::size_t>(bytes, 1'000'000), piece.size(), bytes);
    return module_of_bodies(repeat(piece, count), bytes);
}

/// Blocks in blocks, an operand more in each, and a table of branches to them all: the branch to the
/// n-th discards n operands.
Bytes stubs(std::size_t bytes, std::size_t most) {
    const std::size_t depth = count_of(bytes, 7, most);
    return module_of_bodies(join({repeat({0x02, 0x40, 0x41, 0}, depth),
                                  branch_table(all_labels(depth)),
                                  {kEnd},
                                  repeat({0x1A, kEnd}, depth - 1)}),
                            bytes);
}

/// Conditional branches that discard `height` operands.
Bytes discarding_branches(std::size_t bytes, std::size_t height) {
    const Bytes branch{0x41, 0, 0x0D, 0};
    const std::size_t count = count_of(std::min<std::size_t>(bytes, 100'000), branch.size(), bytes);
    return module_of_bodies(
        join({repeat({0x41, 0}, height), repeat(branch, count), Bytes(height, 0x1A)}), bytes);
}

/// Conditional branches that carry `values` operands and discard one.
Bytes carrying_branches(std::size_t bytes, std::size_t values) {
    const Bytes branch{0x41, 0, 0x0D, 0};
    const std::size_t count = count_of(std::min<std::size_t>(bytes, 100'000), branch.size(), bytes);
    return module_of_functions(
        function_type({}, Bytes(values, kI32)),
        join({{0}, repeat({0x41, 0}, values + 1), repeat(branch, count), {0x00, kEnd}}), bytes);
}

/// Forward branches to one label: a chain until it is bound.
Bytes forward_branches(std::size_t bytes) {
    const Bytes branch{0x41, 0, 0x0D, 0};
    const std::size_t count =
        count_of(std::min<std::size_t>(bytes, 1'000'000), branch.size(), bytes);
    return module_of_bodies(join({{0x02, 0x40}, repeat(branch, count), {kEnd}}), bytes);
}

/// From the innermost of the deepest blocks to the outermost.
Bytes far_branches(std::size_t bytes) {
    const std::size_t depth = count_of(bytes, 10, vm::kMaxBlockNesting - 1);
    const Bytes branch = join({{0x41, 0, 0x0D}, leb(depth - 1)});
    return module_of_bodies(
        join({repeat({0x02, 0x40}, depth), repeat(branch, depth), Bytes(depth, kEnd)}), bytes);
}

}  // namespace

Families branch_bombs() {
    const auto full = [](std::string_view name, auto make, std::string_view reception = kLoads) {
        return Family{.name = std::string(name),
                      .make = make,
                      .reception = reception,
                      .most_heap = kHeapOfFullCode};
    };
    return {
        {"table_in_nested_loops", table_in_nested_loops},
        {"tables_in_nested_loops", tables_in_nested_loops},
        {"widest_tables", widest_tables},
        {"too_wide_table",
         [](std::size_t n) {
             const std::vector<Bytes> labels(std::size_t{vm::kMaxBrTableTargets} + 2 + n, Bytes{0});
             return module_of_bodies(branch_table(labels), 1);
         },
         "max_br_table_targets"},
        {"small_tables", small_tables},
        {"forward_branches", forward_branches},
        {"far_branches", far_branches},
        {"branches_that_carry_too_much", [](std::size_t n) { return carrying_branches(n, 1000); },
         "max_validation_work_per_byte"},
        full("stubs", [](std::size_t n) { return stubs(n, 1000); }),
        full(
            "too_many_stubs", [](std::size_t n) { return stubs(n, vm::kMaxBlockNesting - 1); },
            "max_instructions_per_byte"),
        full("discarding_branches", [](std::size_t n) { return discarding_branches(n, 400); }),
        full(
            "too_often_discarding_branches",
            [](std::size_t n) { return discarding_branches(n, 2000); },
            "max_instructions_per_byte"),
        full("carrying_branches", [](std::size_t n) { return carrying_branches(n, 20); }),
        full(
            "too_often_carrying_branches", [](std::size_t n) { return carrying_branches(n, 100); },
            "max_instructions_per_byte"),
    };
}

}  // namespace lockstep::bombs
