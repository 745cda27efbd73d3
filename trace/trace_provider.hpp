#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.hpp"
#include "base/strong.hpp"

namespace lockstep::trace {

/// All that a dispute needs of a machine. The state at a step past the end of the run is the last
/// one: a machine that is not running is its own successor.
class TraceProvider {
public:
    TraceProvider() = default;
    TraceProvider(const TraceProvider&) = delete;
    TraceProvider& operator=(const TraceProvider&) = delete;
    TraceProvider(TraceProvider&&) = delete;
    TraceProvider& operator=(TraceProvider&&) = delete;
    virtual ~TraceProvider() = default;

    /// The root of the state after `step` instructions.
    [[nodiscard]] virtual StateRoot root(Step step) = 0;

    /// The roots at first, first + stride, ...: `count` of them.
    [[nodiscard]] virtual std::vector<StateRoot> roots(Step first, std::uint64_t stride,
                                                       std::size_t count);

    /// The proof bundle of the step from `step` to `step` + 1.
    [[nodiscard]] virtual Bytes bundle(Step step) = 0;

    /// The number of steps until the machine stops running.
    [[nodiscard]] virtual Step length() = 0;
};

}  // namespace lockstep::trace
