#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/strong.hpp"
#include "store/execution_record.hpp"
#include "trace/history.hpp"

namespace lockstep::store {

/// A trace of an execution: the roots of the states after first, first + stride, ... steps.
struct TraceKey {
    ExecutionKey execution;
    Step first;
    std::uint64_t stride = 1;

    bool operator==(const TraceKey&) const = default;

    [[nodiscard]] Step step(std::uint64_t index) const { return first + stride * index; }
};

/// How far a trace has come.
struct TraceRecord {
    /// How many roots there will be.
    std::uint64_t expected = 0;
    /// How many there are.
    std::uint64_t count = 0;
    /// The machine has stopped at the last one: all others up to `expected` are equal to it.
    bool stopped = false;
    /// Of the history whose leaves are the roots; missing where a rebuilt store has lost it.
    std::optional<trace::HistoryFrontier> frontier{};

    bool operator==(const TraceRecord&) const = default;

    [[nodiscard]] bool is_complete() const { return stopped || count >= expected; }
};

struct StoredTrace {
    TraceKey key;
    TraceRecord record;
};

[[nodiscard]] Bytes encode(const TraceRecord& record);
[[nodiscard]] std::optional<TraceRecord> decode_trace(ByteView bytes);

}  // namespace lockstep::store
