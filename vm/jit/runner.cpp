#include "vm/jit/runner.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "vm/instructions/execute.hpp"
#include "vm/jit/calling_convention.hpp"
#include "vm/jit/fault_handler.hpp"
#include "vm/jit/function_compiler.hpp"
#include "vm/jit/native_stack.hpp"
#include "vm/machine/interpreter.hpp"
#include "vm/machine/running_access.hpp"

namespace lockstep::vm::jit {

namespace {

Context& make_context(const CompiledProgram& compiled, MachineState& state) {
    if (compiled.options().guard_pages) {
        state.memories[0].guard();
    }
    return *context_of(state.memories[0]);
}

std::uint32_t frame_slots(const FunctionRecord& function) {
    return std::uint32_t{4} << function.locals_depth;
}

}  // namespace

Runner::Runner(const CompiledProgram& compiled, MachineState& state, std::uint64_t until)
    : compiled_(compiled),
      program_(compiled.program()),
      state_(state),
      until_(until),
      context_(make_context(compiled, state)) {}

void Runner::run() {
    fill_context();
    while (state_.status == Status::running && state_.steps.value < until_) {
        const std::int64_t window = affordable(state_.gas.value, state_.steps.value);
        if (window <= 0) {
            vm::run(program_, state_, Step(until_));
            return;
        }
        const CheckPoint* entry = state_.callers.empty() ? nullptr : entry_at(state_.pc);
        if (entry == nullptr) {
            run_exactly_to_entry();
        } else if (program_.code[entry->pc].a > static_cast<std::uint64_t>(window)) {
            vm::run(program_, state_, Step(until_));
            return;
        } else {
            enter(*entry);
        }
    }
}

/// Where native code goes on, if there is any. It returns to a caller: the outermost frame, the
/// prologue's, is not for it.
const CheckPoint* Runner::entry_at(std::uint32_t pc) const {
    if (program_.code[pc].opcode != Opcode::charge) {
        return nullptr;
    }
    const CheckPoint* check_point = compiled_.check_point_at(pc);
    return check_point != nullptr && check_point->entry != CheckPoint::kNoEntry ? check_point
                                                                                : nullptr;
}

[[gnu::flatten]] void Runner::run_exactly_to_entry() {
    RunningAccess access(program_, state_);
    do {
        apply(access, vm::execute(access, program_.code[access.pc()]));
    } while (access.registers().status == Status::running && access.registers().steps < until_ &&
             (access.call_depth() == 0 || entry_at(access.pc()) == nullptr));
    access.save();
    fill_tables();  // memory or a table may have grown
}

/// How much gas a window may have, so that what is spent before the next check point is covered.
std::int64_t Runner::affordable(std::uint64_t gas, std::uint64_t steps) const {
    const auto by_gas = static_cast<std::int64_t>(gas) -
                        static_cast<std::int64_t>(compiled_.image().path_gas_with_stores);
    const std::uint64_t steps_left = std::min<std::uint64_t>(until_ - steps, kMaxGasLimit);
    const auto by_steps = static_cast<std::int64_t>(steps_left) -
                          static_cast<std::int64_t>(compiled_.image().path_gas);
    return std::min({by_gas, by_steps, static_cast<std::int64_t>(kMaxWindow)});
}

void Runner::open_window(std::uint64_t gas, std::uint64_t steps) {
    window_.gas = affordable(gas, steps);
    window_.reserve = gas - static_cast<std::uint64_t>(window_.gas);
    window_.steps = steps;
    context_.counter = (static_cast<std::uint64_t>(window_.gas) << kStepBits) + kFirstSteps;
}

Runner::Spent Runner::spent() const {
    const std::int64_t gas = static_cast<std::int64_t>(context_.counter) >> kStepBits;
    return {.steps = window_.steps + kFirstSteps - (context_.counter & kStepMask),
            .gas = window_.reserve + static_cast<std::uint64_t>(gas)};
}

void Runner::fill_context() {
    context_.execute = &Runner::execute;
    context_.prepare_store = &Runner::prepare_store;
    context_.mark_global = &Runner::mark_global;
    context_.refill = &Runner::refill;
    context_.run = this;
    context_.functions = compiled_.functions();
    context_.globals = state_.globals.data();
    context_.globals_dirty = state_.globals.dirty_flags();
    fill_tables();
}

void Runner::fill_tables() {
    context_.pages = memory().pages();
    context_.memory_bytes = memory().bytes().size();
    tables_.resize(state_.tables.size());
    for (std::size_t i = 0; i < tables_.size(); ++i) {
        tables_[i] = {.slots = state_.tables[i].slots.slots().data(),
                      .size = state_.tables[i].size};
    }
    context_.tables = tables_.data();
}

void Runner::enter(const CheckPoint& entry) {
    entered_function_ = compiled_.function_at(entry.pc);
    const FunctionType& type = program_.types[program_.functions[entered_function_].type];
    const bool is_float = type.results.size() == 1 && is_float_type(type.results[0]);
    const NativeImage& image = compiled_.image();
    native_base_ = NativeStack::of_thread().top();
    *native_base_ = reinterpret_cast<std::uint64_t>(
        compiled_.address(is_float ? image.returned_xmm : image.returned_gp));
    context_.native_stack = native_base_;
    context_.locals = state_.locals.data() + state_.locals_begin;
    context_.values = state_.values.end() - entry.height;
    const auto depth = static_cast<std::uint32_t>(state_.callers.size());
    context_.budget =
        std::min(kLeastFrameSlots * (kMaxCallDepth - depth), kMaxSlots - state_.slots_used);
    context_.entry = reinterpret_cast<std::uint64_t>(compiled_.address(entry.entry));
    open_window(state_.gas.value, state_.steps.value);
    // The code's address is that of a function: NOLINTNEXTLINE(performance-no-int-to-ptr)
    const auto native = reinterpret_cast<void (*)(Context*)>(
        reinterpret_cast<std::uint64_t>(compiled_.address(image.enter)));
    {
        const FaultScope scope(compiled_, memory());
        native(&context_);
    }
    leave();
}

void Runner::leave() {
    if (exception_ != nullptr) {
        std::rethrow_exception(exception_);
    }
    switch (static_cast<Exit>(context_.exit_kind)) {
        case Exit::check: leave_at_check(); return;
        case Exit::trap: leave_by_trap(); return;
        case Exit::returned: leave_by_return(); return;
        case Exit::refused: leave_refused(); return;
        case Exit::helper: leave_from_helper(); return;
    }
    LOCKSTEP_CHECK(false);
}

/// At a check point the superblock has been paid for, but not begun.
Runner::Spent Runner::spent_before(const CheckPoint& check_point) const {
    const Spent spent = this->spent();
    if (check_point.entry == CheckPoint::kNoEntry) {
        return spent;  // not counted
    }
    return {.steps = spent.steps - check_point.steps,
            .gas = spent.gas + program_.code[check_point.pc].a};
}

void Runner::leave_at_check() {
    const CheckPoint& check_point = compiled_.image().check_points[context_.exit_number];
    const Spent spent = spent_before(check_point);
    state_.gas = Gas(spent.gas);
    state_.steps = Step(spent.steps);
    state_.pc = check_point.pc;
    suspend_frames(compiled_.function_at(check_point.pc), 0);
    set_height(check_point.height);
    if (check_point.pc == program_.functions[compiled_.function_at(check_point.pc)].entry) {
        // Native code has not initialised the locals yet.
        std::fill(state_.locals.begin() + state_.locals_begin, state_.locals.end(), 0);
    }
}

/// What is behind the instruction in its superblock has been counted, and is not executed.
void Runner::leave_by_trap() {
    const std::uint32_t pc = context_.exit_pc;
    const Spent spent = this->spent();
    state_.gas = Gas(spent.gas);
    state_.steps = Step(spent.steps - steps_to_end(program_, pc) + 1);
    state_.pc = pc;
    DirectAccess access(program_, state_);
    access.clear_stacks();
    access.set_status(Status::trapped, context_.exit_number);
}

void Runner::leave_by_return() {
    const FunctionRecord& function = program_.functions[entered_function_];
    const Spent spent = this->spent();
    state_.gas = Gas(spent.gas);
    state_.steps = Step(spent.steps);
    set_height(function.results);
    DirectAccess access(program_, state_);
    state_.pc = access.pop_frame();
    state_.slots_used -= function.slots;
}

/// A call that may exceed a limit: it is undone, and the interpreter decides. Its frame's return
/// address is on the native stack, its arguments are in their homes.
void Runner::leave_refused() {
    const std::uint32_t callee = context_.exit_number;
    const std::uint64_t return_address = *context_.native_stack;
    const std::uint32_t call_pc = compiled_.return_pc(return_address) - 1;
    const std::uint32_t caller = compiled_.function_at(call_pc);
    const Spent spent = this->spent();
    state_.gas = Gas(spent.gas);
    state_.steps = Step(spent.steps - 1);
    state_.pc = call_pc;
    context_.locals -= frame_slots(program_.functions[caller]);
    suspend_frames(caller, 1);
    set_height(program_.functions[callee].parameters);
    if (program_.code[call_pc].opcode == Opcode::call_reference) {
        state_.values.push_back(std::uint64_t{callee} + 1);
    }
}

/// It has stopped the machine, or set the pc and the counters.
void Runner::leave_from_helper() {
    if (state_.status != Status::running) {
        return;
    }
    suspend_frames(compiled_.function_at(state_.pc), 0);
    state_.values.set_size(static_cast<std::size_t>(helper_top_ - state_.values.data()));
}

/// The frames that native code has begun since it was entered, but the innermost `skipped`, become the
/// machine's.
void Runner::suspend_frames(std::uint32_t running_function, std::size_t skipped) {
    const auto* innermost = context_.native_stack + skipped;
    std::uint32_t locals_begin = state_.locals_begin;
    const auto frames = native_base_ - innermost;
    state_.callers.reserve(state_.callers.size() + static_cast<std::size_t>(frames));
    for (const std::uint64_t* frame = native_base_; frame-- != innermost;) {
        const std::uint32_t return_pc = compiled_.return_pc(*frame);
        const std::uint32_t function = compiled_.function_at(return_pc - 1);
        end_frame(function, locals_begin);
        state_.callers.push_back(
            {.id = state_.next_frame_id++, .locals_begin = locals_begin, .return_pc = return_pc});
        locals_begin += frame_slots(program_.functions[function]);
        const std::uint32_t callee =
            frame == innermost ? running_function
                               : compiled_.function_at(compiled_.return_pc(frame[-1]) - 1);
        state_.slots_used += program_.functions[callee].slots;
    }
    LOCKSTEP_CHECK(context_.locals == state_.locals.data() + locals_begin);
    state_.locals_begin = locals_begin;
    end_frame(running_function, locals_begin);
    state_.locals.set_size(locals_begin + frame_slots(program_.functions[running_function]));
}

/// Native code leaves what pads a frame's slots as it is.
void Runner::end_frame(std::uint32_t function, std::uint32_t locals_begin) {
    std::uint64_t* const frame = state_.locals.data() + locals_begin;
    std::fill(frame + program_.function_infos[function].locals,
              frame + frame_slots(program_.functions[function]), 0);
}

void Runner::set_height(std::uint32_t height) {
    state_.values.set_size(static_cast<std::size_t>(context_.values - state_.values.data()) +
                           height);
}

}  // namespace lockstep::vm::jit
