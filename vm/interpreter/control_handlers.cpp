#include "vm/interpreter/control_handlers.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "vm/interpreter/credit.hpp"
#include "vm/machine/limits.hpp"

namespace lockstep::vm {

namespace {

struct CopyHandler {
    static Next execute(Registers& r) {
        slot(r, 0) = slot(r, 1);
        return go_on(r, kCopyWords);
    }
};

struct CopyTwoHandler {
    static Next execute(Registers& r) {
        slot(r, 0) = slot(r, 1);
        slot(r, 2) = slot(r, 3);
        return go_on(r, kCopyWords);
    }
};

struct ConstantHandler {
    static Next execute(Registers& r) {
        slot(r, 0) = static_cast<std::uint64_t>(signed_wide_field(r.record, 2));
        return go_on(r, kCopyWords);
    }
};

struct LongConstantHandler {
    static Next execute(Registers& r) {
        slot(r, 0) = r.record[2];
        return go_on(r, kLongConstantWords);
    }
};

/// So many slots: a loop over few would cost more than they do.
template <unsigned count>
struct ZeroHandler {
    static Next execute(Registers& r) {
        std::uint64_t* first = &slot(r, 0);
        for (unsigned i = 0; i < count; ++i) {
            first[i] = 0;
        }
        return go_on(r, kZeroWords);
    }
};

struct ZeroManyHandler {
    static Next execute(Registers& r) {
        std::fill_n(&slot(r, 0), field(r.record, 1), 0);
        return go_on(r, kZeroWords);
    }
};

constexpr std::array<Handler*, 9> kZero = {nullptr,
                                           handle<ZeroHandler<1>>,
                                           handle<ZeroHandler<2>>,
                                           handle<ZeroHandler<3>>,
                                           handle<ZeroHandler<4>>,
                                           handle<ZeroHandler<5>>,
                                           handle<ZeroHandler<6>>,
                                           handle<ZeroHandler<7>>,
                                           handle<ZeroHandler<8>>};

template <Source condition>
struct SelectHandler {
    static Next execute(Registers& r) {
        const auto chosen = static_cast<std::uint32_t>(operand<condition, false>(r, 3));
        const std::uint64_t first = slot(r, 1);
        const std::uint64_t second = slot(r, 2);
        put<false>(r, chosen != 0 ? first : second);
        return go_on(r, kSelectWords);
    }
};

struct GlobalGetHandler {
    static Next execute(Registers& r) {
        put<false>(r, r.context->state->globals[wide_field(r.record, 2)]);
        return go_on(r, kGlobalWords);
    }
};

struct GlobalSetHandler {
    static Next execute(Registers& r) {
        r.context->state->globals.set(wide_field(r.record, 2), slot(r, 0));
        return go_on(r, kGlobalWords);
    }
};

constexpr auto kStackExhausted = static_cast<std::uint32_t>(Trap::call_stack_exhausted);

/// Enters the function whose entry's words these are.
[[gnu::always_inline]] inline Next enter(Registers& r, const Word* entry, std::uint16_t distance) {
    HandlerContext& context = *r.context;
    const auto slots = static_cast<std::uint32_t>(entry[0]);
    if (context.suspended == context.suspended_limit || context.slots_used + slots > kMaxSlots)
        [[unlikely]] {
        return leave(r, Leaving::trap, kStackExhausted);
    }
    context.slots_used += slots;
    *context.suspended++ = {.id = context.next_frame_id++, .site = r.record + kCallWords};
    r.frame += distance;
    spend_credit(r.credit, entry[1]);
    if (r.credit < 0) [[unlikely]] {
        r.record = entry;
        return leave(r, Leaving::entry);
    }
    r.record = entry + kEntryWords;
    return as_next(*r.record);
}

struct CallHandler {
    static Next execute(Registers& r) {
        return enter(r, r.context->words + wide_field(r.record, 0), field(r.record, 2));
    }
};

[[gnu::always_inline]] inline Next call_reference(Registers& r, std::uint64_t reference) {
    const Program& program = *r.context->program;
    if (reference == 0) [[unlikely]] {
        return leave(r, Leaving::trap, static_cast<std::uint32_t>(Trap::uninitialized_element));
    }
    const auto function = static_cast<std::uint32_t>(reference - 1);
    LOCKSTEP_CHECK(function < program.functions.size());
    if (program.functions[function].type != wide_field(r.record, 2)) [[unlikely]] {
        return leave(r, Leaving::trap,
                     static_cast<std::uint32_t>(Trap::indirect_call_type_mismatch));
    }
    const std::uint32_t entry = r.context->entries[function];
    if (entry == 0) [[unlikely]] {
        return leave(r, Leaving::here);
    }
    return enter(r, r.context->words + entry, field(r.record, 1));
}

struct CallReferenceHandler {
    static Next execute(Registers& r) { return call_reference(r, slot(r, 0)); }
};

struct CallElementHandler {
    static Next execute(Registers& r) {
        const auto index = static_cast<std::uint32_t>(slot(r, 0));
        const Table& table = r.context->state->tables[r.record[kCallWords + 1] >> 32U];
        if (index >= table.size) [[unlikely]] {
            return leave(r, Leaving::trap_before,
                         static_cast<std::uint32_t>(Trap::undefined_element));
        }
        slot(r, 0) = table.slots[index];
        return call_reference(r, slot(r, 0));
    }
};

/// Resumes the caller; the results are at the beginning of the frame.
[[gnu::always_inline]] inline Next resume(Registers& r) {
    HandlerContext& context = *r.context;
    context.slots_used -= wide_field(r.record, 2);
    const Word* site = (--context.suspended)->site;
    r.frame -= static_cast<std::uint16_t>(site[0]);
    r.record = site;
    spend_credit(r.credit, site[2]);
    if (r.credit < 0) [[unlikely]] {
        return leave(r, Leaving::site);
    }
    return go_on(r, kSiteWords);
}

struct ReturnNothingHandler {
    static Next execute(Registers& r) { return resume(r); }
};

template <Source source>
struct ReturnHandler {
    static Next execute(Registers& r) {
        if constexpr (source == Source::constant) {
            r.frame[0] = r.record[2];
        } else {
            r.frame[0] = operand<source, false>(r, 0);
        }
        return resume(r);
    }
};

struct ReturnManyHandler {
    static Next execute(Registers& r) {
        const std::uint64_t* first = r.frame + field(r.record, 0);
        std::copy(first, first + field(r.record, 1), r.frame);
        return resume(r);
    }
};

struct ChargeHandler {
    static Next execute(Registers& r) {
        spend_credit(r.credit, r.record[1]);
        if (r.credit < 0) [[unlikely]] {
            return leave(r, Leaving::here);
        }
        return go_on(r, kChargeWords);
    }
};

struct CheckHandler {
    static Next execute(Registers& r) {
        if (r.credit < 0) [[unlikely]] {
            return leave(r, Leaving::here);
        }
        return go_on(r, kCheckWords);
    }
};

struct LeaveHandler {
    static Next execute(Registers& r) { return leave(r, Leaving::here); }
};

struct OutermostHandler {
    static Next execute(Registers& r) { return leave(r, Leaving::outermost); }
};

}  // namespace

Handler* copy_handler() {
    return handle<CopyHandler>;
}
Handler* copy_two_handler() {
    return handle<CopyTwoHandler>;
}
Handler* constant_handler() {
    return handle<ConstantHandler>;
}
Handler* long_constant_handler() {
    return handle<LongConstantHandler>;
}
Handler* zero_handler(std::uint32_t count) {
    return count < kZero.size() ? kZero[count] : handle<ZeroManyHandler>;
}
Handler* select_handler(Source condition) {
    return condition == Source::result ? handle<SelectHandler<Source::result>>
                                       : handle<SelectHandler<Source::slot>>;
}
Handler* global_get_handler() {
    return handle<GlobalGetHandler>;
}
Handler* global_set_handler() {
    return handle<GlobalSetHandler>;
}
Handler* call_handler() {
    return handle<CallHandler>;
}
Handler* call_reference_handler() {
    return handle<CallReferenceHandler>;
}
Handler* call_element_handler() {
    return handle<CallElementHandler>;
}
Handler* return_handler(std::uint32_t results, Source source) {
    if (results != 1) {
        return results == 0 ? handle<ReturnNothingHandler> : handle<ReturnManyHandler>;
    }
    switch (source) {
        case Source::slot: return handle<ReturnHandler<Source::slot>>;
        case Source::result: return handle<ReturnHandler<Source::result>>;
        case Source::constant: return handle<ReturnHandler<Source::constant>>;
    }
    return nullptr;
}
Handler* charge_handler() {
    return handle<ChargeHandler>;
}
Handler* check_handler() {
    return handle<CheckHandler>;
}
Handler* leave_handler() {
    return handle<LeaveHandler>;
}
Handler* outermost_handler() {
    return handle<OutermostHandler>;
}

}  // namespace lockstep::vm
