#include "store/trace_record.hpp"

#include "base/byte_writer.hpp"
#include "store/field_reader.hpp"

namespace lockstep::store {

Bytes encode(const TraceRecord& record) {
    ByteWriter writer;
    writer.put(record.expected);
    writer.put(record.count);
    writer.put(std::uint8_t{record.stopped});
    writer.put(std::uint8_t{record.frontier.has_value()});
    if (record.frontier) {
        trace::append(writer, *record.frontier);
    }
    return writer.take();
}

std::optional<TraceRecord> decode_trace(ByteView bytes) {
    FieldReader reader(bytes);
    TraceRecord record;
    record.expected = reader.number<std::uint64_t>();
    record.count = reader.number<std::uint64_t>();
    const auto stopped = reader.number<std::uint8_t>();
    const auto has_frontier = reader.number<std::uint8_t>();
    const std::uint64_t max_leaves = std::uint64_t{1} << trace::kMaxHistoryHeight;
    if (stopped > 1 || has_frontier > 1 || record.count > record.expected ||
        record.expected > max_leaves || (stopped == 1 && record.count == 0)) {
        return std::nullopt;
    }
    record.stopped = stopped == 1;
    if (has_frontier == 1) {
        record.frontier = trace::read_history_frontier(reader.rest());
        if (!record.frontier || record.frontier->count != record.count) {
            return std::nullopt;
        }
    }
    return reader.is_complete() ? std::optional(std::move(record)) : std::nullopt;
}

}  // namespace lockstep::store
