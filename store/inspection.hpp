#pragma once

// What can be wrong with the entries of a store, one by one: an error of kind corrupted says what.

#include <cstdint>

#include "base/bytes.hpp"
#include "store/database.hpp"
#include "store/execution_record.hpp"
#include "store/store_error.hpp"
#include "store/trace_record.hpp"

namespace lockstep::store {

/// By itself: a key of ours, a content of that hash or a checksum that fits, and readable.
[[nodiscard]] StoreResult<void> check_entry(const Database& database, ByteView key, ByteView value);

/// Whether the nodes and chunks that a block refers to are there.
[[nodiscard]] StoreResult<void> check_block(const Database& database, ByteView key, ByteView value);

/// Whether all that a state refers to is there, and its execution. Deep: whether its root is the
/// recorded one, and that of each trace at its step.
[[nodiscard]] StoreResult<void> check_state(const Database& database, ByteView key, ByteView value,
                                            bool deep);

/// How many of the roots of a trace can be read, from the first on.
[[nodiscard]] StoreResult<std::uint64_t> readable_roots(const Database& database,
                                                        const TraceKey& key, std::uint64_t count);

/// Whether the rows of the history of a trace are there. Deep: whether they follow from the roots.
[[nodiscard]] StoreResult<void> check_history(const Database& database, const TraceKey& key,
                                              const TraceRecord& record, bool deep);

/// How many bytes of an execution's output can be read, at most the `length` that there should be.
[[nodiscard]] StoreResult<std::uint64_t> readable_output(const Database& database,
                                                         const ExecutionKey& execution,
                                                         std::uint64_t length);

}  // namespace lockstep::store
