#pragma once

// The keys of a store: a letter that says what it is, then fixed fields, big-endian, so that entries
// that belong together lie together in the order of their numbers (docs/store.md).

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/hash256.hpp"
#include "store/trace_record.hpp"

namespace lockstep::store {

enum class EntryKind : std::uint8_t {
    block = 'B',       // of nodes of a memory tree, by the hash of the node above them
    chunk = 'C',       // of memory, by its wrapped node
    execution = 'E',   // by key
    format = 'F',      // alone
    row = 'H',         // hashes of a row: roots (level 0) or history nodes
    output = 'O',      // a segment of an execution's output
    piece = 'P',       // of stacks and tables, by its SHA-256
    checkpoint = 'S',  // a state, by execution and step
    trace = 'T',       // how far it has come, by execution, first step, stride
};

/// What a key says. Fields that its kind does not have are 0.
struct EntryKey {
    EntryKind kind = EntryKind::format;
    Hash256 hash{};  // of the content, or the execution's key
    std::uint64_t first = 0;
    std::uint64_t stride = 0;
    std::uint8_t level = 0;
    std::uint64_t number = 0;  // of a block of a row, of a segment, or the step of a state

    [[nodiscard]] TraceKey trace() const {
        return {.execution = ExecutionKey(hash), .first = Step(first), .stride = stride};
    }
};

[[nodiscard]] Bytes format_key();
[[nodiscard]] Bytes execution_key(const ExecutionKey& execution);
[[nodiscard]] Bytes trace_key(const TraceKey& trace);
[[nodiscard]] Bytes row_key(const TraceKey& trace, unsigned level, std::uint64_t block);
[[nodiscard]] Bytes checkpoint_key(const ExecutionKey& execution, Step step);
[[nodiscard]] Bytes output_key(const ExecutionKey& execution, std::uint64_t segment);
[[nodiscard]] Bytes content_key(EntryKind kind, const Hash256& hash);

/// What all keys of a kind, or of a kind and an execution, begin with.
[[nodiscard]] Bytes key_prefix(EntryKind kind);
[[nodiscard]] Bytes key_prefix(EntryKind kind, const ExecutionKey& execution);
/// What all rows of a trace begin with.
[[nodiscard]] Bytes row_prefix(const TraceKey& trace);

/// nullopt where the bytes are no key.
[[nodiscard]] std::optional<EntryKey> parse_key(ByteView bytes);

/// For messages: "state at step 12 of 0x1234..".
[[nodiscard]] std::string describe_key(ByteView bytes);

}  // namespace lockstep::store
