#include "tests/differential/shadow_root.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "base/check.hpp"
#include "base/hash256.hpp"
#include "merkle/sha256.hpp"

namespace lockstep::differential {

namespace {

/// A message under construction: big-endian, packed.
class Message {
public:
    Message() = default;
    explicit Message(std::uint8_t tag) { number(tag, 1); }

    Message& number(std::uint64_t value, unsigned size) {
        for (unsigned i = size; i > 0; --i) {
            bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * (i - 1))));
        }
        return *this;
    }
    Message& hash(const Hash256& value) {
        bytes_.insert(bytes_.end(), value.bytes.begin(), value.bytes.end());
        return *this;
    }
    [[nodiscard]] Hash256 digest() const { return merkle::sha256(bytes_); }

private:
    Bytes bytes_;
};

Hash256 pair(const Hash256& left, const Hash256& right) {
    return Message().hash(left).hash(right).digest();
}

Hash256 chunk(const Hash256& root, bool charged) {
    return Message(0x07).hash(root).number(charged ? 1 : 0, 1).digest();
}

unsigned ceiling_of_log2(std::uint64_t n) {
    unsigned depth = 0;
    while ((std::uint64_t{1} << depth) < n) {
        ++depth;
    }
    return depth;
}

unsigned slot_depth(std::uint64_t slots) {
    return ceiling_of_log2((slots + 3) / 4);
}

/// The root of a tree whose level-0 nodes are given and then all `filler`.
Hash256 root_over(std::vector<Hash256> nodes, Hash256 filler, unsigned depth) {
    for (unsigned level = 0; level < depth; ++level) {
        if (nodes.size() % 2 == 1) {
            nodes.push_back(filler);
        }
        for (std::size_t i = 0; i < nodes.size() / 2; ++i) {
            nodes[i] = pair(nodes[2 * i], nodes[2 * i + 1]);
        }
        nodes.resize(nodes.size() / 2);
        filler = pair(filler, filler);
    }
    LOCKSTEP_CHECK(nodes.size() <= 1);
    return nodes.empty() ? filler : nodes[0];
}

Hash256 plain_root(std::vector<Hash256> leaves, unsigned depth) {
    return root_over(std::move(leaves), Hash256{}, depth);
}

std::vector<Hash256> leaves_of_bytes(ByteView bytes) {
    std::vector<Hash256> leaves((bytes.size() + 31) / 32);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        leaves[i / 32].bytes[i % 32] = bytes[i];
    }
    return leaves;
}

std::vector<Hash256> leaves_of_slots(std::span<const std::uint64_t> slots) {
    Bytes bytes;
    for (const std::uint64_t slot : slots) {
        for (unsigned shift = 64; shift > 0; shift -= 8) {
            bytes.push_back(static_cast<std::uint8_t>(slot >> (shift - 8)));
        }
    }
    return leaves_of_bytes(bytes);
}

Hash256 slots_root(std::span<const std::uint64_t> slots, std::uint64_t room) {
    return plain_root(leaves_of_slots(slots), slot_depth(room));
}

Hash256 memory_root(const vm::Memory& memory) {
    const unsigned chunk_depth = 7;
    const Hash256 zero_chunk = chunk(plain_root({}, chunk_depth), false);
    std::vector<Hash256> chunks;
    const std::size_t count = memory.bytes().size() / vm::kChunkBytes;
    for (std::uint32_t i = 0; i < count; ++i) {
        const ByteView bytes = memory.bytes().subspan(i * std::size_t{vm::kChunkBytes}, 4096);
        const bool charged = memory.charged(i);
        // Untouched reservations are not read: there may be gigabytes of them.
        const bool skip = !charged && count > 1024;
        const bool zero = skip || std::ranges::all_of(bytes, [](auto byte) { return byte == 0; });
        chunks.push_back(zero && !charged
                             ? zero_chunk
                             : chunk(plain_root(leaves_of_bytes(bytes), chunk_depth), charged));
    }
    // The rest of the tree is zero chunks anyway.
    while (!chunks.empty() && chunks.back() == zero_chunk) {
        chunks.pop_back();
    }
    const unsigned depth = 11 + ceiling_of_log2(memory.max_pages());
    return root_over(std::move(chunks), zero_chunk, depth - chunk_depth);
}

Hash256 values_chain(const vm::MachineState& state) {
    Hash256 link;
    for (const std::uint64_t value : state.values) {
        link = Message(0x05).hash(link).number(value, 8).digest();
    }
    return link;
}

Hash256 locals_root(const vm::MachineState& state, std::size_t begin, std::size_t end) {
    const auto slots = std::span(state.locals).subspan(begin, end - begin);
    return slots_root(slots, slots.size());
}

Hash256 callers_chain(const vm::MachineState& state) {
    Hash256 link;
    for (std::size_t i = 0; i < state.callers.size(); ++i) {
        const std::size_t end =
            i + 1 < state.callers.size() ? state.callers[i + 1].locals_begin : state.locals_begin;
        link = Message(0x06)
                   .hash(link)
                   .hash(locals_root(state, state.callers[i].locals_begin, end))
                   .number(state.callers[i].return_pc, 4)
                   .digest();
    }
    return link;
}

