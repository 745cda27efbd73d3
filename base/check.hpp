#pragma once

// LOCKSTEP_CHECK: an invariant of ours. It stays on in release builds: a machine whose invariant is
// broken must stop rather than go on to a root that somebody stakes money on.
// LOCKSTEP_TRY: returns the error of a std::expected to the caller, or yields its value.

#include <expected>
#include <utility>

namespace lockstep {

/// Prints the failed condition and aborts.
[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace lockstep

#define LOCKSTEP_CHECK(condition)                                     \
    do {                                                              \
        if (!(condition)) [[unlikely]] {                              \
            ::lockstep::check_failed(#condition, __FILE__, __LINE__); \
        }                                                             \
    } while (false)

#define LOCKSTEP_CONCAT_(a, b) a##b
#define LOCKSTEP_CONCAT(a, b) LOCKSTEP_CONCAT_(a, b)

/// `LOCKSTEP_TRY(auto value, expression);` declares `value` or returns the expression's error.
#define LOCKSTEP_TRY(declaration, expression)                                          \
    auto LOCKSTEP_CONCAT(result_, __LINE__) = (expression);                            \
    if (!LOCKSTEP_CONCAT(result_, __LINE__)) [[unlikely]] {                            \
        return std::unexpected(std::move(LOCKSTEP_CONCAT(result_, __LINE__)).error()); \
    }                                                                                  \
    declaration = std::move(*LOCKSTEP_CONCAT(result_, __LINE__))

/// The same for an expression of type std::expected<void, E>.
#define LOCKSTEP_TRY_VOID(expression)                                   \
    do {                                                                \
        if (auto try_result = (expression); !try_result) [[unlikely]] { \
            return std::unexpected(std::move(try_result).error());      \
        }                                                               \
    } while (false)
