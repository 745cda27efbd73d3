#include "vm/engine/engine.hpp"

#include <optional>
#include <utility>

#include "base/check.hpp"
#include "vm/jit/jit.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::vm {

namespace {

class InterpreterEngine : public Engine {
public:
    explicit InterpreterEngine(const Program& program) : program_(program) {}

    void run(MachineState& state, Step until) const override { vm::run(program_, state, until); }

private:
    const Program& program_;
};

class JitEngine : public Engine {
public:
    JitEngine(const Program& program, jit::NativeImage image, const jit::CompileOptions& options)
        : compiled_(program, std::move(image), options) {}

    void run(MachineState& state, Step until) const override { jit::run(compiled_, state, until); }

private:
    jit::CompiledProgram compiled_;
};

}  // namespace

std::string_view engine_name(EngineKind kind) {
    switch (kind) {
        case EngineKind::automatic: return "auto";
        case EngineKind::jit: return "jit";
        case EngineKind::interpreter: return "interpreter";
    }
    LOCKSTEP_CHECK(false);
}

std::unique_ptr<const Engine> make_engine(const Program& program, EngineKind kind) {
    if (kind != EngineKind::interpreter) {
        const jit::CompileOptions options;
        if (std::optional<jit::NativeImage> image = jit::compile(program, options)) {
            return std::make_unique<JitEngine>(program, std::move(*image), options);
        }
    }
    return std::make_unique<InterpreterEngine>(program);
}

}  // namespace lockstep::vm
