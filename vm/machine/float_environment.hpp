#pragma once

// How the processor computes with floats depends on a control register of the thread, which the
// program around us may have set to anything.

#if defined(__SSE2__)
#include <xmmintrin.h>
#else
#include <cfenv>
#endif

namespace lockstep::vm {

/// While it lives, floats round to the nearest, ties to even, subnormals are neither flushed nor taken
/// for 0, and exceptions do not interrupt; then everything is as it was, flags included. What computes
/// with floats under it must be a function of its own that is not inlined, as compilers move
/// arithmetic across changes of the control register.
class FloatEnvironment {
public:
    FloatEnvironment(const FloatEnvironment&) = delete;
    FloatEnvironment(FloatEnvironment&&) = delete;
    FloatEnvironment& operator=(const FloatEnvironment&) = delete;
    FloatEnvironment& operator=(FloatEnvironment&&) = delete;

#if defined(__SSE2__)
    FloatEnvironment() : before_(_mm_getcsr()) { _mm_setcsr(kDefault); }
    ~FloatEnvironment() { _mm_setcsr(before_); }

private:
    static constexpr unsigned kDefault = 0x1F80;  // the value that a process begins with
    unsigned before_;
#else
    FloatEnvironment() {
        std::fegetenv(&before_);
        std::fesetenv(FE_DFL_ENV);
    }
    ~FloatEnvironment() { std::fesetenv(&before_); }

private:
    std::fenv_t before_{};
#endif
};

}  // namespace lockstep::vm
