#pragma once

// Sealed entries, opened: the key as fields, the body as what it says, or an error of kind corrupted.

#include "base/bytes.hpp"
#include "store/database.hpp"
#include "store/execution_record.hpp"
#include "store/keys.hpp"
#include "store/store_error.hpp"
#include "store/trace_record.hpp"

namespace lockstep::store {

struct OpenedEntry {
    EntryKey key;
    ByteView body;  // a part of the value
};

[[nodiscard]] StoreResult<OpenedEntry> open_entry(const Database& database, ByteView key,
                                                  ByteView value);
[[nodiscard]] StoreResult<StoredExecution> open_execution(const Database& database, ByteView key,
                                                          ByteView value);
[[nodiscard]] StoreResult<StoredTrace> open_trace(const Database& database, ByteView key,
                                                  ByteView value);

}  // namespace lockstep::store
