#pragma once

// How the handlers of threaded code are called (docs/adr/0016-threaded-code.md).
//
// A handler executes one record of the code and says which one comes next. Where the compiler can
// promise it, a handler's last act is to jump there, with all registers in those of the processor;
// elsewhere, or with LOCKSTEP_PORTABLE_HANDLERS, a loop calls one after the other.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace lockstep::vm {

/// Threaded code is made of these: a record is the address of its handler and what it works on.
using Word = std::uint64_t;

struct HandlerContext;

/// What all handlers work on.
struct Registers {
    HandlerContext* context = nullptr;
    const Word* record = nullptr;    // the one that is executed
    std::uint64_t* frame = nullptr;  // the running function's: its locals, then its operands
    std::uint8_t* memory = nullptr;  // memory 0
    std::uint64_t memory_bytes = 0;
    /// Gas (high half, signed) and steps (low half) that may still be spent before the next look at
    /// the limits; see credit.hpp.
    std::int64_t credit = 0;
    std::uint64_t result = 0;   // of the last record that had one that is no f64
    double float_result = 0.0;  // of the last that had an f64
};

#if !defined(LOCKSTEP_PORTABLE_HANDLERS) && defined(__clang__) && \
    __has_cpp_attribute(clang::musttail) && __has_attribute(preserve_none)

using Handler = __attribute__((preserve_none)) void(HandlerContext* context, const Word* record,
                                                    std::uint64_t* frame, std::uint8_t* memory,
                                                    std::uint64_t memory_bytes, std::int64_t credit,
                                                    std::uint64_t result, double float_result);

/// Which handler comes next.
using Next = Handler*;

/// The handler that does what Operation::execute does.
template <typename Operation>
__attribute__((preserve_none)) void handle(HandlerContext* context, const Word* record,
                                           std::uint64_t* frame, std::uint8_t* memory,
                                           std::uint64_t memory_bytes, std::int64_t credit,
                                           std::uint64_t result, double float_result) {
    Registers r{.context = context,
                .record = record,
                .frame = frame,
                .memory = memory,
                .memory_bytes = memory_bytes,
                .credit = credit,
                .result = result,
                .float_result = float_result};
    const Next next = Operation::execute(r);
    [[clang::musttail]] return next(r.context, r.record, r.frame, r.memory, r.memory_bytes,
                                    r.credit, r.result, r.float_result);
}

/// Leaves the threaded code: hands over the registers.
__attribute__((preserve_none)) void stop(HandlerContext* context, const Word* record,
                                         std::uint64_t* frame, std::uint8_t* memory,
                                         std::uint64_t memory_bytes, std::int64_t credit,
                                         std::uint64_t result, double float_result);

[[nodiscard]] inline Next as_next(Word word) {
    return std::bit_cast<Next>(word);
}

#else

struct Next;
using Handler = Next(Registers& r);

/// Which handler comes next.
struct Next {
    Handler* handler = nullptr;  // or null: the threaded code is left
    Next() = default;
    // A function is as good as what it is wrapped in: NOLINTNEXTLINE(google-explicit-constructor)
    Next(Handler* function) : handler(function) {}
};

/// The handler that does what Operation::execute does.
template <typename Operation>
Next handle(Registers& r) {
    return Operation::execute(r);
}

/// Leaves the threaded code: hands over the registers.
Next stop(Registers& r);

[[nodiscard]] inline Next as_next(Word word) {
    return std::bit_cast<Handler*>(word);
}

#endif

/// As it stands in a record.
template <typename Operation>
[[nodiscard]] Word handler_word() {
    return std::bit_cast<Word>(&handle<Operation>);
}

/// Executes records from `r.record` on until the threaded code is left; gives the registers then.
[[nodiscard]] Registers execute_records(Registers r);

/// The 16 bits at `index` of the word behind a handler.
[[nodiscard]] inline std::uint16_t field(const Word* record, std::size_t index) {
    std::uint16_t value = 0;
    std::memcpy(&value, reinterpret_cast<const char*>(record + 1) + 2 * index, sizeof value);
    return value;
}

/// Two fields as one number, from `index` on.
[[nodiscard]] inline std::uint32_t wide_field(const Word* record, std::size_t index) {
    std::uint32_t value = 0;
    std::memcpy(&value, reinterpret_cast<const char*>(record + 1) + 2 * index, sizeof value);
    return value;
}

/// The same, signed.
[[nodiscard]] inline std::int64_t signed_field(const Word* record, std::size_t index) {
    return static_cast<std::int16_t>(field(record, index));
}
[[nodiscard]] inline std::int64_t signed_wide_field(const Word* record, std::size_t index) {
    return static_cast<std::int32_t>(wide_field(record, index));
}

/// Goes on with the record that begins so many words on.
[[nodiscard]] inline Next go_on(Registers& r, std::size_t words) {
    r.record += words;
    return as_next(*r.record);
}

}  // namespace lockstep::vm
