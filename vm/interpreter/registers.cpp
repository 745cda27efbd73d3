#include "vm/interpreter/registers.hpp"

#include "vm/interpreter/context.hpp"

namespace lockstep::vm {

#if !defined(LOCKSTEP_PORTABLE_HANDLERS) && defined(__clang__) && \
    __has_cpp_attribute(clang::musttail) && __has_attribute(preserve_none)

__attribute__((preserve_none)) void stop(HandlerContext* context, const Word* record,
                                         std::uint64_t* frame, std::uint8_t* memory,
                                         std::uint64_t memory_bytes, std::int64_t credit,
                                         std::uint64_t result, double float_result) {
    context->left = {.context = context,
                     .record = record,
                     .frame = frame,
                     .memory = memory,
                     .memory_bytes = memory_bytes,
                     .credit = credit,
                     .result = result,
                     .float_result = float_result};
}

Registers execute_records(Registers r) {
    as_next (*r.record)(r.context, r.record, r.frame, r.memory, r.memory_bytes, r.credit, r.result,
                        r.float_result);
    return r.context->left;
}

#else

Next stop(Registers& /*r*/) {
    return {};
}

Registers execute_records(Registers r) {
    for (Next next = as_next(*r.record); next.handler != nullptr;) {
        next = next.handler(r);
    }
    return r;
}

#endif

}  // namespace lockstep::vm
