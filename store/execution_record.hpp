#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/hash256.hpp"
#include "base/strong.hpp"
#include "trace/committer.hpp"
#include "vm/machine/start.hpp"

namespace lockstep::store {

/// What everything in a store is found by: the root of the execution's first state, which commits to
/// image, function, arguments, input and gas limit (docs/spec/state.md, section 7).
using ExecutionKey = Strong<struct ExecutionKeyTag, Hash256>;

/// What the key commits to, to be read by people and compared when the execution is met again.
struct ExecutionRecord {
    StateRoot initial_root;
    ImageRoot image;
    FunctionIndex function;
    std::vector<std::uint64_t> arguments{};
    Hash256 input_root{};
    std::uint64_t input_length = 0;
    Gas gas_limit;

    bool operator==(const ExecutionRecord&) const = default;

    [[nodiscard]] ExecutionKey key() const { return ExecutionKey(initial_root.value); }
};

/// `initial` is as at the commitment of the first state of this invocation.
[[nodiscard]] ExecutionRecord describe(const vm::Invocation& invocation,
                                       const trace::Committer& initial);

/// How an execution is kept in a store.
struct StoredExecution {
    ExecutionRecord record;
    /// Seconds since 1970: when a trace of it was begun first, and when one was last written to.
    std::uint64_t created = 0;
    std::uint64_t used = 0;
    /// How many bytes of its output are there.
    std::uint64_t output_length = 0;

    bool operator==(const StoredExecution&) const = default;
};

[[nodiscard]] Bytes encode(const StoredExecution& execution);
[[nodiscard]] std::optional<StoredExecution> decode_execution(ByteView bytes);

}  // namespace lockstep::store
