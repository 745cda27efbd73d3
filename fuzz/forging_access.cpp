#include "fuzz/forging_access.hpp"

#include <algorithm>
#include <array>

#include "base/tree_depth.hpp"
#include "merkle/chain.hpp"
#include "merkle/multiproof.hpp"
#include "merkle/slot_leaf.hpp"
#include "merkle/zero_hash.hpp"
#include "trace/committer.hpp"
#include "trace/leaf_indices.hpp"

namespace lockstep::fuzz {

static_assert(vm::StateAccess<ForgingAccess>);

namespace {

/// More than any instruction but the drops pops.
constexpr std::size_t kOperands = 12;
/// Trees in which a leaf is set are no wider than this, the others as deep as may be.
constexpr std::uint64_t kMaxSetLeaf = 1U << 12U;

Hash256 empty_root(merkle::Shape shape, unsigned depth) {
    return merkle::zero_hash(shape, std::min(depth, merkle::kMaxDepth));
}

merkle::Tree tree_with(unsigned depth, std::uint64_t x, std::uint64_t y, const Hash256& leaf) {
    merkle::Tree tree(std::min(depth, merkle::kMaxDepth));
    for (const std::uint64_t index : {x, y}) {
        if ((index >> tree.depth()) == 0 && index < kMaxSetLeaf) {
            tree.set_leaf(index, leaf);
        }
    }
    (void)tree.root();
    return tree;
}

/// Writes nothing where a verifier is to refuse before it reads.
template <typename Tree>
void append_if_within(ByteWriter& writer, const Tree& tree, unsigned depth,
                      std::span<const std::uint64_t> indices) {
    const bool within =
        depth <= merkle::kMaxDepth && !indices.empty() && (indices.back() >> depth) == 0;
    if (within) {
        merkle::append_multiproof(writer, tree, indices);
    }
}

}  // namespace

ForgingAccess::ForgingAccess(Choices& choices, const vm::Instruction& instruction) {
    choose_registers(choices);
    memory_.pages = static_cast<std::uint32_t>(choices.number());
    memory_.max_pages = static_cast<std::uint32_t>(choices.number());
    memory_.root = empty_root(merkle::Shape::memory, merkle::memory_tree_depth(memory_.max_pages));
    table_.size = static_cast<std::uint32_t>(choices.number());
    table_.max = static_cast<std::uint32_t>(choices.number());
    table_.slots = empty_root(merkle::Shape::plain, slot_tree_depth(table_.max));
    io_ = {.input = empty_root(merkle::Shape::plain, trace::kIoDepth),
           .input_length = choices.number(),
           .output = empty_root(merkle::Shape::plain, trace::kIoDepth),
           .output_length = choices.number()};
    environment_ = {
        .memories =
            instruction.c == 0
                ? hash(memory_)
                : tree_with(instruction.c, instruction.b, instruction.b, hash(memory_)).root(),
        .globals = empty_root(merkle::Shape::plain, instruction.c),
        .tables = tree_with(instruction.c, instruction.b, instruction.a, hash(table_)).root(),
        .io = hash(io_)};
    program_.functions_depth = choices.any<std::uint8_t>() % 40;
    program_.data_depth = choices.any<std::uint8_t>() % 40;
    program_.elements_depth = choices.any<std::uint8_t>() % 40;
    program_.functions = empty_root(merkle::Shape::plain, program_.functions_depth);
    program_.data = empty_root(merkle::Shape::plain, program_.data_depth);
    program_.elements = empty_root(merkle::Shape::plain, program_.elements_depth);
    record_.environment = hash(environment_);
    record_.locals = empty_root(merkle::Shape::plain, instruction.c);
    record_.callers = merkle::frame_link(callers_, record_.locals, record_.pc);
    for (std::size_t i = 0; i < kOperands; ++i) {
        operands_.push_back(choices.number());
    }
}

void ForgingAccess::choose_registers(Choices& choices) {
    record_.pc = static_cast<std::uint32_t>(choices.below(2 * kMaxSetLeaf));
    record_.call_depth = static_cast<std::uint32_t>(choices.number());
    record_.slots_used = static_cast<std::uint32_t>(choices.number());
    record_.steps = choices.number();
    record_.gas = choices.number();
    record_.code = static_cast<std::uint32_t>(choices.number());
}

Bytes ForgingAccess::bundle(const vm::Instruction& instruction, std::uint32_t operands) {
    constexpr std::uint8_t code_depth = 12;
    Hash256 pair;
    const auto encoded = vm::encode(instruction);
    std::ranges::copy(encoded, pair.bytes.begin() + (record_.pc % 2 == 0 ? 0 : 16));
    const std::uint64_t leaf = record_.pc / 2;
    merkle::Tree code = tree_with(code_depth, leaf, leaf, pair);
    record_.image = hash(trace::ImageRecord{
        .code_depth = code_depth, .code = code.root(), .program = hash(program_)});
    const std::size_t count = std::min<std::size_t>(operands, operands_.size());
    const std::span used = std::span(operands_).last(count);
    record_.values = merkle::kEmptyChain;
    for (const std::uint64_t value : used) {
        record_.values = merkle::value_link(record_.values, value);
    }
    ByteWriter writer;
    append(writer, record_);
    writer.put(code_depth);
    writer.put(hash(program_));
    merkle::append_multiproof(writer, code, std::span(&leaf, 1));
    if (operands != 0) {
        writer.put(merkle::kEmptyChain);
        std::for_each(used.rbegin(), used.rend(), [&](std::uint64_t value) { writer.put(value); });
    }
    writer.put(openings_.bytes());
    return writer.take();
}

std::uint64_t ForgingAccess::pop() {
    const std::size_t at = popped_++;
    return at < operands_.size() ? operands_[operands_.size() - 1 - at] : 0;
}

void ForgingAccess::open_empty(unsigned depth, vm::Range first, vm::Range second,
                               std::uint64_t leaf) {
    append_if_within(openings_, merkle::Tree(std::min(depth, merkle::kMaxDepth)), depth,
                     trace::leaf_indices(first, second, leaf));
}

void ForgingAccess::open_slot(std::uint32_t index, unsigned depth) {
    open_empty(depth, {index, 1}, {}, merkle::kLeafSlots);
}

std::uint64_t ForgingAccess::local(std::uint32_t index, unsigned depth) {
    open_slot(index, depth);
    return 0;
}

void ForgingAccess::set_local(std::uint32_t index, unsigned depth, std::uint64_t /*value*/) {
    open_slot(index, depth);
}

std::uint64_t ForgingAccess::global(std::uint32_t index, unsigned depth) {
    open_environment();
    open_slot(index, depth);
    return 0;
}

void ForgingAccess::set_global(std::uint32_t index, unsigned depth, std::uint64_t /*value*/) {
    open_environment();
    open_slot(index, depth);
}

std::uint32_t ForgingAccess::pop_frame() {
    openings_.put(callers_);
    openings_.put(record_.locals);
    openings_.put(record_.pc);
    return record_.pc;
}

void ForgingAccess::open_memory(std::uint32_t memory, unsigned depth) {
    open_environment();
    if (depth > 0) {
        append_if_within(openings_, tree_with(depth, memory, memory, hash(memory_)), depth,
                         trace::leaf_indices({memory, 1}, {}, 1));
    }
    append(openings_, memory_);
}

void ForgingAccess::open_memory_bytes(vm::Range first, vm::Range second) {
    const unsigned depth = merkle::memory_tree_depth(memory_.max_pages);
    append_if_within(openings_, merkle::MemoryTree(std::min(depth, merkle::kMaxDepth)), depth,
                     trace::leaf_indices(first, second, merkle::kLeafBytes));
}

std::uint32_t ForgingAccess::uncharged_chunks(vm::Range range) const {
    const std::uint64_t last = range.begin + range.length - 1;
    return range.begin / merkle::kChunkBytes == last / merkle::kChunkBytes ? 1 : 2;
}

void ForgingAccess::open_tables(std::uint32_t x, std::uint32_t y, unsigned depth) {
    open_environment();
    const auto indices = trace::leaf_indices({x, 1}, {y, 1}, 1);
    append_if_within(openings_, tree_with(depth, x, y, hash(table_)), depth, indices);
    for (std::size_t i = 0; i < indices.size(); ++i) {
        append(openings_, table_);
    }
}

void ForgingAccess::open_table_slots(std::uint32_t table, vm::Range range) {
    open_table_slots_for_copy(table, range, table, {});
}

void ForgingAccess::open_table_slots_for_copy(std::uint32_t to, vm::Range written,
                                              std::uint32_t from, vm::Range read) {
    const unsigned depth = slot_tree_depth(table_.max);
    if (to == from) {
        open_empty(depth, written, read, merkle::kLeafSlots);
    } else {
        open_empty(depth, written, {}, merkle::kLeafSlots);
        open_empty(depth, read, {}, merkle::kLeafSlots);
    }
}

void ForgingAccess::open_elements(vm::Range range) {
    open_program();
    open_empty(program_.elements_depth, range, {}, merkle::kLeafSlots);
}

void ForgingAccess::open_function(std::uint32_t index) {
    open_program();
    open_empty(program_.functions_depth, {index, 1}, {}, 1);
}

void ForgingAccess::open_io() {
    open_environment();
    append(openings_, io_);
}

void ForgingAccess::open_data(vm::Range range) {
    open_program();
    open_empty(program_.data_depth, range, {}, merkle::kLeafBytes);
}

void ForgingAccess::open_input(vm::Range range) {
    open_empty(trace::kIoDepth, range, {}, merkle::kLeafBytes);
}

void ForgingAccess::open_output(vm::Range range) {
    open_empty(trace::kIoDepth, range, {}, merkle::kLeafBytes);
}

void ForgingAccess::open_environment() {
    if (!environment_open_) {
        environment_open_ = true;
        append(openings_, environment_);
    }
}

void ForgingAccess::open_program() {
    if (!program_open_) {
        program_open_ = true;
        append(openings_, program_);
    }
}

}  // namespace lockstep::fuzz
