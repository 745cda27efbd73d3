#include "trace/parallel_trace.hpp"

#include <condition_variable>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "trace/root_stretch.hpp"

namespace lockstep::trace {

namespace {

/// Steps of a stretch: long beside the making of a fork, short beside the trace.
constexpr std::uint64_t kDenseStretchSteps = std::uint64_t{1} << 18U;
constexpr std::uint64_t kSparseStretchSteps = std::uint64_t{1} << 25U;
/// Stretches that may be under way or wait for those before them, for each thread.
constexpr std::uint64_t kStretchesAhead = 3;

/// Roots that one thread makes in one go.
struct Stretch {
    std::uint64_t number = 0;
    std::uint64_t roots = 0;
    std::shared_ptr<const Snapshot> begin;
};

struct FinishedStretch {
    std::vector<StateRoot> roots;
    std::shared_ptr<const Snapshot> end;
};

class ParallelTrace {
public:
    ParallelTrace(const vm::Engine& engine, const vm::Program& program, CommittedState& state,
                  const TraceRange& range)
        : engine_(engine),
          program_(program),
          scout_(state),
          here_(std::make_shared<const Snapshot>(state)),
          stride_(range.stride),
          left_(range.count - 1) {}

    std::uint64_t run(TraceSink& sink, const TraceOptions& options, std::uint64_t apart) {
        stretches_ahead_ = kStretchesAhead * options.threads;
        stretch_roots_ = std::min(
            apart,
            std::max<std::uint64_t>(
                1, (stride_ < kDenseStrides ? kDenseStretchSteps : kSparseStretchSteps) / stride_));
        std::vector<std::jthread> threads;
        try {
            for (unsigned i = 0; i < options.threads; ++i) {
                threads.emplace_back([this] { work(); });
            }
            const std::uint64_t taken = deliver(sink, options, apart);
            threads.clear();
            return taken;
        } catch (...) {
            stop(nullptr);
            throw;
        }
    }

private:
    /// Hands on what is finished, in order, until the trace has ended.
    std::uint64_t deliver(TraceSink& sink, const TraceOptions& options, std::uint64_t apart) {
        std::uint64_t taken = 1;
        std::uint64_t since_checkpoint = 0;
        while (auto stretch = next_finished()) {
            sink.take(taken, stretch->roots);
            taken += stretch->roots.size();
            since_checkpoint += stretch->roots.size();
            if (since_checkpoint >= apart || is_last(delivered_)) {
                sink.checkpoint(*stretch->end);
                since_checkpoint = 0;
            }
            if (options.progress) {
                options.progress(stretch->end->steps());
            }
        }
        return taken;
    }

    /// Waits for the next stretch in order; nothing after the last.
    std::optional<FinishedStretch> next_finished() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] {
            return failure_ || finished_.contains(delivered_) ||
                   (is_exhausted() && delivered_ == begun_);
        });
        if (failure_) {
            std::rethrow_exception(failure_);
        }
        const auto found = finished_.find(delivered_);
        if (found == finished_.end()) {
            return std::nullopt;
        }
        FinishedStretch stretch = std::move(found->second);
        finished_.erase(found);
        ++delivered_;
        changed_.notify_all();
        return stretch;
    }

    [[nodiscard]] bool is_last(std::uint64_t delivered) {
        const std::scoped_lock lock(mutex_);
        return is_exhausted() && delivered == begun_;
    }

    /// No stretch is left to begin.
    [[nodiscard]] bool is_exhausted() const {
        return left_ == 0 || scout_.machine.status != vm::Status::running;
    }

    void work() {
        try {
            std::optional<CommittedState> machine;
            while (const auto stretch = begin_stretch()) {
                if (machine) {
                    stretch->begin->restore_into(*machine);
                } else {
                    machine = stretch->begin->restore();
                }
                std::vector<StateRoot> roots;
                roots.reserve(stretch->roots);
                append_roots(engine_, program_, *machine, stride_, stretch->roots, roots);
                finish_stretch(stretch->number, std::move(roots));
            }
        } catch (...) {
            stop(std::current_exception());
        }
    }

    /// Takes the next stretch and brings the scout to its end.
    std::optional<Stretch> begin_stretch() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] {
            return is_stopped_ || is_exhausted() || begun_ - delivered_ < stretches_ahead_;
        });
        if (is_stopped_ || is_exhausted()) {
            return std::nullopt;
        }
        Stretch stretch{
            .number = begun_, .roots = std::min(left_, stretch_roots_), .begin = std::move(here_)};
        ++begun_;
        left_ -= stretch.roots;
        // Nobody begins where an exception leaves the scout.
        is_stopped_ = true;
        engine_.run(scout_.machine, scout_.machine.steps + stretch.roots * stride_);
        (void)scout_.committer.commit(scout_.machine);
        here_ = std::make_shared<const Snapshot>(scout_);
        ends_.emplace(stretch.number, here_);
        is_stopped_ = false;
        changed_.notify_all();
        return stretch;
    }

    void finish_stretch(std::uint64_t number, std::vector<StateRoot> roots) {
        const std::scoped_lock lock(mutex_);
        const auto end = ends_.find(number);
        finished_.emplace(number, FinishedStretch{.roots = std::move(roots), .end = end->second});
        ends_.erase(end);
        changed_.notify_all();
    }

    void stop(std::exception_ptr failure) {
        const std::scoped_lock lock(mutex_);
        is_stopped_ = true;
        if (failure && !failure_) {
            failure_ = std::move(failure);
        }
        changed_.notify_all();
    }

    const vm::Engine& engine_;
    const vm::Program& program_;
    std::uint64_t stretches_ahead_ = 0;
    std::uint64_t stretch_roots_ = 0;

    std::mutex mutex_;  // of what follows
    std::condition_variable changed_;
    CommittedState& scout_;                 // at the end of the last stretch begun
    std::shared_ptr<const Snapshot> here_;  // of the scout
    std::uint64_t stride_;
    std::uint64_t left_;  // roots not begun
    std::uint64_t begun_ = 0;
    std::uint64_t delivered_ = 0;
    std::map<std::uint64_t, std::shared_ptr<const Snapshot>> ends_;  // of stretches under way
    std::map<std::uint64_t, FinishedStretch> finished_;
    bool is_stopped_ = false;
    std::exception_ptr failure_;
};

}  // namespace

std::uint64_t trace_in_parallel(const vm::Engine& engine, const vm::Program& program,
                                CommittedState& state, const TraceRange& range, TraceSink& sink,
                                const TraceOptions& options) {
    return ParallelTrace(engine, program, state, range)
        .run(sink, options, roots_apart(range, options));
}

}  // namespace lockstep::trace
