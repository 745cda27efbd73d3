#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/hash256.hpp"
#include "merkle/sha256.hpp"
#include "trace/message_batch.hpp"
#include "trace/records.hpp"

namespace lockstep::trace {

/// Hashes state records of one image many at a time. Their first block holds nothing but the image and
/// almost all of the environment: it is hashed once for each environment.
class StateBatch {
public:
    /// Environments are named by their number from here on.
    void set_environments(const Hash256& image, std::span<const Hash256> environments);

    /// `record` is one of that image and environment; `hash` is written at the latest by the next flush().
    void add(const StateRecord& record, std::uint32_t environment, Hash256& hash) {
        write_message<kFirst>(record, tails_.add(hash, first_blocks_[environment]));
    }
    void flush() { tails_.flush(); }

private:
    static constexpr std::size_t kFirst = merkle::kSha256BlockBytes;

    std::vector<merkle::Sha256State> first_blocks_;  // by environment
    MessageBatch<kMessageBytes<StateRecord>, kFirst> tails_;
};

}  // namespace lockstep::trace
