#pragma once

// Native images as bytes, for those who keep them, and what tells whether an image that was kept is
// the one that compiling would give.

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "vm/jit/compiled_program.hpp"
#include "vm/program/program.hpp"

namespace lockstep::vm::jit {

/// Changes whenever an image may: a digest of the sources of this library, made when it is built, and
/// the version of the assembler.
[[nodiscard]] ByteView code_version();

/// What compiled code uses of this processor, a bit a feature.
[[nodiscard]] std::uint32_t processor_features();

/// A bit for each option.
[[nodiscard]] std::uint32_t encode(const CompileOptions& options);

/// What compiling reads of a program that its image root does not commit to: types, and where the
/// functions' code and locals end. Programs that agree in the root may differ here.
[[nodiscard]] Bytes encode_uncommitted(const Program& program);

/// Big-endian: enter, returned_gp, returned_xmm, fault, interpreted functions (4 bytes each) | path
/// gas, the same with stores (8 each) | numbers of entries, check points, call sites, fault sites (4
/// each) | entries (4 each) | check points: pc, height, steps, entry (4 each) | call sites: offset,
/// return pc (4 each) | fault sites: offset, pc (4 each) | length of the code (4) | code.
[[nodiscard]] Bytes encode(const NativeImage& image);

/// The inverse. Nothing where there is not exactly one image, or one that cannot be of this program:
/// each offset is in the code, each pc in the program, each table sorted. That the code is what
/// compiling gives it cannot tell.
[[nodiscard]] std::optional<NativeImage> decode_native_image(ByteView bytes,
                                                             const Program& program);

}  // namespace lockstep::vm::jit
