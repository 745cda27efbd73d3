#include "store/checkpoint_reading.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "base/hex.hpp"
#include "merkle/sha256.hpp"
#include "store/keys.hpp"
#include "store/memory_nodes.hpp"
#include "store/stored_entry.hpp"

namespace lockstep::store {

namespace {

/// Says of which entry the decoder speaks.
StoreError in_entry(const Database& database, ByteView key, const StoreError& error) {
    const bool is_decoders = !error.message.starts_with(database.folder());
    return is_decoders ? database.corrupted(describe_key(key) + ": " + error.message) : error;
}

bool fit_shapes(const StoredState& state, const vm::Program& program) {
    if (!trace::fits(state.parts, program)) {
        return false;
    }
    for (std::size_t i = 0; i < state.memories.size(); ++i) {
        if (state.memories[i].max_pages != program.memories[i].max_pages) {
            return false;
        }
    }
    for (std::size_t i = 0; i < state.table_max.size(); ++i) {
        if (state.table_max[i] != program.tables[i].max) {
            return false;
        }
    }
    return true;
}

/// Writes the chunks of a stored memory. Whether they are the right ones shows in the root that is
/// computed of them, or here where `checks` is set.
StoreResult<void> fill_memory(const Database& database, const StoredMemory& stored,
                              vm::Memory& memory, bool checks) {
    const MemoryVisit visit{
        .enters = [](const Hash256&, unsigned) { return true; },
        .chunk = [&](std::uint64_t index, const Hash256& node) -> StoreResult<void> {
            const Bytes key = content_key(EntryKind::chunk, node);
            LOCKSTEP_TRY(const auto value, database.get(key));
            if (!value) {
                return std::unexpected(database.corrupted(describe_key(key) + " is missing"));
            }
            const std::uint64_t begin = index * merkle::kChunkBytes;
            const auto chunk = decode_chunk(*value);
            // A memory is zero at first, and whoever writes to it is charged.
            if (!chunk || !chunk->charged || begin >= memory.bytes().size() ||
                (checks && chunk->node() != node)) {
                return std::unexpected(database.corrupted(describe_key(key) + " has another hash"));
            }
            std::memcpy(memory.write(begin, merkle::kChunkBytes), chunk->bytes.data(),
                        merkle::kChunkBytes);
            return {};
        }};
    return walk_memory(database, stored.root, merkle::memory_tree_depth(stored.max_pages), visit);
}

/// The error that says which chunk it is, where it is one.
StoreResult<void> find_damaged_chunk(const Database& database, const StoredState& state) {
    for (const StoredMemory& stored : state.memories) {
        vm::Memory memory(stored.pages, stored.max_pages);
        LOCKSTEP_TRY_VOID(fill_memory(database, stored, memory, true));
    }
    return {};
}

}  // namespace

PieceSource piece_source(const Database& database) {
    return [&database](const Hash256& hash) -> StoreResult<Bytes> {
        const Bytes key = content_key(EntryKind::piece, hash);
        LOCKSTEP_TRY(auto piece, database.get(key));
        if (!piece || merkle::sha256(*piece) != hash) {
            return std::unexpected(database.corrupted(
                describe_key(key) + (piece ? " has another hash" : " is missing")));
        }
        return std::move(*piece);
    };
}

StoreResult<StoredState> read_state(const Database& database, ByteView key, ByteView value) {
    LOCKSTEP_TRY(const OpenedEntry entry, open_entry(database, key, value));
    auto state = decode_state(entry.body, database.layout().piece_bytes, piece_source(database));
    if (!state) {
        return std::unexpected(in_entry(database, key, state.error()));
    }
    if (entry.key.number != state->parts.steps.value) {
        return std::unexpected(database.corrupted(describe_key(key) + " is another one"));
    }
    return state;
}

StoreResult<StateReferences> read_references(const Database& database, ByteView key,
                                             ByteView value) {
    LOCKSTEP_TRY(const OpenedEntry entry, open_entry(database, key, value));
    auto references =
        decode_references(entry.body, database.layout().piece_bytes, piece_source(database));
    if (!references) {
        return std::unexpected(in_entry(database, key, references.error()));
    }
    return references;
}

StoreResult<Bytes> read_output(const Database& database, const ExecutionKey& execution,
                               std::uint64_t length) {
    const std::uint64_t segment_bytes = database.layout().piece_bytes;
    Bytes output;
    while (output.size() < length) {
        const Bytes key = output_key(execution, output.size() / segment_bytes);
        const std::uint64_t wanted = std::min(segment_bytes, length - output.size());
        LOCKSTEP_TRY(const auto segment, database.get_sealed(key));
        if (!segment || segment->size() < wanted) {
            return std::unexpected(database.corrupted(describe_key(key) +
                                                      (segment ? " is too short" : " is missing")));
        }
        output.insert(output.end(), segment->begin(),
                      segment->begin() + static_cast<std::ptrdiff_t>(wanted));
    }
    return output;
}

StoreResult<trace::CommittedState> rebuild_state(
    const Database& database, const ExecutionKey& execution, const StoredState& state,
    const trace::Image& image, const vm::Program& program, std::shared_ptr<const Bytes> input) {
    const std::string what = describe_key(checkpoint_key(execution, state.parts.steps));
    if (!fit_shapes(state, program)) {
        return std::unexpected(database.corrupted(what + " is none of this program"));
    }
    LOCKSTEP_TRY(Bytes output, read_output(database, execution, state.parts.output_length));
    StoreResult<void> filled;
    trace::CommittedState rebuilt =
        trace::rebuild(image, program, state.parts, std::move(input), std::move(output),
                       [&](std::size_t i, vm::Memory& memory) {
                           if (filled) {
                               filled = fill_memory(database, state.memories[i], memory, false);
                           }
                       });
    LOCKSTEP_TRY_VOID(filled);
    const StateRoot root(trace::hash(rebuilt.committer.record()));
    if (root != state.root) {
        LOCKSTEP_TRY_VOID(find_damaged_chunk(database, state));
        return std::unexpected(database.corrupted(what + " has the root " + to_hex(root.value) +
                                                  ", recorded is " + to_hex(state.root.value)));
    }
    return rebuilt;
}

}  // namespace lockstep::store
