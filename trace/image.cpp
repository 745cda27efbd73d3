#include "trace/image.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/tree_depth.hpp"
#include "merkle/memory_tree.hpp"
#include "merkle/shape.hpp"
#include "merkle/slot_leaf.hpp"
#include "merkle/zero_hash.hpp"
#include "vm/program/image_encoding.hpp"

namespace lockstep::trace {

namespace {

merkle::Tree code_tree(const vm::Program& program) {
    std::vector<Hash256> leaves((program.code.size() + 1) / 2);
    for (std::size_t i = 0; i < program.code.size(); ++i) {
        const auto bytes = vm::encode(program.code[i]);
        const std::size_t begin = i % 2 * bytes.size();
        std::ranges::copy(bytes, leaves[i / 2].bytes.begin() + static_cast<std::ptrdiff_t>(begin));
    }
    const unsigned depth = ceil_log2(leaves.size());
    return {depth, std::move(leaves)};
}

merkle::Tree functions_tree(const vm::Program& program) {
    std::vector<Hash256> leaves;
    leaves.reserve(program.functions.size());
    for (const vm::FunctionRecord& function : program.functions) {
        leaves.push_back(Hash256{vm::encode_function(function)});
    }
    const unsigned depth = ceil_log2(leaves.size());
    return {depth, std::move(leaves)};
}

merkle::Tree data_tree(const vm::Program& program) {
    const ByteView pool = program.data_pool;
    std::vector<Hash256> leaves((pool.size() + merkle::kLeafBytes - 1) / merkle::kLeafBytes);
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        const std::size_t at = i * merkle::kLeafBytes;
        std::ranges::copy(pool.subspan(at, std::min(merkle::kLeafBytes, pool.size() - at)),
                          leaves[i].bytes.begin());
    }
    const unsigned depth = ceil_log2(leaves.size());
    return {depth, std::move(leaves)};
}

merkle::Tree slots_tree(std::span<const std::uint64_t> slots) {
    std::vector<Hash256> leaves;
    leaves.reserve(slots.size() / merkle::kLeafSlots + 1);
    for (std::size_t at = 0; at < slots.size(); at += merkle::kLeafSlots) {
        const std::size_t count = std::min(merkle::kLeafSlots, slots.size() - at);
        leaves.push_back(merkle::slot_leaf(slots.subspan(at, count)));
    }
    return {slot_tree_depth(slots.size()), std::move(leaves)};
}

}  // namespace

TableRecord initial_table_record(const vm::TableShape& shape) {
    return {.slots = merkle::zero_hash(merkle::Shape::plain, slot_tree_depth(shape.max)),
            .size = shape.size,
            .max = shape.max};
}

MemoryRecord initial_memory_record(const vm::MemoryShape& shape) {
    const unsigned depth = merkle::memory_tree_depth(shape.max_pages);
    return {.root = merkle::zero_hash(merkle::Shape::memory, depth),
            .pages = shape.pages,
            .max_pages = shape.max_pages};
}

merkle::Tree initial_memories_tree(const vm::Program& program) {
    merkle::Tree tree(ceil_log2(program.memories.size()));
    for (std::size_t i = 0; i < program.memories.size(); ++i) {
        tree.set_leaf(i, hash(initial_memory_record(program.memories[i])));
    }
    return tree;
}

merkle::Tree initial_tables_tree(const vm::Program& program) {
    merkle::Tree tree(ceil_log2(program.tables.size()));
    for (std::size_t i = 0; i < program.tables.size(); ++i) {
        tree.set_leaf(i, hash(initial_table_record(program.tables[i])));
    }
    return tree;
}

merkle::Tree initial_globals_tree(const vm::Program& program) {
    return slots_tree(program.globals);
}

Image::Image(const vm::Program& program)
    : code(code_tree(program)),
      functions(functions_tree(program)),
      data(data_tree(program)),
      elements(slots_tree(program.element_pool)) {
    initial_record = {.memories = initial_memories_tree(program).root(),
                      .globals = initial_globals_tree(program).root(),
                      .tables = initial_tables_tree(program).root()};
    program_record = {.functions_depth = static_cast<std::uint8_t>(functions.depth()),
                      .data_depth = static_cast<std::uint8_t>(data.depth()),
                      .elements_depth = static_cast<std::uint8_t>(elements.depth()),
                      .functions = functions.root(),
                      .data = data.root(),
                      .elements = elements.root(),
                      .initial = hash(initial_record)};
    image_record = {.code_depth = static_cast<std::uint8_t>(code.depth()),
                    .code = code.root(),
                    .program = hash(program_record)};
    root = ImageRoot(hash(image_record));
}

}  // namespace lockstep::trace
