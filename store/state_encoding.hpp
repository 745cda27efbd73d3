#pragma once

// A machine state as an entry of a store. Stacks, globals and tables may be large and change little:
// each is cut into pieces that are found by their SHA-256, the hashes of the pieces likewise, until
// less than a piece is left of them; only what is left over stands in the entry itself.

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/hash256.hpp"
#include "base/strong.hpp"
#include "store/store_error.hpp"
#include "trace/state_parts.hpp"

namespace lockstep::store {

struct StoredMemory {
    std::uint32_t pages = 0;
    std::uint32_t max_pages = 0;
    Hash256 root{};

    bool operator==(const StoredMemory&) const = default;
};

struct StoredState {
    StateRoot root;
    trace::StateParts parts{};
    std::vector<StoredMemory> memories{};
    std::vector<std::uint32_t> table_max{};  // of each table
};

using PieceSink = std::function<void(const Hash256& hash, ByteView piece)>;
/// The piece of a hash, which it has been checked to have.
using PieceSource = std::function<StoreResult<Bytes>(const Hash256& hash)>;

[[nodiscard]] Bytes encode(const StoredState& state, std::size_t piece_bytes,
                           const PieceSink& sink);

/// All arrays of a state together: what the limits of the machine allow, with much room to spare.
inline constexpr std::uint64_t kMaxStateBytes = std::uint64_t{8} << 30U;

/// What is wrong with an entry's bytes is an error of kind corrupted with a short message; an error of
/// the source is passed on. No more is allocated than pieces that were found fill; but those may be one
/// and the same, many times.
[[nodiscard]] StoreResult<StoredState> decode_state(ByteView bytes, std::size_t piece_bytes,
                                                    const PieceSource& source,
                                                    std::uint64_t max_bytes = kMaxStateBytes);

/// What an entry refers to, and what it says about itself.
struct StateReferences {
    StateRoot root;
    std::uint64_t output_length = 0;
    std::vector<StoredMemory> memories{};
    std::vector<Hash256> pieces{};  // some perhaps more than once
};

/// The same without reading pieces but those that list others.
[[nodiscard]] StoreResult<StateReferences> decode_references(ByteView bytes,
                                                             std::size_t piece_bytes,
                                                             const PieceSource& source);

}  // namespace lockstep::store
