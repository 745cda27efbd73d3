#include "vm/interpreter/excursion.hpp"

#include <algorithm>
#include <memory>
#include <span>

#include "base/check.hpp"
#include "vm/instructions/execute.hpp"
#include "vm/interpreter/control_handlers.hpp"
#include "vm/interpreter/credit.hpp"
#include "vm/machine/direct_access.hpp"
#include "vm/machine/limits.hpp"

namespace lockstep::vm {

namespace {

/// The greatest that leaves room for what is spent before the next look at the limits.
constexpr std::uint64_t kMaxCreditGas = 0x7FFF'FFFF;
/// The frames of a run have at most kMaxSlots; that of the first may not be counted in a forged state.
constexpr std::size_t kBufferSlots = kMaxSlots + 0x1'0000;

/// What a frame returns to that was running when threaded code was entered.
const Word* outermost_site() {
    static const std::array<Word, kSiteWords + 1> site{0, 0, 0,
                                                       std::bit_cast<Word>(outermost_handler())};
    return site.data();
}

}  // namespace

FrameBuffer::FrameBuffer()
    : slots_(std::make_unique_for_overwrite<std::uint64_t[]>(kBufferSlots)),  // NOLINT
      suspended_(std::make_unique_for_overwrite<SuspendedFrame[]>(            // NOLINT
          kMaxCallDepth + 1)) {
    suspended_[0] = {.id = 0, .site = outermost_site()};
}

Excursion::Excursion(const Program& program, const ThreadedCode& code, FrameBuffer& buffer,
                     MachineState& state, std::uint64_t until)
    : program_(program), code_(code), buffer_(buffer), state_(state), until_(until) {}

/// What may be spent for certain: gas, and as each step is paid for, also steps.
std::uint64_t Excursion::available_gas() const {
    const std::uint64_t gas = state_.gas.value;
    const std::uint64_t steps = until_ - state_.steps.value;
    if (gas <= code_.gas_slack || steps <= code_.step_slack) {
        return 0;
    }
    return std::min({gas - code_.gas_slack, steps - code_.step_slack, kMaxCreditGas});
}

bool Excursion::is_possible() {
    if (code_.records[state_.pc] == 0 || state_.callers.empty() ||
        state_.callers.size() > kMaxCallDepth) {
        return false;
    }
    gas_ = available_gas();
    if (gas_ == 0) {
        return false;
    }
    shape_ = code_.shape_at(state_.pc);
    height_ = code_.height_at(state_.pc);
    ahead_ = code_.spent_ahead(program_, state_.pc);
    return ahead_.gas <= gas_ && height_ <= state_.values.size() &&
           state_.locals.size() - state_.locals_begin == std::uint64_t{4} << shape_->locals_depth;
}

/// At an entry the arguments are operands still; threaded code has them in their locals.
void Excursion::take_frame() {
    std::uint64_t* frame = buffer_.slots();
    const std::uint64_t* operands = state_.values.end() - height_;
    if (state_.pc == shape_->entry) {
        std::copy_n(operands, height_, frame);
        std::fill(frame + height_, frame + shape_->locals, 0);
    } else {
        std::copy_n(state_.locals.data() + state_.locals_begin, shape_->locals, frame);
        std::copy_n(operands, height_, frame + shape_->locals);
    }
}

void Excursion::go() {
    take_frame();
    Memory& memory = state_.memories[0];
    context_ = {
        .program = &program_,
        .state = &state_,
        .memory = &memory,
        .words = code_.words.data(),
        .entries = code_.entries.data(),
        .suspended = buffer_.suspended() + 1,
        .suspended_limit = buffer_.suspended() + 1 + (kMaxCallDepth - state_.callers.size()),
        .next_frame_id = state_.next_frame_id,
        .slots_used = state_.slots_used,
        .gas_beyond = state_.gas.value - gas_,
        .first_step = state_.steps.value};
    Registers registers{.context = &context_,
                        .record = code_.words.data() + code_.records[state_.pc],
                        .frame = buffer_.slots(),
                        .memory = memory.header() + Memory::kHeaderBytes,
                        .memory_bytes = std::uint64_t{memory.pages()} * kPageBytes,
                        .credit = full_credit(gas_)};
    spend_credit(registers.credit, cost(ahead_.gas, ahead_.steps));
    const Registers left = execute_records(registers);

    state_.next_frame_id = context_.next_frame_id;
    state_.slots_used = context_.slots_used;
    // Where the credit was used up at the same time, the handler behind that site was not reached.
    if (context_.suspended == buffer_.suspended()) {
        settle_accounts(left.credit, {});
        return_from_outermost(left.frame);
        return;
    }
    const std::uint32_t pc = next_pc(left);
    settle_accounts(left.credit, code_.spent_ahead(program_, pc));
    state_.pc = pc;
    if (context_.leaving == Leaving::trap || context_.leaving == Leaving::trap_before) {
        DirectAccess access(program_, state_);
        apply(access, Outcome::trap(static_cast<Trap>(context_.number)));
        return;
    }
    put_frames_back(pc);
}

std::uint32_t Excursion::next_pc(const Registers& left) const {
    switch (context_.leaving) {
        case Leaving::here:
        case Leaving::trap: return code_.pc_of(left.record);
        case Leaving::trap_before: return code_.pc_of(left.record) - 1;
        case Leaving::behind: return code_.pc_of(left.record) + 1;
        case Leaving::branch: return program_.code[code_.pc_of(left.record)].b;
        case Leaving::row: return program_.code[code_.pc_of(left.record) + 1 + context_.number].b;
        case Leaving::entry: return static_cast<std::uint32_t>(left.record[2]);
        case Leaving::site: return static_cast<std::uint32_t>(left.record[1]);
        case Leaving::outermost: break;
    }
    LOCKSTEP_CHECK(false);
}

void Excursion::settle_accounts(std::int64_t credit, StaticCost refund) {
    const auto beyond = static_cast<std::int64_t>(context_.gas_beyond);
    const auto gas = static_cast<std::uint64_t>(beyond + credit_gas(credit));
    state_.gas = Gas(gas + refund.gas);
    state_.steps = Step(context_.first_step + steps_taken(credit) - refund.steps);
}

void Excursion::put_locals(std::uint32_t locals_begin, const std::uint64_t* frame,
                           std::uint32_t locals, std::uint32_t depth) {
    const std::size_t end = locals_begin + (std::size_t{4} << depth);
    if (state_.locals.size() < end) {
        state_.locals.set_size(end);
    }
    std::uint64_t* to = state_.locals.data() + locals_begin;
    std::copy_n(frame, locals, to);
    std::fill(to + locals, state_.locals.data() + end, 0);
}

/// The frames begin one above the other, each where the site of its call says.
void Excursion::put_frames_back(std::uint32_t pc) {
    state_.values.set_size(state_.values.size() - height_);
    const std::uint64_t* frame = buffer_.slots();
    const std::span entered(buffer_.suspended() + 1, context_.suspended);
    for (const SuspendedFrame& suspended : entered) {
        const Word site = suspended.site[0];
        const auto distance = static_cast<std::uint16_t>(site);
        const auto locals = static_cast<std::uint16_t>(site >> 16U);
        const auto depth = static_cast<std::uint16_t>(site >> 32U);
        put_locals(state_.locals_begin, frame, locals, depth);
        state_.values.append(std::span(frame + locals, frame + distance));
        state_.callers.push_back({.id = suspended.id,
                                  .locals_begin = state_.locals_begin,
                                  .return_pc = static_cast<std::uint32_t>(suspended.site[1])});
        state_.locals_begin += 4U << depth;
        frame += distance;
    }
    const FunctionShape& shape = *code_.shape_at(pc);
    const std::uint32_t height = code_.height_at(pc);
    const bool is_entry = pc == shape.entry;
    put_locals(state_.locals_begin, frame, is_entry ? 0 : shape.locals, shape.locals_depth);
    state_.locals.set_size(state_.locals_begin + (std::size_t{4} << shape.locals_depth));
    const std::uint64_t* operands = frame + (is_entry ? 0 : shape.locals);
    state_.values.append(std::span(operands, height));
}

/// The function that was running at first: its caller is in the state still.
void Excursion::return_from_outermost(const std::uint64_t* frame) {
    state_.values.set_size(state_.values.size() - height_);
    state_.values.append(std::span(frame, shape_->results));
    DirectAccess access(program_, state_);
    state_.pc = access.pop_frame();
}

}  // namespace lockstep::vm
