#pragma once

namespace lockstep::merkle {

/// What the kernels ask of the processor, and of the operating system, which must save the registers.
struct Processor {
    /// The SHA extensions, with SSSE3 and SSE4.1.
    bool has_sha = false;
    bool has_avx2 = false;
    /// AVX-512 F and BW.
    bool has_avx512 = false;
};

/// Looked up once.
[[nodiscard]] const Processor& processor();

}  // namespace lockstep::merkle
