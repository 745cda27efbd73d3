#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/strong.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::vm {

/// What runs a machine. All engines leave the same state, whatever step they are stopped at.
enum class EngineKind : std::uint8_t {
    automatic,  // the JIT where there is one, else the interpreter
    jit,        // the same: what cannot be compiled is interpreted
    interpreter,
};

/// The name on the command line: auto, jit, interpreter.
[[nodiscard]] std::string_view engine_name(EngineKind kind);

/// An engine made ready for one program. Immutable: threads may share it, each with its own state.
class Engine {
public:
    Engine() = default;
    Engine(const Engine&) = delete;
    Engine(Engine&&) = delete;
    Engine& operator=(const Engine&) = delete;
    Engine& operator=(Engine&&) = delete;
    virtual ~Engine() = default;

    /// Executes until the machine stops or has done `until` steps in all. Throws std::bad_alloc; the
    /// state is of no use then.
    virtual void run(MachineState& state, Step until) const = 0;
};

/// `program` must outlive the engine. Throws std::bad_alloc.
[[nodiscard]] std::unique_ptr<const Engine> make_engine(const Program& program, EngineKind kind);

}  // namespace lockstep::vm
