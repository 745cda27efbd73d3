#include "store/hash_row.hpp"

#include <algorithm>
#include <cstring>

#include "base/byte_writer.hpp"
#include "base/check.hpp"
#include "store/keys.hpp"

namespace lockstep::store {

namespace {

Bytes encode(std::span<const Hash256> hashes) {
    Bytes bytes(hashes.size() * sizeof(Hash256));
    if (!hashes.empty()) {
        std::memcpy(bytes.data(), hashes.data(), bytes.size());
    }
    return bytes;
}

}  // namespace

StoreResult<HashRow> HashRow::open(const Database& database, const TraceKey& trace, unsigned level,
                                   std::uint64_t count) {
    HashRow row(trace, level, database.layout().block_hashes);
    row.tail_.resize(count % row.block_hashes_);
    row.begin_ = count - row.tail_.size();
    LOCKSTEP_TRY_VOID(read_row(database, trace, level, row.begin_, row.tail_));
    return row;
}

void HashRow::append(std::span<const Hash256> hashes, Batch& batch) {
    while (!hashes.empty()) {
        const std::size_t count =
            std::min<std::size_t>(hashes.size(), block_hashes_ - tail_.size());
        tail_.insert(tail_.end(), hashes.begin(),
                     hashes.begin() + static_cast<std::ptrdiff_t>(count));
        hashes = hashes.subspan(count);
        if (tail_.size() == block_hashes_) {
            flush(batch);
            begin_ += block_hashes_;
            tail_.clear();
        }
    }
}

void HashRow::flush(Batch& batch) const {
    if (!tail_.empty()) {
        batch.put_sealed(row_key(trace_, level_, begin_ / block_hashes_), encode(tail_));
    }
}

StoreResult<void> read_row(const Database& database, const TraceKey& trace, unsigned level,
                           std::uint64_t first, std::span<Hash256> hashes) {
    const std::uint32_t block_hashes = database.layout().block_hashes;
    while (!hashes.empty()) {
        const std::size_t at = first % block_hashes;
        const std::size_t count = std::min<std::size_t>(hashes.size(), block_hashes - at);
        const Bytes key = row_key(trace, level, first / block_hashes);
        LOCKSTEP_TRY(const auto block, database.get_sealed(key));
        if (!block) {
            return std::unexpected(database.corrupted(describe_key(key) + " is missing"));
        }
        const std::size_t held = block->size() / sizeof(Hash256);
        if (held < at + count) {
            return std::unexpected(database.corrupted(describe_key(key) + " holds " +
                                                      std::to_string(held) + " hashes of " +
                                                      std::to_string(at + count)));
        }
        std::memcpy(hashes.data(), block->data() + at * sizeof(Hash256), count * sizeof(Hash256));
        first += count;
        hashes = hashes.subspan(count);
    }
    return {};
}

}  // namespace lockstep::store
