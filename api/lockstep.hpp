#pragma once

// Lockstep as a library: load a WebAssembly module, run it, ask for the root of any state, prove any
// step, and verify such a proof. Guest traps are outcomes; malformed input is the error of a
// std::expected; nothing here prints, reads files or opens sockets.
//
//     const auto program = lockstep::LoadedProgram::load(std::move(wasm_bytes));
//     auto run = lockstep::Run::start(*program, {.function = "_start", .input = input});
//     const lockstep::Outcome outcome = run->finish();
//     const lockstep::Proof proof = run->prove(lockstep::Step(1000));
//     const auto proven = lockstep::verify(proof.bundle);

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/strong.hpp"
#include "dispute/step_verifier.hpp"
#include "trace/execution.hpp"
#include "trace/image.hpp"
#include "trace/witness.hpp"
#include "vm/engine/engine.hpp"
#include "vm/machine/start.hpp"
#include "vm/machine/trap.hpp"
#include "vm/module/load_error.hpp"
#include "vm/module/types.hpp"
#include "vm/program/program.hpp"

namespace lockstep {

/// A module in front of a program: the modules behind it import its exports by this name.
struct LinkedModule {
    std::string name;
    Bytes wasm;
};

/// Why a module was refused.
struct LoadFailure {
    vm::LoadError error;
    /// Module and name of the import that the error is about; else empty. As the module has them:
    /// they may hold anything.
    std::string import_module;
    std::string import_name;
    /// The linked module that the error is in, by its place in the list; none: the last, the program's
    /// own.
    std::optional<std::size_t> linked;
};

/// What a program is loaded with beside its modules.
struct LoadOptions {
    /// A folder in which native code is kept for the next process (trace/native_cache.hpp); empty for
    /// none. It is executed: the folder must be as trustworthy as this program.
    std::string native_cache;
};

/// Modules decoded, validated, lowered to one program and committed to. Never changes; copies are cheap
/// and share it, threads too.
class LoadedProgram {
public:
    [[nodiscard]] static std::expected<LoadedProgram, LoadFailure> load(
        Bytes wasm, const LoadOptions& options = {});
    /// A program of several modules (docs/spec/program.md, section 9): those to link, in their order,
    /// and last the one whose exports can be run. Of several with one name the last before a module is
    /// the one that it imports from; `lockstep` names the host functions only.
    [[nodiscard]] static std::expected<LoadedProgram, LoadFailure> load(
        std::vector<LinkedModule> linked, Bytes wasm, const LoadOptions& options = {});

    [[nodiscard]] ImageRoot image_root() const { return image().root; }
    [[nodiscard]] const vm::Program& program() const;
    [[nodiscard]] const trace::Image& image() const;

    /// What runs it: made when it is first asked for, and then shared by all runs. Keeps the program
    /// alive. Throws std::bad_alloc.
    [[nodiscard]] std::shared_ptr<const vm::Engine> engine(vm::EngineKind kind) const;

private:
    struct Parts;

    explicit LoadedProgram(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

    std::shared_ptr<const Parts> parts_;
};

inline constexpr Gas kDefaultGasLimit{1'000'000'000'000};

/// What a program is started with.
struct RunOptions {
    std::string function = "_start";       // the name of an export
    std::vector<std::uint64_t> arguments;  // slots (docs/spec/state.md, section 2)
    Bytes input;
    Gas gas_limit = kDefaultGasLimit;
    /// Results are the same with each. Where there is no native code the interpreter runs.
    vm::EngineKind engine = vm::EngineKind::automatic;
};

/// A value with its type; `bits` is a slot: 32-bit values zero-extended, a reference is an index plus
/// one or 0 for null.
struct Value {
    vm::ValueType type = vm::ValueType::i32;
    std::uint64_t bits = 0;
};

/// How a run ended.
struct Outcome {
    vm::Status status{};          // halted or trapped
    std::uint32_t exit_code = 0;  // of a halted one; 0 where the function returned
    vm::Trap trap{};              // of a trapped one
    std::vector<Value> results;   // of a function that returned
    Bytes output;                 // up to the end or the trap
    Step steps;
    Gas gas_used;
    StateRoot state_root;  // of the last state
};

/// A step with its proof bundle (docs/spec/bundle.md).
struct Proof {
    trace::ProvenStep step;
    Bytes bundle;
};

/// One run of a program, from which any state and any step can be asked for, in any order. States at
/// steps past the end are the last one.
class Run {
public:
    /// Fails where there is no such export or the arguments do not fit its type.
    [[nodiscard]] static std::expected<Run, vm::StartError> start(const LoadedProgram& program,
                                                                  RunOptions options);

    /// Executes to the end.
    [[nodiscard]] Outcome finish();
    /// The number of steps until the machine stops; executes to the end.
    [[nodiscard]] Step length() { return execution_->length(); }
    [[nodiscard]] StateRoot root(Step step) { return execution_->root(step); }
    /// The roots at first, first + stride, ...: `count` of them.
    [[nodiscard]] std::vector<StateRoot> roots(Step first, std::uint64_t stride,
                                               std::size_t count) {
        return execution_->roots(first, stride, count);
    }
    /// The roots of a range on their way to a sink, on several threads if wanted; gives their number.
    std::uint64_t trace(const trace::TraceRange& range, trace::TraceSink& sink,
                        const trace::TraceOptions& options = {}) {
        return execution_->trace(range, sink, options);
    }
    /// The proof of the step from `step` to `step` + 1, already verified once.
    [[nodiscard]] Proof prove(Step step);

    /// Called now and then while instructions are executed, with the steps done.
    void on_progress(std::function<void(Step)> callback) {
        execution_->on_progress(std::move(callback));
    }

    [[nodiscard]] const LoadedProgram& program() const { return program_; }
    /// What runs it: jit or interpreter.
    [[nodiscard]] vm::EngineKind engine() const { return execution_->engine().kind(); }
    [[nodiscard]] const vm::FunctionType& function_type() const;
    /// The layers below, for disputes and for looking at states.
    [[nodiscard]] trace::Execution& execution() { return *execution_; }

private:
    Run(LoadedProgram program, FunctionIndex function, const RunOptions& options,
        vm::MachineState initial);

    LoadedProgram program_;
    FunctionIndex function_;
    Gas gas_limit_;
    std::unique_ptr<trace::Execution> execution_;
};

/// The step that a bundle proves. Compare its `pre` with the root that is agreed on.
[[nodiscard]] std::expected<trace::ProvenStep, trace::WitnessFailure> verify(ByteView bundle);

/// The root after the step from `pre` that the bundle proves: what the contract computes.
[[nodiscard]] std::expected<StateRoot, dispute::VerifyError> verify(const StateRoot& pre,
                                                                    ByteView bundle);

}  // namespace lockstep