Hash256 tables_root(std::span<const vm::Table> tables) {
    std::vector<Hash256> records;
    for (const vm::Table& table : tables) {
        records.push_back(Message(0x04)
                              .hash(slots_root(table.slots.slots(), table.max))
                              .number(table.size, 4)
                              .number(table.max, 4)
                              .digest());
    }
    const unsigned depth = ceiling_of_log2(records.size());
    return plain_root(std::move(records), depth);
}

Hash256 memories_root(std::span<const vm::Memory> memories) {
    std::vector<Hash256> records;
    for (const vm::Memory& memory : memories) {
        records.push_back(Message(0x03)
                              .hash(memory_root(memory))
                              .number(memory.pages(), 4)
                              .number(memory.max_pages(), 4)
                              .digest());
    }
    const unsigned depth = ceiling_of_log2(records.size());
    return plain_root(std::move(records), depth);
}

Hash256 environment_hash(const vm::MachineState& state) {
    const Hash256 io = Message(0x08)
                           .hash(plain_root(leaves_of_bytes(*state.input), 27))
                           .number(state.input->size(), 8)
                           .hash(plain_root(leaves_of_bytes(state.output), 27))
                           .number(state.output.size(), 8)
                           .digest();
    return Message(0x02)
        .hash(memories_root(state.memories))
        .hash(slots_root(state.globals.slots(), state.globals.size()))
        .hash(tables_root(state.tables))
        .hash(io)
        .digest();
}

Hash256 code_root(const vm::Program& program, unsigned depth) {
    std::vector<Hash256> leaves((program.code.size() + 1) / 2);
    for (std::size_t i = 0; i < program.code.size(); ++i) {
        const vm::Instruction& at = program.code[i];
        const std::array<std::uint64_t, 2> words{
            (std::uint64_t{static_cast<std::uint16_t>(at.opcode)} << 48U) |
                (std::uint64_t{at.c} << 32U) | at.b,
            at.a};
        for (std::size_t byte = 0; byte < 16; ++byte) {
            leaves[i / 2].bytes[16 * (i % 2) + byte] =
                static_cast<std::uint8_t>(words[byte / 8] >> (8 * (7 - byte % 8)));
        }
    }
    return plain_root(std::move(leaves), depth);
}

Hash256 functions_root(const vm::Program& program, unsigned depth) {
    std::vector<Hash256> leaves;
    for (const vm::FunctionRecord& function : program.functions) {
        Hash256 leaf;
        const auto put = [&](std::size_t at, std::uint64_t value, std::size_t size) {
            for (std::size_t i = 0; i < size; ++i) {
                leaf.bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * (size - 1 - i)));
            }
        };
        put(0, function.type, 4);
        put(4, function.entry, 4);
        put(8, function.slots, 4);
        put(12, function.parameters, 2);
        put(14, function.results, 2);
        put(16, function.locals_depth, 1);
        put(17, function.parameter_kinds, 8);
        leaves.push_back(leaf);
    }
    return plain_root(std::move(leaves), depth);
}

}  // namespace

ImageRoot shadow_image_root(const vm::Program& program) {
    std::vector<vm::Table> tables;
    for (const vm::TableShape& shape : program.tables) {
        tables.push_back({.slots = {}, .size = shape.size, .max = shape.max});
    }
    std::vector<vm::Memory> memories;
    for (const vm::MemoryShape& shape : program.memories) {
        memories.emplace_back(shape.pages, shape.max_pages);
    }
    const Hash256 initial = Message(0x0b)
                                .hash(memories_root(memories))
                                .hash(slots_root(program.globals, program.globals.size()))
                                .hash(tables_root(tables))
                                .digest();
    const unsigned code_depth = ceiling_of_log2((program.code.size() + 1) / 2);
    const unsigned functions_depth = ceiling_of_log2(program.functions.size());
    const unsigned data_depth = ceiling_of_log2((program.data_pool.size() + 31) / 32);
    const unsigned elements_depth = slot_depth(program.element_pool.size());
    const Hash256 committed =
        Message(0x0a)
            .number(functions_depth, 1)
            .number(data_depth, 1)
            .number(elements_depth, 1)
            .hash(functions_root(program, functions_depth))
            .hash(plain_root(leaves_of_bytes(program.data_pool), data_depth))
            .hash(slots_root(program.element_pool, program.element_pool.size()))
            .hash(initial)
            .digest();
    return ImageRoot(Message(0x09)
                         .number(1, 2)
                         .number(code_depth, 1)
                         .hash(code_root(program, code_depth))
                         .hash(committed)
                         .digest());
}

StateRoot shadow_root(const ImageRoot& image, const vm::MachineState& state) {
    return StateRoot(Message(0x01)
                         .hash(image.value)
                         .hash(environment_hash(state))
                         .hash(values_chain(state))
                         .hash(locals_root(state, state.locals_begin, state.locals.size()))
                         .hash(callers_chain(state))
                         .number(static_cast<std::uint64_t>(state.status), 1)
                         .number(state.code, 4)
                         .number(state.pc, 4)
                         .number(state.callers.size(), 4)
                         .number(state.slots_used, 4)
                         .number(state.steps.value, 8)
                         .number(state.gas.value, 8)
                         .digest());
}

}  // namespace lockstep::differential
