#include "bench/own_engines.hpp"

#include <memory>

#include "vm/interpreter/threaded_program.hpp"
#include "vm/jit/jit.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::bench {

namespace {

/// One instruction at a time: what all others are compared with.
Executor prepare_reference(const vm::Program& program) {
    return [&program](vm::MachineState& state, Step until) { vm::run(program, state, until); };
}

Executor prepare_interpreter(const vm::Program& program) {
    auto threaded = std::make_shared<const vm::ThreadedProgram>(program);
    return [threaded](vm::MachineState& state, Step until) { threaded->run(state, until); };
}

Executor prepare_jit(const vm::Program& program, const vm::jit::CompileOptions& options) {
    auto image = vm::jit::compile(program, options);
    if (!image) {
        return prepare_reference(program);  // it has no functions
    }
    auto compiled =
        std::make_shared<const vm::jit::CompiledProgram>(program, std::move(*image), options);
    return
        [compiled](vm::MachineState& state, Step until) { vm::jit::run(*compiled, state, until); };
}

/// The JIT with a part of its code left out or added.
OwnEngine jit_variant(std::string name, const vm::jit::CompileOptions& options) {
    return {
        .name = std::move(name),
        .prepare = [options](const vm::Program& program) { return prepare_jit(program, options); },
        .prepares = true,
        .variant_of = "jit"};
}

std::vector<OwnEngine> make_engines() {
    std::vector<OwnEngine> engines{
        {.name = "reference", .prepare = prepare_reference},
        {.name = "interpreter", .prepare = prepare_interpreter, .prepares = true}};
    if (!vm::jit::is_supported()) {
        return engines;
    }
    engines.push_back(
        {.name = "jit",
         .prepare = [](const vm::Program& program) { return prepare_jit(program, {}); },
         .prepares = true});
    engines.push_back(jit_variant("explicit bounds", {.guard_pages = false}));
    engines.push_back(jit_variant("no check points", {.without_checks = true}));
    engines.push_back(jit_variant("no metering", {.without_counting = true}));
    engines.push_back(jit_variant("no dirty chunks", {.without_dirty_chunks = true}));
    engines.push_back(jit_variant("no canonical NaNs", {.without_canonical_nans = true}));
    return engines;
}

}  // namespace

const std::vector<OwnEngine>& own_engines() {
    static const std::vector<OwnEngine> engines = make_engines();
    return engines;
}

std::vector<OwnEngine> preparing_engines() {
    std::vector<OwnEngine> preparing = own_engines();
    std::erase_if(preparing, [](const OwnEngine& engine) {
        return !engine.prepares || !engine.variant_of.empty();
    });
    return preparing;
}

double preparation_seconds(const Options& options, const OwnEngine& engine,
                           const vm::Program& program) {
    Executor executor;
    return median_seconds(
        options, [&] { executor = {}; }, [&] { executor = engine.prepare(program); });
}

}  // namespace lockstep::bench
