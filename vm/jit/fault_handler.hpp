#pragma once

#include "vm/jit/compiled_program.hpp"
#include "vm/machine/memory.hpp"

namespace lockstep::vm::jit {

/// While it lives, loads of the native code on this thread that leave the memory become traps.
///
/// The first one installs a handler for SIGSEGV and SIGBUS for the whole process, which passes on
/// whatever is not such a load to the handler that was there before. Who installs one afterwards must
/// do the same for ours. See docs/embedding.md.
class FaultScope {
public:
    FaultScope(const CompiledProgram& compiled, const Memory& memory);
    FaultScope(const FaultScope&) = delete;
    FaultScope(FaultScope&&) = delete;
    FaultScope& operator=(const FaultScope&) = delete;
    FaultScope& operator=(FaultScope&&) = delete;
    ~FaultScope();

private:
    friend struct FaultHandler;

    const CompiledProgram& compiled_;
    const Memory& memory_;
    const FaultScope* outer_;
};

}  // namespace lockstep::vm::jit
