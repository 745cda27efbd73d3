#include "trace/dense_trace.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace lockstep::trace {

std::uint64_t DenseTrace::run(std::uint64_t count, std::vector<StateRoot>& roots,
                              std::uint64_t stride) {
    // What has not been committed at all, or not since some steps, shows here.
    LOCKSTEP_CHECK(committer_.record_.steps == state_.steps.value);
    LOCKSTEP_CHECK(committer_.parts_.values.height() == state_.values.size());
    LOCKSTEP_CHECK(stride != 0);
    const Step first = state_.steps;
    log_.locals.begin_trace(state_);
    while (state_.status == vm::Status::running && state_.steps - first < count) {
        const std::uint64_t left = count - (state_.steps - first);
        const std::size_t steps = std::min<std::uint64_t>(left, batch_steps_);
        begin_batch(steps);
        run_logged(program_, state_, state_.steps + steps, log_);
        hash_batch();
        append_roots({.first = first, .stride = stride}, roots);
        commit_batch();
    }
    return state_.steps - first;
}

void DenseTrace::begin_batch(std::size_t steps) {
    log_.values.begin(state_.values.size(), steps);
    log_.locals.begin(committer_.record_.locals);
    log_.frames.begin(state_.callers.size());
    log_.environment.begin(committer_.parts_.environment, committer_.record_.environment);
    log_.entries.clear();
    log_.entries.reserve(steps);
}

void DenseTrace::hash_batch() {
    const Committer::Parts& parts = committer_.parts_;
    log_.values.hash_links(parts.values);
    log_.locals.hash_roots();
    log_.frames.hash_links(parts.frames, log_.locals);
    log_.environment.hash_environments(committer_.parts_.environment);
}

void DenseTrace::append_roots(const Wanted& wanted, std::vector<StateRoot>& roots) {
    const Committer::Parts& parts = committer_.parts_;
    const std::span<const Hash256> environments = log_.environment.environments();
    states_.set_environments(committer_.record_.image, environments);
    StateRecord& record = committer_.record_;
    const std::uint64_t before = Step(record.steps) - wanted.first;
    const std::uint64_t after = state_.steps - wanted.first;
    const bool has_stopped = state_.status != vm::Status::running;
    std::uint64_t left = wanted.stride - before % wanted.stride;  // steps to the next root
    std::size_t at = roots.size();
    roots.resize(at + after / wanted.stride - before / wanted.stride +
                 (has_stopped && after % wanted.stride != 0 ? 1 : 0));
    for (const StepLog::Entry& entry : log_.entries) {
        const bool is_last = &entry == &log_.entries.back();
        ++record.steps;
        --left;
        if (left != 0 && !is_last) {
            continue;
        }
        record.environment = environments[entry.environment];
        record.values = log_.values.hash(parts.values, entry.values);
        record.locals = log_.locals.hash(parts.frames, entry.locals);
        record.callers = log_.frames.hash(parts.frames, entry.callers);
        record.pc = entry.pc;
        record.call_depth = entry.call_depth;
        record.slots_used = entry.slots_used;
        record.gas = entry.gas;
        if (is_last) {  // before it the machine was running
            record.status = static_cast<std::uint8_t>(state_.status);
            record.code = state_.code;
        }
        if (left == 0 || has_stopped) {
            states_.add(record, entry.environment, roots[at++].value);
            left = wanted.stride;
        }
    }
    states_.flush();
    LOCKSTEP_CHECK(at == roots.size() && record.steps == state_.steps.value);
}

void DenseTrace::commit_batch() {
    Committer::Parts& parts = committer_.parts_;
    log_.values.commit(parts.values, state_.values.size());
    log_.frames.commit(parts.frames, log_.locals, state_.callers);
    for (vm::Memory& memory : state_.memories) {
        memory.clear_logged();
    }
    state_.globals.clear_dirty();
    for (vm::Table& table : state_.tables) {
        table.slots.clear_dirty();
    }
}

}  // namespace lockstep::trace
