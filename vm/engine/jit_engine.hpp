#pragma once

#include <memory>
#include <mutex>

#include "vm/engine/engine.hpp"

namespace lockstep::vm {

/// Native code. Where the host has no room for the addresses that a guarded memory takes, it goes on
/// with code that compares instead, which is compiled when that happens first; where there is no room
/// for that either, with the interpreter.
class JitEngine : public Engine {
public:
    /// Nothing where the program or this host has no native code.
    [[nodiscard]] static std::unique_ptr<const JitEngine> make(
        const Program& program, std::shared_ptr<const ImageStore> store);

    void run(MachineState& state, Step until) const override;
    [[nodiscard]] EngineKind kind() const override { return EngineKind::jit; }
    [[nodiscard]] std::vector<NativeSymbol> native_symbols() const override;

private:
    JitEngine(const Program& program, std::shared_ptr<const ImageStore> store)
        : program_(program), store_(std::move(store)) {}

    [[nodiscard]] std::unique_ptr<const jit::CompiledProgram> prepare(
        const jit::CompileOptions& options) const;
    [[nodiscard]] std::shared_ptr<const jit::CompiledProgram> unguarded() const;

    const Program& program_;
    std::shared_ptr<const ImageStore> store_;
    std::unique_ptr<const jit::CompiledProgram> guarded_;
    mutable std::mutex mutex_;  // of what follows
    mutable std::shared_ptr<const jit::CompiledProgram> unguarded_;
};

}  // namespace lockstep::vm
