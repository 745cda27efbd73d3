#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "api/lockstep.hpp"

namespace lockstep::cli {

/// A progress bar on stderr of what a run executes: only where that is a terminal and the work takes
/// long enough to be noticed. It is wiped at the end of its scope.
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
    using Clock = std::chrono::steady_clock;

    void update(Step done);

    Run& run_;
    std::string label_;
    std::optional<std::uint64_t> total_steps_;
    bool is_terminal_;
    bool is_shown_ = false;
    Clock::time_point begin_ = Clock::now();
    Clock::time_point next_;
};

}  // namespace lockstep::cli
