#include "store/checkpoint_writing.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/check.hpp"
#include "store/keys.hpp"
#include "store/memory_nodes.hpp"
#include "store/state_encoding.hpp"

namespace lockstep::store {

namespace {

/// What is collected before it is handed to LevelDB.
constexpr std::size_t kBatchBytes = std::size_t{1} << 22U;

/// Bytes [begin, end) of the output, which lies in a tree's leaves.
Bytes output_bytes(const trace::Snapshot& state, std::uint64_t begin, std::uint64_t end) {
    Bytes bytes;
    bytes.reserve(end - begin);
    while (begin < end) {
        const Hash256 leaf = state.committer().output().leaf(begin / merkle::kLeafBytes);
        const std::uint64_t at = begin % merkle::kLeafBytes;
        const std::uint64_t count = std::min<std::uint64_t>(merkle::kLeafBytes - at, end - begin);
        const ByteView part = leaf.view().subspan(at, count);
        bytes.insert(bytes.end(), part.begin(), part.end());
        begin += count;
    }
    return bytes;
}

}  // namespace

std::size_t CheckpointWriter::HashOfBytes::operator()(const Hash256& hash) const {
    std::size_t value = 0;
    std::memcpy(&value, hash.bytes.data(), sizeof value);
    return value;
}

StoreResult<void> CheckpointWriter::write(const trace::Snapshot& state, StoredExecution& execution,
                                          Batch& batch) {
    if (sweeps_ != database_.sweeps()) {
        sweeps_ = database_.sweeps();
        previous_.reset();
        previous_pieces_.clear();
    }
    LOCKSTEP_TRY_VOID(write_memories(state, batch));
    LOCKSTEP_TRY_VOID(write_output(state, execution, batch));
    LOCKSTEP_TRY_VOID(write_state(state, execution.record.key(), batch));
    previous_ = state.committer();
    return {};
}

StoreResult<void> CheckpointWriter::write_memories(const trace::Snapshot& state, Batch& batch) {
    for (std::uint32_t i = 0; i < state.parts().pages.size(); ++i) {
        const merkle::MemoryTree* const previous = previous_ ? &previous_->memory(i) : nullptr;
        LOCKSTEP_TRY_VOID(write_memory(database_, state.committer().memory(i), previous, batch,
                                       [&] { return write_large(batch); }));
    }
    return {};
}

StoreResult<void> CheckpointWriter::write_output(const trace::Snapshot& state,
                                                 StoredExecution& execution, Batch& batch) {
    const std::uint64_t length = state.parts().output_length;
    const std::uint64_t segment_bytes = database_.layout().piece_bytes;
    if (length <= execution.output_length) {
        return {};
    }
    for (std::uint64_t segment = execution.output_length / segment_bytes;
         segment * segment_bytes < length; ++segment) {
        const std::uint64_t begin = segment * segment_bytes;
        batch.put_sealed(output_key(execution.record.key(), segment),
                         output_bytes(state, begin, std::min(length, begin + segment_bytes)));
        LOCKSTEP_TRY_VOID(write_large(batch));
    }
    execution.output_length = length;
    return {};
}

StoreResult<void> CheckpointWriter::write_state(const trace::Snapshot& state,
                                                const ExecutionKey& key, Batch& batch) {
    const trace::StateParts& parts = state.parts();
    StoredState stored{.root = state.root(), .parts = parts};
    for (std::uint32_t i = 0; i < parts.pages.size(); ++i) {
        const trace::MemoryRecord& record = state.committer().memory_record(i);
        stored.memories.push_back(
            {.pages = record.pages, .max_pages = record.max_pages, .root = record.root});
    }
    for (std::uint32_t i = 0; i < parts.tables.size(); ++i) {
        stored.table_max.push_back(state.committer().table_record(i).max);
    }
    HashSet pieces;
    StoreResult<void> result;
    const PieceSink sink = [&](const Hash256& hash, ByteView piece) {
        if (pieces.insert(hash).second && !previous_pieces_.contains(hash) && result) {
            batch.put(content_key(EntryKind::piece, hash), piece);
            result = write_large(batch);
        }
    };
    const Bytes entry = encode(stored, database_.layout().piece_bytes, sink);
    LOCKSTEP_TRY_VOID(result);
    previous_pieces_ = std::move(pieces);
    batch.put_sealed(checkpoint_key(key, parts.steps), entry);
    return {};
}

StoreResult<void> CheckpointWriter::write_large(Batch& batch) {
    if (batch.bytes() < kBatchBytes) {
        return {};
    }
    written_bytes_ += batch.bytes();
    return database_.write(batch);
}

}  // namespace lockstep::store
