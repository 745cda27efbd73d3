#include "cli/progress.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/text.hpp"

namespace lockstep::cli {

namespace {

constexpr std::chrono::milliseconds kDelay{400};
constexpr std::chrono::milliseconds kInterval{100};
constexpr std::uint64_t kBarWidth = 30;
/// Return to the first column and erase the line.
constexpr std::string_view kWipe = "\r\x1b[K";

std::string bar(std::uint64_t done, std::uint64_t total) {
    const double part =
        total == 0 ? 1.0 : static_cast<double>(std::min(done, total)) / static_cast<double>(total);
    const auto filled = static_cast<std::size_t>(part * static_cast<double>(kBarWidth));
    return fmt::format("[{}{}] {:3.0f}%", std::string(filled, '#'),
                       std::string(kBarWidth - filled, '.'), part * 100.0);
}

}  // namespace

Progress::Progress(Run& run, std::string label, std::optional<std::uint64_t> total_steps)
    : run_(run),
      label_(std::move(label)),
      total_steps_(total_steps),
      is_terminal_(::isatty(STDERR_FILENO) == 1),
      next_(begin_ + kDelay) {
    run_.on_progress([this](Step done) { update(done); });
}

Progress::~Progress() {
    run_.on_progress({});
    if (is_shown_) {
        (void)std::fwrite(kWipe.data(), 1, kWipe.size(), stderr);
    }
}

void Progress::update(Step done) {
    const Clock::time_point now = Clock::now();
    if (!is_terminal_ || now < next_) {
        return;
    }
    next_ = now + kInterval;
    is_shown_ = true;
    const double seconds = std::chrono::duration<double>(now - begin_).count();
    const std::string bar_text = total_steps_ ? bar(done.value, *total_steps_) + "  " : "";
    fmt::print(stderr, "{}{}  {}{} steps, {:.0f} s", kWipe, label_, bar_text, grouped(done.value),
               seconds);
    (void)std::fflush(stderr);
}

}  // namespace lockstep::cli
