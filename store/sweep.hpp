#pragma once

// Removing what nothing refers to. A store in which something cannot be read is not swept: what that
// refers to is not known.

#include <cstdint>
#include <functional>

#include "store/database.hpp"
#include "store/store_error.hpp"

namespace lockstep::store {

struct SweepReport {
    std::uint64_t chunks = 0;
    std::uint64_t blocks = 0;
    std::uint64_t pieces = 0;
    /// Rows and output whose trace or execution is gone.
    std::uint64_t orphans = 0;
};

/// Nodes before those below them, so that whatever is there has all that is below it at any moment.
[[nodiscard]] StoreResult<SweepReport> sweep(Database& database);

/// Erases keys in batches.
class Eraser {
public:
    explicit Eraser(Database& database) : database_(database) {}

    [[nodiscard]] StoreResult<void> erase(ByteView key);
    [[nodiscard]] StoreResult<void> finish();

private:
    Database& database_;
    Batch batch_{};
};

/// Erases the kept states of an execution but one in so many, never the last one. Gives how many.
[[nodiscard]] StoreResult<std::uint64_t> thin_checkpoints(Database& database,
                                                          const ExecutionKey& execution,
                                                          std::uint64_t keep_one_in);

}  // namespace lockstep::store
