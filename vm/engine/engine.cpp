#include "vm/engine/engine.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.hpp"
#include "vm/engine/jit_engine.hpp"
#include "vm/interpreter/threaded_program.hpp"

namespace lockstep::vm {

namespace {

class InterpreterEngine : public Engine {
public:
    explicit InterpreterEngine(const Program& program) : threaded_(program) {}

    void run(MachineState& state, Step until) const override { threaded_.run(state, until); }
    [[nodiscard]] EngineKind kind() const override { return EngineKind::interpreter; }

private:
    ThreadedProgram threaded_;
};

constexpr std::array kKinds{EngineKind::automatic, EngineKind::jit, EngineKind::interpreter};

}  // namespace

std::string_view engine_name(EngineKind kind) {
    switch (kind) {
        case EngineKind::automatic: return "auto";
        case EngineKind::jit: return "jit";
        case EngineKind::interpreter: return "interpreter";
    }
    LOCKSTEP_CHECK(false);
}

std::optional<EngineKind> engine_from_name(std::string_view name) {
    const auto found = std::ranges::find(kKinds, name, engine_name);
    return found == kKinds.end() ? std::nullopt : std::optional(*found);
}

std::unique_ptr<const Engine> make_engine(const Program& program, EngineKind kind,
                                          std::shared_ptr<const ImageStore> store) {
    if (kind != EngineKind::interpreter) {
        if (auto engine = JitEngine::make(program, std::move(store))) {
            return engine;
        }
    }
    return std::make_unique<InterpreterEngine>(program);
}

}  // namespace lockstep::vm
