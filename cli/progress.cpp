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

ProgressLine::ProgressLine() : is_terminal_(::isatty(STDERR_FILENO) == 1), next_(begin_ + kDelay) {}

ProgressLine::~ProgressLine() {
    if (is_shown_) {
        (void)std::fwrite(kWipe.data(), 1, kWipe.size(), stderr);
    }
}

bool ProgressLine::is_due() {
    const Clock::time_point now = Clock::now();
    if (!is_terminal_ || now < next_) {
        return false;
    }
    next_ = now + kInterval;
    return true;
}

void ProgressLine::show(const std::string& text) {
    is_shown_ = true;
    fmt::print(stderr, "{}{}", kWipe, text);
    (void)std::fflush(stderr);
}

double ProgressLine::seconds() const {
    return std::chrono::duration<double>(Clock::now() - begin_).count();
}

Progress::Progress(Run& run, std::string label, std::optional<std::uint64_t> total_steps)
    : run_(run), label_(std::move(label)), total_steps_(total_steps) {
    run_.on_progress([this](Step done) { update(done); });
}

Progress::~Progress() {
    run_.on_progress({});
}

void Progress::update(Step done) {
    if (line_.is_due()) {
        const std::string bar_text = total_steps_ ? bar(done.value, *total_steps_) + "  " : "";
        line_.show(fmt::format("{}  {}{} steps, {:.0f} s", label_, bar_text, grouped(done.value),
                               line_.seconds()));
    }
}

void TraceProgress::update(Step done) {
    if (line_.is_due()) {
        line_.show(trace_progress_text(first_, stride_, last_, done, line_.seconds()));
    }
}

std::string trace_progress_text(Step first, std::uint64_t stride, std::optional<Step> last,
                                Step done, double seconds) {
    const std::uint64_t steps = done > first ? done - first : 0;
    const double roots = static_cast<double>(steps) / static_cast<double>(stride);
    const double rate = seconds > 0 ? roots / seconds : 0;
    std::string text = "tracing  ";
    if (last) {
        text += bar(steps, *last - first) + "  ";
    }
    text += fmt::format("{} steps, {} roots/s", grouped(done.value),
                        grouped(static_cast<std::uint64_t>(rate)));
    if (last && rate > 0) {
        const std::uint64_t left = done < *last ? *last - done : 0;
        text += fmt::format(", {:.0f} s left",
                            static_cast<double>(left) / static_cast<double>(stride) / rate);
    }
    return text;
}

}  // namespace lockstep::cli
