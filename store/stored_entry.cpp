#include "store/stored_entry.hpp"

#include <optional>
#include <utility>

#include "base/check.hpp"
#include "store/sealed_value.hpp"

namespace lockstep::store {

StoreResult<OpenedEntry> open_entry(const Database& database, ByteView key, ByteView value) {
    const auto parsed = parse_key(key);
    const auto body = unseal(key, value);
    if (!parsed || !body) {
        return std::unexpected(
            database.corrupted("the checksum of " + describe_key(key) + " is wrong"));
    }
    return OpenedEntry{.key = *parsed, .body = *body};
}

StoreResult<StoredExecution> open_execution(const Database& database, ByteView key,
                                            ByteView value) {
    LOCKSTEP_TRY(const OpenedEntry entry, open_entry(database, key, value));
    std::optional<StoredExecution> execution = decode_execution(entry.body);
    if (!execution || execution->record.key().value != entry.key.hash) {
        return std::unexpected(database.corrupted(describe_key(key) + " cannot be read"));
    }
    return *std::move(execution);
}

StoreResult<StoredTrace> open_trace(const Database& database, ByteView key, ByteView value) {
    LOCKSTEP_TRY(const OpenedEntry entry, open_entry(database, key, value));
    std::optional<TraceRecord> record = decode_trace(entry.body);
    if (!record) {
        return std::unexpected(database.corrupted(describe_key(key) + " cannot be read"));
    }
    return StoredTrace{.key = entry.key.trace(), .record = *std::move(record)};
}

}  // namespace lockstep::store
