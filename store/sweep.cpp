#include "store/sweep.hpp"

#include <algorithm>
#include <cstring>
#include <unordered_set>
#include <utility>
#include <vector>

#include "merkle/shape.hpp"
#include "store/checkpoint_reading.hpp"
#include "store/hash_row.hpp"
#include "store/keys.hpp"
#include "store/memory_nodes.hpp"

namespace lockstep::store {

namespace {

constexpr std::size_t kBatchBytes = std::size_t{1} << 22U;

/// Half a hash says which it is; the store's limit keeps their number to some millions.
struct HalfHash {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    explicit HalfHash(const Hash256& hash) {
        std::memcpy(&high, hash.bytes.data(), sizeof high);
        std::memcpy(&low, hash.bytes.data() + sizeof high, sizeof low);
    }
    bool operator==(const HalfHash&) const = default;
};

struct HashOfHalf {
    std::size_t operator()(const HalfHash& half) const { return half.high; }
};

using HashSet = std::unordered_set<HalfHash, HashOfHalf>;

/// What the kept states refer to.
struct Marks {
    HashSet blocks{};
    HashSet chunks{};
    HashSet pieces{};
};

StoreResult<void> mark_state(const Database& database, ByteView key, ByteView value, Marks& marks) {
    LOCKSTEP_TRY(const StateReferences references, read_references(database, key, value));
    for (const Hash256& piece : references.pieces) {
        marks.pieces.emplace(piece);
    }
    const MemoryVisit visit{
        .enters = [&](const Hash256& node, unsigned) { return marks.blocks.emplace(node).second; },
        .chunk = [&](std::uint64_t, const Hash256& node) -> StoreResult<void> {
            marks.chunks.emplace(node);
            return {};
        }};
    for (const StoredMemory& memory : references.memories) {
        LOCKSTEP_TRY_VOID(
            walk_memory(database, memory.root, merkle::memory_tree_depth(memory.max_pages), visit));
    }
    return {};
}

StoreResult<Marks> mark(const Database& database) {
    Marks marks;
    const Database::Visit visit = [&](ByteView key, ByteView value) -> StoreResult<bool> {
        LOCKSTEP_TRY_VOID(mark_state(database, key, value, marks));
        return true;
    };
    LOCKSTEP_TRY_VOID(database.scan(key_prefix(EntryKind::checkpoint), visit));
    return marks;
}

/// Those at the highest level first.
StoreResult<std::uint64_t> sweep_blocks(Database& database, const HashSet& marked) {
    std::vector<std::pair<unsigned, Hash256>> unmarked;
    const Database::Visit visit = [&](ByteView key, ByteView value) -> StoreResult<bool> {
        const auto parsed = parse_key(key);
        if (parsed && !marked.contains(HalfHash(parsed->hash))) {
            unmarked.emplace_back(value.empty() ? 0 : value.front(), parsed->hash);
        }
        return true;
    };
    LOCKSTEP_TRY_VOID(database.scan(key_prefix(EntryKind::block), visit));
    std::ranges::sort(unmarked, std::ranges::greater{});
    Eraser eraser(database);
    for (const auto& [level, node] : unmarked) {
        LOCKSTEP_TRY_VOID(eraser.erase(content_key(EntryKind::block, node)));
    }
    LOCKSTEP_TRY_VOID(eraser.finish());
    return unmarked.size();
}

StoreResult<std::uint64_t> sweep_contents(Database& database, EntryKind kind,
                                          const HashSet& marked) {
    std::uint64_t count = 0;
    Eraser eraser(database);
    const Database::Visit visit = [&](ByteView key, ByteView) -> StoreResult<bool> {
        const auto parsed = parse_key(key);
        if (parsed && !marked.contains(HalfHash(parsed->hash))) {
            ++count;
            LOCKSTEP_TRY_VOID(eraser.erase(key));
        }
        return true;
    };
    LOCKSTEP_TRY_VOID(database.scan(key_prefix(kind), visit));
    LOCKSTEP_TRY_VOID(eraser.finish());
    return count;
}

/// Rows without a trace, and output without an execution.
StoreResult<std::uint64_t> sweep_orphans(Database& database, EntryKind kind) {
    std::uint64_t count = 0;
    Eraser eraser(database);
    Bytes owner;
    bool is_owned = false;
    const Database::Visit visit = [&](ByteView key, ByteView) -> StoreResult<bool> {
        const auto parsed = parse_key(key);
        if (!parsed) {
            return true;
        }
        Bytes of_this = kind == EntryKind::row ? trace_key(parsed->trace())
                                               : execution_key(ExecutionKey(parsed->hash));
        if (of_this != owner) {
            owner = std::move(of_this);
            LOCKSTEP_TRY(is_owned, database.has(owner));
        }
        if (!is_owned) {
            ++count;
            LOCKSTEP_TRY_VOID(eraser.erase(key));
        }
        return true;
    };
    LOCKSTEP_TRY_VOID(database.scan(key_prefix(kind), visit));
    LOCKSTEP_TRY_VOID(eraser.finish());
    return count;
}

}  // namespace

StoreResult<void> Eraser::erase(ByteView key) {
    batch_.erase(key);
    return batch_.bytes() < kBatchBytes ? StoreResult<void>() : database_.write(batch_);
}

StoreResult<void> Eraser::finish() {
    return database_.write(batch_);
}

StoreResult<SweepReport> sweep(Database& database) {
    LOCKSTEP_TRY(const Marks marks, mark(database));
    database.count_sweep();
    SweepReport report;
    LOCKSTEP_TRY(report.blocks, sweep_blocks(database, marks.blocks));
    LOCKSTEP_TRY(report.chunks, sweep_contents(database, EntryKind::chunk, marks.chunks));
    LOCKSTEP_TRY(report.pieces, sweep_contents(database, EntryKind::piece, marks.pieces));
    LOCKSTEP_TRY(report.orphans, sweep_orphans(database, EntryKind::row));
    LOCKSTEP_TRY(const std::uint64_t segments, sweep_orphans(database, EntryKind::output));
    report.orphans += segments;
    return report;
}

StoreResult<std::uint64_t> thin_checkpoints(Database& database, const ExecutionKey& execution,
                                            std::uint64_t keep_one_in) {
    std::vector<Bytes> keys;
    const Database::Visit visit = [&](ByteView key, ByteView) -> StoreResult<bool> {
        keys.emplace_back(key.begin(), key.end());
        return true;
    };
    LOCKSTEP_TRY_VOID(database.scan(key_prefix(EntryKind::checkpoint, execution), visit));
    std::uint64_t count = 0;
    Eraser eraser(database);
    for (std::size_t i = 0; i + 1 < keys.size(); ++i) {
        if (i % keep_one_in != 0) {
            ++count;
            LOCKSTEP_TRY_VOID(eraser.erase(keys[i]));
        }
    }
    LOCKSTEP_TRY_VOID(eraser.finish());
    return count;
}

}  // namespace lockstep::store
