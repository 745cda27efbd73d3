#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/strong.hpp"
#include "vm/engine/image_store.hpp"
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
[[nodiscard]] std::optional<EngineKind> engine_from_name(std::string_view name);

/// A stretch of native code, for profilers.
struct NativeSymbol {
    std::uint64_t address = 0;
    std::uint64_t size_bytes = 0;
    std::string name;  // as the module has it: it may hold anything
};

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

    /// What it is: jit or interpreter.
    [[nodiscard]] virtual EngineKind kind() const = 0;

    /// The native code that there is by now, by address.
    [[nodiscard]] virtual std::vector<NativeSymbol> native_symbols() const { return {}; }
};

/// `program` must outlive the engine. Where the host refuses what the JIT needs, the interpreter is
/// made. Native images come from `store`, if there is one and it has them, and are saved there. Throws
/// std::bad_alloc.
[[nodiscard]] std::unique_ptr<const Engine> make_engine(
    const Program& program, EngineKind kind, std::shared_ptr<const ImageStore> store = nullptr);

}  // namespace lockstep::vm
