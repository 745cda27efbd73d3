#include "api/lockstep.hpp"

#include <mutex>
#include <utility>

#include "base/check.hpp"
#include "trace/native_cache.hpp"
#include "vm/module/decode.hpp"
#include "vm/module/validate.hpp"
#include "vm/program/linker.hpp"

namespace lockstep {

namespace {

/// Adds a module to a linker and gives its instance. The failure does not say yet which module it is.
std::expected<std::uint32_t, LoadFailure> add(vm::Linker& linker, Bytes wasm) {
    const auto refuse = [](const vm::LoadError& error) {
        return std::unexpected(
            LoadFailure{.error = error, .import_module = {}, .import_name = {}, .linked = {}});
    };
    vm::Load<vm::Module> module = vm::decode(std::move(wasm));
    if (!module) {
        return refuse(module.error());
    }
    vm::Load<vm::ValidModule> valid = vm::validate(std::move(*module));
    if (!valid) {
        return refuse(valid.error());
    }
    // The names of an error; the module goes to the linker.
    const std::shared_ptr<const Bytes> bytes = valid->module().bytes;
    const std::vector<vm::Import> imports = valid->module().imports;
    const vm::Load<std::uint32_t> instance = linker.add(*std::move(valid));
    if (instance) {
        return *instance;
    }
    auto failure = refuse(instance.error());
    const bool is_about_import = instance.error().code == vm::LoadErrorCode::unsupported_import ||
                                 instance.error().code == vm::LoadErrorCode::import_type_mismatch;
    if (is_about_import && instance.error().value < imports.size()) {
        failure.error().import_module = imports[instance.error().value].module;
        failure.error().import_name = imports[instance.error().value].name;
    }
    return failure;
}

}  // namespace

struct LoadedProgram::Parts {
    Parts(vm::Program lowered, const LoadOptions& options)
        : program(std::move(lowered)), image(program) {
        if (!options.native_cache.empty()) {
            store = std::make_shared<const trace::NativeCache>(options.native_cache, image.root,
                                                               program);
        }
    }

    vm::Program program;
    trace::Image image;
    std::shared_ptr<const vm::ImageStore> store;

    mutable std::mutex mutex;  // of what follows
    mutable std::shared_ptr<const vm::Engine> jit;
    mutable std::shared_ptr<const vm::Engine> interpreter;
};

std::expected<LoadedProgram, LoadFailure> LoadedProgram::load(Bytes wasm,
                                                              const LoadOptions& options) {
    return load({}, std::move(wasm), options);
}

std::expected<LoadedProgram, LoadFailure> LoadedProgram::load(std::vector<LinkedModule> linked,
                                                              Bytes wasm,
                                                              const LoadOptions& options) {
    vm::Linker linker;
    for (std::size_t i = 0; i < linked.size(); ++i) {
        auto instance = add(linker, std::move(linked[i].wasm));
        if (!instance) {
            instance.error().linked = i;
            return std::unexpected(std::move(instance.error()));
        }
        linker.name(std::move(linked[i].name), *instance);
    }
    LOCKSTEP_TRY_VOID(add(linker, std::move(wasm)));
    std::expected<vm::Program, vm::LinkError> program = linker.program();
    if (!program) {
        const std::size_t instance = program.error().instance;
        return std::unexpected(LoadFailure{
            .error = program.error().error,
            .import_module = {},
            .import_name = {},
            .linked = instance < linked.size() ? std::optional(instance) : std::nullopt});
    }
    return LoadedProgram(std::make_shared<const Parts>(*std::move(program), options));
}

const vm::Program& LoadedProgram::program() const {
    return parts_->program;
}

const trace::Image& LoadedProgram::image() const {
    return parts_->image;
}

std::shared_ptr<const vm::Engine> LoadedProgram::engine(vm::EngineKind kind) const {
    const std::scoped_lock lock(parts_->mutex);
    std::shared_ptr<const vm::Engine>& engine =
        kind == vm::EngineKind::interpreter ? parts_->interpreter : parts_->jit;
    if (engine == nullptr) {
        engine = vm::make_engine(parts_->program, kind, parts_->store);
    }
    return {parts_, engine.get()};
}

std::expected<Run, vm::StartError> Run::start(const LoadedProgram& program, RunOptions options) {
    const auto& exports = program.program().exported_functions;
    const auto function = exports.find(options.function);
    if (function == exports.end()) {
        return std::unexpected(vm::StartError::no_such_function);
    }
    vm::Invocation invocation{
        .function = function->second,
        .arguments = std::move(options.arguments),
        .input = std::make_shared<const Bytes>(std::move(options.input)),
        .gas_limit = options.gas_limit,
    };
    LOCKSTEP_TRY(vm::MachineState initial, vm::start(program.program(), invocation));
    return Run(program, function->second, options, std::move(initial));
}

Run::Run(LoadedProgram program, FunctionIndex function, const RunOptions& options,
         vm::MachineState initial)
    : program_(std::move(program)),
      function_(function),
      gas_limit_(options.gas_limit),
      execution_(std::make_unique<trace::Execution>(program_.engine(options.engine),
                                                    program_.program(), program_.image(),
                                                    std::move(initial))) {}

const vm::FunctionType& Run::function_type() const {
    const vm::Program& program = program_.program();
    return program.types[program.functions[function_.value].type];
}

Outcome Run::finish() {
    const Step last = length();
    const vm::MachineState& machine = execution_->at(last).machine;
    Outcome outcome{
        .status = machine.status,
        .exit_code = machine.status == vm::Status::halted ? machine.code : 0,
        .trap = machine.status == vm::Status::trapped ? static_cast<vm::Trap>(machine.code)
                                                      : vm::Trap::none,
        .results = {},
        .output = machine.output,
        .steps = last,
        .gas_used = Gas(gas_limit_ - machine.gas),
        .state_root = {},
    };
    // A machine that was stopped by `halt` or a trap has an empty stack.
    const std::vector<vm::ValueType>& types = function_type().results;
    if (machine.status == vm::Status::halted && machine.values.size() == types.size()) {
        for (std::size_t i = 0; i < types.size(); ++i) {
            outcome.results.push_back({.type = types[i], .bits = machine.values[i]});
        }
    }
    outcome.state_root = execution_->root(last);
    return outcome;
}

Proof Run::prove(Step step) {
    const StateRoot pre = execution_->root(step);
    Bytes bundle = execution_->bundle(step);
    const auto proven = trace::replay_witness(bundle);
    LOCKSTEP_CHECK(proven.has_value());
    LOCKSTEP_CHECK(proven->pre == pre);
    // A fixed point has opcode 0; it is its own successor.
    LOCKSTEP_CHECK(proven->opcode == 0 || proven->post == execution_->root(step + 1));
    LOCKSTEP_CHECK(proven->opcode != 0 || proven->post == pre);
    return {.step = *proven, .bundle = std::move(bundle)};
}

std::expected<trace::ProvenStep, trace::WitnessFailure> verify(ByteView bundle) {
    return trace::replay_witness(bundle);
}

std::expected<StateRoot, dispute::VerifyError> verify(const StateRoot& pre, ByteView bundle) {
    return dispute::verify_step(pre, bundle);
}

}  // namespace lockstep
