#pragma once

#include <cstddef>
#include <cstdint>

#include "vm/machine/limits.hpp"

namespace lockstep::vm::jit {

/// The stack of native code: a return address for each frame that the machine may have, whatever the
/// host's stack is, and room for signal handlers. Below it lies a page that faults.
class NativeStack {
public:
    NativeStack();
    NativeStack(const NativeStack&) = delete;
    NativeStack(NativeStack&&) = delete;
    NativeStack& operator=(const NativeStack&) = delete;
    NativeStack& operator=(NativeStack&&) = delete;
    ~NativeStack();

    /// The highest place.
    [[nodiscard]] std::uint64_t* top() const { return top_; }

    /// That of this thread.
    [[nodiscard]] static NativeStack& of_thread();

private:
    static constexpr std::size_t kFrameBytes = std::size_t{kMaxCallDepth + 64} * 8;
    static constexpr std::size_t kSignalBytes = std::size_t{256} * 1024;
    static constexpr std::size_t kGuardBytes = 4096;
    static constexpr std::size_t kBytes =
        (kFrameBytes + kSignalBytes + kGuardBytes + 4095) / 4096 * 4096;

    std::uint8_t* range_ = nullptr;
    std::uint64_t* top_ = nullptr;
};

}  // namespace lockstep::vm::jit
