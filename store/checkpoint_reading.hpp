#pragma once

#include <cstdint>
#include <memory>

#include "base/bytes.hpp"
#include "base/strong.hpp"
#include "store/database.hpp"
#include "store/execution_record.hpp"
#include "store/state_encoding.hpp"
#include "store/store_error.hpp"
#include "trace/image.hpp"
#include "trace/snapshot.hpp"
#include "vm/program/program.hpp"

namespace lockstep::store {

/// The pieces of a store, each compared with its hash.
[[nodiscard]] PieceSource piece_source(const Database& database);

/// A state's entry.
[[nodiscard]] StoreResult<StoredState> read_state(const Database& database, ByteView key,
                                                  ByteView value);
[[nodiscard]] StoreResult<StateReferences> read_references(const Database& database, ByteView key,
                                                           ByteView value);

/// The first `length` bytes of an execution's output.
[[nodiscard]] StoreResult<Bytes> read_output(const Database& database,
                                             const ExecutionKey& execution, std::uint64_t length);

/// The state as a machine, with a commitment computed anew that is the recorded one.
[[nodiscard]] StoreResult<trace::CommittedState> rebuild_state(
    const Database& database, const ExecutionKey& execution, const StoredState& state,
    const trace::Image& image, const vm::Program& program, std::shared_ptr<const Bytes> input);

}  // namespace lockstep::store
