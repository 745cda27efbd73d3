#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "api/lockstep.hpp"

namespace lockstep::cli {

/// A line on stderr that is written anew now and then: only where that is a terminal and the work takes
/// long enough to be noticed. It is wiped at the end of its scope.
class ProgressLine {
public:
    ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine(ProgressLine&&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    ProgressLine& operator=(ProgressLine&&) = delete;
    ~ProgressLine();

    /// Whether it is time to show another text.
    [[nodiscard]] bool is_due();
    void show(const std::string& text);
    [[nodiscard]] double seconds() const;

private:
    using Clock = std::chrono::steady_clock;

    bool is_terminal_;
    bool is_shown_ = false;
    Clock::time_point begin_ = Clock::now();
    Clock::time_point next_;
};

/// What a run executes.
class Progress {
public:
    /// Without a total there is a counter in place of the bar.
    Progress(Run& run, std::string label, std::optional<std::uint64_t> total_steps = std::nullopt);
    Progress(const Progress&) = delete;
    Progress(Progress&&) = delete;
    Progress& operator=(const Progress&) = delete;
    Progress& operator=(Progress&&) = delete;
    ~Progress();

private:
    void update(Step done);

    Run& run_;
    std::string label_;
    std::optional<std::uint64_t> total_steps_;
    ProgressLine line_{};
};

/// The roots of a trace: steps, roots a second, and where an end is known the time that is left.
class TraceProgress {
public:
    /// `first` is where this part of the trace begins; `last` is nullopt where it ends with the run.
    TraceProgress(Step first, std::uint64_t stride, std::optional<Step> last)
        : first_(first), stride_(stride), last_(last) {}

    void update(Step done);

private:
    Step first_;
    std::uint64_t stride_;
    std::optional<Step> last_;
    ProgressLine line_{};
};

/// What the line of a trace says after so many seconds.
[[nodiscard]] std::string trace_progress_text(Step first, std::uint64_t stride,
                                              std::optional<Step> last, Step done, double seconds);

}  // namespace lockstep::cli
