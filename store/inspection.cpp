#include "store/inspection.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/hex.hpp"
#include "merkle/zero_hash.hpp"
#include "store/checkpoint_reading.hpp"
#include "store/hash_row.hpp"
#include "store/keys.hpp"
#include "store/memory_nodes.hpp"
#include "store/sealed_value.hpp"
#include "store/state_root.hpp"
#include "store/stored_entry.hpp"

namespace lockstep::store {

namespace {

constexpr std::uint64_t kReadHashes = 65'536;

bool is_readable(const Database& database, const EntryKey& key, ByteView body) {
    switch (key.kind) {
        case EntryKind::execution: {
            const auto execution = decode_execution(body);
            return execution && execution->record.key().value == key.hash;
        }
        case EntryKind::trace: return decode_trace(body).has_value();
        case EntryKind::row:
            return body.size() % sizeof(Hash256) == 0 &&
                   body.size() / sizeof(Hash256) <= database.layout().block_hashes;
        case EntryKind::output: return body.size() <= database.layout().piece_bytes;
        default: return true;
    }
}

StoreResult<void> require(const Database& database, EntryKind kind, const Hash256& hash,
                          ByteView by) {
    const Bytes key = content_key(kind, hash);
    LOCKSTEP_TRY(const bool is_there, database.has(key));
    if (!is_there) {
        return std::unexpected(
            database.corrupted(describe_key(key) + " is missing, for " + describe_key(by)));
    }
    return {};
}

StoreResult<void> require_node(const Database& database, unsigned level, const Hash256& node,
                               ByteView by) {
    if (node == merkle::zero_hash(merkle::Shape::memory, level)) {
        return {};
    }
    return require(database, level == merkle::kChunkLevel ? EntryKind::chunk : EntryKind::block,
                   node, by);
}

StoreResult<std::optional<StoredExecution>> execution_of(const Database& database,
                                                         const ExecutionKey& key) {
    const Bytes entry_key = execution_key(key);
    LOCKSTEP_TRY(const auto value, database.get(entry_key));
    if (!value) {
        return std::nullopt;
    }
    return open_execution(database, entry_key, *value);
}

/// The root that a trace has for a step, where it has one.
StoreResult<std::optional<Hash256>> root_in_trace(const Database& database,
                                                  const StoredTrace& trace, std::uint64_t step) {
    const TraceKey& key = trace.key;
    if (step < key.first.value || (step - key.first.value) % key.stride != 0 ||
        (step - key.first.value) / key.stride >= trace.record.count) {
        return std::nullopt;
    }
    Hash256 root;
    LOCKSTEP_TRY_VOID(read_row(database, key, kRootLevel, (step - key.first.value) / key.stride,
                               std::span(&root, 1)));
    return root;
}

StoreResult<void> compare_with_traces(const Database& database, const ExecutionKey& execution,
                                      const StoredState& state, ByteView by) {
    const Database::Visit visit = [&](ByteView key, ByteView value) -> StoreResult<bool> {
        LOCKSTEP_TRY(const StoredTrace trace, open_trace(database, key, value));
        LOCKSTEP_TRY(const auto root, root_in_trace(database, trace, state.parts.steps.value));
        if (root && *root != state.root.value) {
            return std::unexpected(database.corrupted(
                describe_key(by) + " has the root " + to_hex(state.root.value) + ", but " +
                describe_key(key) + " has " + to_hex(*root) + " there"));
        }
        return true;
    };
    return database.scan(key_prefix(EntryKind::trace, execution), visit);
}

StoreResult<void> check_root(const Database& database, ByteView key, ByteView value,
                             const StoredExecution& execution) {
    const ExecutionKey id = execution.record.key();
    LOCKSTEP_TRY(const StoredState state, read_state(database, key, value));
    LOCKSTEP_TRY(const Bytes output, read_output(database, id, state.parts.output_length));
    const auto root = state_root(execution.record, state, output);
    if (root != state.root) {
        return std::unexpected(
            database.corrupted(describe_key(key) + " has " +
                               (root ? "the root " + to_hex(root->value) : "no root at all") +
                               ", recorded is " + to_hex(state.root.value)));
    }
    return compare_with_traces(database, id, state, key);
}

/// Compares what a builder hands out with what is stored.
class HistoryComparison {
public:
    HistoryComparison(const Database& database, const TraceKey& key)
        : database_(database), key_(key) {}

    void take(unsigned level, std::uint64_t first, std::span<const Hash256> nodes) {
        std::vector<Hash256> stored(nodes.size());
        if (outcome_) {
            outcome_ = read_row(database_, key_, level, first, stored);
        }
        if (outcome_ && !std::ranges::equal(stored, nodes)) {
            outcome_ = std::unexpected(database_.corrupted(
                describe_key(row_key(key_, level, first / database_.layout().block_hashes)) +
                " does not follow from the roots"));
        }
    }

