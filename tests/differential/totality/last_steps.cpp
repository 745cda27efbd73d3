#include "tests/differential/totality/last_steps.hpp"

#include <map>
#include <set>
#include <tuple>

#include "tests/differential/totality/starved_run.hpp"
#include "tests/differential/totality/walk.hpp"

namespace lockstep::differential {

namespace {

/// Of each kind.
constexpr std::size_t kEndings = 3;
constexpr std::size_t kStarved = 2;

class Recorder {
public:
    void add(const TotalityCase& ending) {
        const Walk walked = walk(ending);
        steps_.push_back({.label = step_label(ending, walked),
                          .pre = walked.before.root(),
                          .post = walked.after.root(),
                          .bundle = walked.bundle});
        if (final_.emplace(ending.status, ending.code).second) {
            steps_.push_back({.label = fixed_point_label(ending),
                              .pre = walked.after.root(),
                              .post = walked.after.root(),
                              .bundle = walked.fixed_bundle});
        }
    }

    [[nodiscard]] std::vector<RecordedStep> take() { return std::move(steps_); }

private:
    std::vector<RecordedStep> steps_;
    std::set<std::pair<vm::Status, std::uint32_t>> final_;
};

}  // namespace

std::vector<RecordedStep> last_steps() {
    // Opcode, outcome, number of memories.
    using Kind = std::tuple<vm::Opcode, std::uint32_t, std::size_t>;
    const auto kind = [](const TotalityCase& ending) {
        return Kind(ending.last, ending.code, ending.program.program().memories.size());
    };
    Recorder recorder;
    std::map<Kind, std::size_t> endings;
    for (const TotalityCase& ending : all_endings()) {
        if (++endings[kind(ending)] <= kEndings) {
            recorder.add(ending);
        }
    }
    std::map<Kind, std::size_t> starved;
    for (const StarvedRun& run : starved_runs()) {
        if (++starved[kind(run.ending)] <= kStarved) {
            recorder.add(run.ending);
        }
    }
    return recorder.take();
}

}  // namespace lockstep::differential
