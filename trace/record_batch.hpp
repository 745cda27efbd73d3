#pragma once

#include "base/hash256.hpp"
#include "trace/message_batch.hpp"
#include "trace/records.hpp"

namespace lockstep::trace {

/// Collects records of one kind and hashes them many at a time.
template <Record R>
class RecordBatch {
public:
    /// `hash` is written at the latest by the next flush().
    void add(const R& record, Hash256& hash) { write_message(record, messages_.add(hash)); }
    void flush() { messages_.flush(); }

private:
    MessageBatch<kMessageBytes<R>> messages_;
};

}  // namespace lockstep::trace
