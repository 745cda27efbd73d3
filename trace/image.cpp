#include "trace/image.hpp"

#include <algorithm>
#include <array>

#include "base/tree_depth.hpp"
#include "merkle/slot_leaf.hpp"
#include "merkle/zero_hash.hpp"
#include "vm/program/image_encoding.hpp"

namespace lockstep::trace {

namespace {

merkle::Tree code_tree(const vm::Program& program) {
    const std::size_t leaves = (program.code.size() + 1) / 2;
    merkle::Tree tree(ceil_log2(leaves));
    for (std::size_t i = 0; i < leaves; ++i) {
        Hash256 leaf;
        for (std::size_t half = 0; half < 2 && 2 * i + half < program.code.size(); ++half) {
            const auto bytes = vm::encode(program.code[2 * i + half]);
            std::ranges::copy(
                bytes, leaf.bytes.begin() + static_cast<std::ptrdiff_t>(half * bytes.size()));
        }
        tree.set_leaf(i, leaf);
    }
    return tree;
}

merkle::Tree functions_tree(const vm::Program& program) {
    merkle::Tree tree(ceil_log2(program.functions.size()));
    for (std::size_t i = 0; i < program.functions.size(); ++i) {
        tree.set_leaf(i, Hash256{vm::encode_function(program.functions[i])});
    }
    return tree;
}

merkle::Tree data_tree(const vm::Program& program) {
    const ByteView pool = program.data_pool;
    const std::size_t leaves = (pool.size() + merkle::kLeafBytes - 1) / merkle::kLeafBytes;
    merkle::Tree tree(ceil_log2(leaves));
    for (std::size_t i = 0; i < leaves; ++i) {
        Hash256 leaf;
        const std::size_t at = i * merkle::kLeafBytes;
        std::ranges::copy(pool.subspan(at, std::min(merkle::kLeafBytes, pool.size() - at)),
                          leaf.bytes.begin());
        tree.set_leaf(i, leaf);
    }
    return tree;
}

merkle::Tree slots_tree(std::span<const std::uint64_t> slots) {
    merkle::Tree tree(slot_tree_depth(slots.size()));
    for (std::size_t at = 0; at < slots.size(); at += merkle::kLeafSlots) {
        const std::size_t count = std::min(merkle::kLeafSlots, slots.size() - at);
        tree.set_leaf(at / merkle::kLeafSlots, merkle::slot_leaf(slots.subspan(at, count)));
    }
    return tree;
}

}  // namespace

TableRecord initial_table_record(const vm::TableShape& shape) {
    return {.slots = merkle::zero_hash(merkle::Shape::plain, slot_tree_depth(shape.max)),
            .size = shape.size,
            .max = shape.max};
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
    initial_record = {.memory_pages = program.memory_pages,
                      .memory_max_pages = program.memory_max_pages,
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