    [[nodiscard]] const StoreResult<void>& outcome() const { return outcome_; }

private:
    const Database& database_;
    TraceKey key_;
    StoreResult<void> outcome_{};
};

}  // namespace

StoreResult<void> check_entry(const Database& database, ByteView key, ByteView value) {
    const auto parsed = parse_key(key);
    if (!parsed) {
        return std::unexpected(database.corrupted(describe_key(key) + " is none of a store"));
    }
    switch (parsed->kind) {
        case EntryKind::block:
        case EntryKind::chunk:
        case EntryKind::piece:
            if (!is_content_of(key, value)) {
                return std::unexpected(database.corrupted("the content of " + describe_key(key) +
                                                          " has another hash"));
            }
            return {};
        default: break;
    }
    const auto body = unseal(key, value);
    if (!body) {
        return std::unexpected(
            database.corrupted("the checksum of " + describe_key(key) + " is wrong"));
    }
    if (!is_readable(database, *parsed, *body)) {
        return std::unexpected(database.corrupted(describe_key(key) + " cannot be read"));
    }
    return {};
}

StoreResult<void> check_block(const Database& database, ByteView key, ByteView value) {
    const auto block = decode_block(value);
    if (!block) {
        return std::unexpected(database.corrupted(describe_key(key) + " cannot be read"));
    }
    const unsigned below = block->level - block_height(block->level);
    for (const Hash256& node : block->nodes) {
        LOCKSTEP_TRY_VOID(require_node(database, below, node, key));
    }
    return {};
}

StoreResult<void> check_state(const Database& database, ByteView key, ByteView value, bool deep) {
    LOCKSTEP_TRY(const OpenedEntry entry, open_entry(database, key, value));
    const ExecutionKey id(entry.key.hash);
    LOCKSTEP_TRY(const auto execution, execution_of(database, id));
    if (!execution) {
        return std::unexpected(database.corrupted(describe_key(execution_key(id)) +
                                                  " is missing, for " + describe_key(key)));
    }
    LOCKSTEP_TRY(const StateReferences references, read_references(database, key, value));
    for (const Hash256& piece : references.pieces) {
        LOCKSTEP_TRY_VOID(require(database, EntryKind::piece, piece, key));
    }
    for (const StoredMemory& memory : references.memories) {
        LOCKSTEP_TRY_VOID(
            require_node(database, merkle::memory_tree_depth(memory.max_pages), memory.root, key));
    }
    if (references.output_length > execution->output_length) {
        return std::unexpected(
            database.corrupted("the output of " + describe_key(key) + " is missing"));
    }
    return deep ? check_root(database, key, value, *execution) : StoreResult<void>();
}

StoreResult<std::uint64_t> readable_roots(const Database& database, const TraceKey& key,
                                          std::uint64_t count) {
    const std::uint64_t block = database.layout().block_hashes;
    std::vector<Hash256> hashes;
    for (std::uint64_t index = 0; index < count; index += block) {
        hashes.resize(std::min(block, count - index));
        if (const auto read = read_row(database, key, kRootLevel, index, hashes); !read) {
            return read.error().kind == StoreErrorKind::corrupted
                       ? StoreResult<std::uint64_t>(index)
                       : std::unexpected(read.error());
        }
    }
    return count;
}

StoreResult<void> check_history(const Database& database, const TraceKey& key,
                                const TraceRecord& record, bool deep) {
    if (!record.frontier) {
        return {};
    }
    if (!deep) {
        for (unsigned level = trace::kHistoryRowStep; row_count(record.count, level) != 0;
             level += trace::kHistoryRowStep) {
            const std::uint64_t count = row_count(record.count, level);
            for (std::uint64_t first = 0; first < count; first += kReadHashes) {
                std::vector<Hash256> nodes(std::min(kReadHashes, count - first));
                LOCKSTEP_TRY_VOID(read_row(database, key, level, first, nodes));
            }
        }
        return {};
    }
    HistoryComparison comparison(database, key);
    trace::HistoryBuilder builder(trace::HistoryFrontier{}, [&](unsigned level, std::uint64_t first,
                                                                std::span<const Hash256> nodes) {
        comparison.take(level, first, nodes);
    });
    for (std::uint64_t index = 0; index < record.count; index += kReadHashes) {
        std::vector<Hash256> hashes(std::min(kReadHashes, record.count - index));
        LOCKSTEP_TRY_VOID(read_row(database, key, kRootLevel, index, hashes));
        builder.append(std::vector<StateRoot>(hashes.begin(), hashes.end()));
        LOCKSTEP_TRY_VOID(comparison.outcome());
    }
    if (builder.frontier() != *record.frontier) {
        return std::unexpected(
            database.corrupted(describe_key(trace_key(key)) + " does not fit the roots"));
    }
    return {};
}

StoreResult<std::uint64_t> readable_output(const Database& database, const ExecutionKey& execution,
                                           std::uint64_t length) {
    const std::uint64_t segment_bytes = database.layout().piece_bytes;
    for (std::uint64_t begin = 0; begin < length; begin += segment_bytes) {
        const auto segment = database.get_sealed(output_key(execution, begin / segment_bytes));
        if (!segment && segment.error().kind != StoreErrorKind::corrupted) {
            return std::unexpected(segment.error());
        }
        if (!segment || !*segment || (*segment)->size() < std::min(segment_bytes, length - begin)) {
            return begin;
        }
    }
    return length;
}

}  // namespace lockstep::store
