#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "tests/conformance/executor.hpp"
#include "tests/conformance/step_sample.hpp"
#include "trace/committer.hpp"
#include "trace/image.hpp"

namespace lockstep::conformance {

/// Proves runs. Each step is recorded, and replayed from its bundle alone: the bundle must prove it
/// from the root that the one before has led to. The last root must be that of the state that the
/// plain interpreter comes to by itself, as another committer finds it from scratch, and as the plain
/// reading of the specification does (tests/differential/shadow_root.hpp).
class ProvingExecutor : public Executor {
public:
    /// Of a run of more than `max_steps` steps, so many are proven: half of them at its beginning,
    /// half at its end; in between the root is the committer's.
    explicit ProvingExecutor(std::uint64_t max_steps) : max_steps_(max_steps) {}

    /// Shows each proven step to the sample, which must outlive the executor.
    void sample_into(StepSample& sample) { sample_ = &sample; }

    void load(const vm::Program& program, const vm::MachineState& state) override;
    [[nodiscard]] std::optional<std::string> run(vm::MachineState& state,
                                                 std::optional<std::uint32_t> stop_pc,
                                                 const std::string& label) override;

    [[nodiscard]] std::uint64_t steps_proven() const { return steps_proven_; }
    /// Steps that were executed but not proven, and in how many runs.
    [[nodiscard]] std::uint64_t steps_skipped() const { return steps_skipped_; }
    [[nodiscard]] std::uint64_t runs_capped() const { return runs_capped_; }

private:
    [[nodiscard]] std::optional<std::string> prove(vm::MachineState& state, std::uint64_t steps,
                                                   const std::string& label);
    [[nodiscard]] std::optional<std::string> prove_step(vm::MachineState& state,
                                                        const std::string& label);
    [[nodiscard]] StateRoot root_from_scratch(const vm::MachineState& state) const;

    std::uint64_t max_steps_;
    const vm::Program* program_ = nullptr;
    std::unique_ptr<trace::Image> image_;
    std::unique_ptr<trace::Committer> committer_;
    ImageRoot shadow_image_;
    StateRoot root_;
    StepSample* sample_ = nullptr;
    std::uint64_t steps_proven_ = 0;
    std::uint64_t steps_skipped_ = 0;
    std::uint64_t runs_capped_ = 0;
};

}  // namespace lockstep::conformance
