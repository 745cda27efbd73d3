#include "store/keys.hpp"

#include <algorithm>
#include <string>

#include "base/byte_writer.hpp"
#include "base/hex.hpp"
#include "store/field_reader.hpp"

namespace lockstep::store {

namespace {

ByteWriter begin_key(EntryKind kind) {
    ByteWriter writer;
    writer.put(static_cast<std::uint8_t>(kind));
    return writer;
}

ByteWriter begin_key(EntryKind kind, const Hash256& hash) {
    ByteWriter writer = begin_key(kind);
    writer.put(hash);
    return writer;
}

ByteWriter begin_trace(EntryKind kind, const TraceKey& trace) {
    ByteWriter writer = begin_key(kind, trace.execution.value);
    writer.put(trace.first.value);
    writer.put(trace.stride);
    return writer;
}

std::string short_hex(const Hash256& hash) {
    return to_hex(hash).substr(0, 18);
}

}  // namespace

Bytes format_key() {
    return begin_key(EntryKind::format).take();
}

Bytes execution_key(const ExecutionKey& execution) {
    return key_prefix(EntryKind::execution, execution);
}

Bytes trace_key(const TraceKey& trace) {
    return begin_trace(EntryKind::trace, trace).take();
}

Bytes row_key(const TraceKey& trace, unsigned level, std::uint64_t block) {
    ByteWriter writer = begin_trace(EntryKind::row, trace);
    writer.put(static_cast<std::uint8_t>(level));
    writer.put(block);
    return writer.take();
}

Bytes checkpoint_key(const ExecutionKey& execution, Step step) {
    ByteWriter writer = begin_key(EntryKind::checkpoint, execution.value);
    writer.put(step.value);
    return writer.take();
}

Bytes output_key(const ExecutionKey& execution, std::uint64_t segment) {
    ByteWriter writer = begin_key(EntryKind::output, execution.value);
    writer.put(segment);
    return writer.take();
}

Bytes content_key(EntryKind kind, const Hash256& hash) {
    return begin_key(kind, hash).take();
}

Bytes key_prefix(EntryKind kind) {
    return begin_key(kind).take();
}

Bytes key_prefix(EntryKind kind, const ExecutionKey& execution) {
    return begin_key(kind, execution.value).take();
}

Bytes row_prefix(const TraceKey& trace) {
    return begin_trace(EntryKind::row, trace).take();
}

std::optional<EntryKey> parse_key(ByteView bytes) {
    FieldReader reader(bytes);
    EntryKey key;
    key.kind = static_cast<EntryKind>(reader.number<std::uint8_t>());
    switch (key.kind) {
        case EntryKind::format: break;
        case EntryKind::block:
        case EntryKind::chunk:
        case EntryKind::piece:
        case EntryKind::execution: key.hash = reader.hash(); break;
        case EntryKind::row:
        case EntryKind::trace:
            key.hash = reader.hash();
            key.first = reader.number<std::uint64_t>();
            key.stride = reader.number<std::uint64_t>();
            if (key.stride == 0) {
                return std::nullopt;
            }
            break;
        case EntryKind::output:
        case EntryKind::checkpoint:
            key.hash = reader.hash();
            key.number = reader.number<std::uint64_t>();
            break;
        default: return std::nullopt;
    }
    if (key.kind == EntryKind::row) {
        key.level = reader.number<std::uint8_t>();
        key.number = reader.number<std::uint64_t>();
    }
    return reader.is_complete() ? std::optional(key) : std::nullopt;
}

std::string describe_key(ByteView bytes) {
    const std::optional<EntryKey> key = parse_key(bytes);
    if (!key) {
        return "an entry with the key " +
               to_hex(bytes.first(std::min<std::size_t>(bytes.size(), 40)));
    }
    const std::string hash = short_hex(key->hash);
    const std::string trace = "of the trace of execution " + hash + " from step " +
                              std::to_string(key->first) + " with stride " +
                              std::to_string(key->stride);
    switch (key->kind) {
        case EntryKind::format: return "the format record";
        case EntryKind::block: return "the nodes below " + hash;
        case EntryKind::chunk: return "the memory chunk " + hash;
        case EntryKind::piece: return "the piece " + hash;
        case EntryKind::execution: return "the record of execution " + hash;
        case EntryKind::trace: return "the record " + trace;
        case EntryKind::row:
            return "block " + std::to_string(key->number) + " of level " +
                   std::to_string(key->level) + " " + trace;
        case EntryKind::output:
            return "segment " + std::to_string(key->number) + " of the output of execution " + hash;
        case EntryKind::checkpoint: break;
    }
    return "the state at step " + std::to_string(key->number) + " of execution " + hash;
}

}  // namespace lockstep::store
