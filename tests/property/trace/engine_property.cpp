// Runs in native code answer as those in the interpreter do, wherever they are asked.

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <random>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/random_modules/linked_modules.hpp"
#include "tests/random_modules/random_module.hpp"
#include "trace/execution.hpp"
#include "vm/jit/jit.hpp"

namespace lockstep::trace {
namespace {

bool is_deep() {
    return std::getenv("LOCKSTEP_DEEP") != nullptr;
}

/// Native code that compares instead of relying on pages that fault.
class ComparingEngine : public vm::Engine {
public:
    ComparingEngine(const vm::Program& program, vm::jit::NativeImage image)
        : compiled_(program, std::move(image), kOptions) {}

    static std::shared_ptr<const vm::Engine> make(const vm::Program& program) {
        std::optional<vm::jit::NativeImage> image = vm::jit::compile(program, kOptions);
        return image ? std::make_shared<const ComparingEngine>(program, *std::move(image))
                     : nullptr;
    }

    void run(vm::MachineState& state, Step until) const override {
        vm::jit::run(compiled_, state, until);
    }
    [[nodiscard]] vm::EngineKind kind() const override { return vm::EngineKind::jit; }

private:
    static constexpr vm::jit::CompileOptions kOptions{.guard_pages = false};

    vm::jit::CompiledProgram compiled_;
};

/// One run by each engine.
struct Trio {
    Trio(const vm::Program& program, const Image& image, const vm::MachineState& initial,
         std::size_t budget_bytes)
        : interpreter(program, image, initial, budget_bytes),
          guarded(vm::make_engine(program, vm::EngineKind::jit), program, image, initial,
                  budget_bytes),
          comparing(ComparingEngine::make(program), program, image, initial, budget_bytes) {}

    /// Whether the roots at a step are equal; and those after it, if that is so.
    [[nodiscard]] bool agree(Step step) {
        const StateRoot root = interpreter.root(step);
        return guarded.root(step) == root && comparing.root(step) == root;
    }

    Execution interpreter;
    Execution guarded;
    Execution comparing;
};

constexpr std::array<std::size_t, 4> kBudgets{0, 300'000, 2'000'000, std::size_t{1} << 30U};

/// Steps in any order, again and again where the run has been already.
std::string ask_in_any_order(Trio& trio, std::mt19937_64& random, int questions) {
    const std::uint64_t length = trio.interpreter.length().value;
    if (trio.guarded.length().value != length || trio.comparing.length().value != length) {
        return "lengths";
    }
    for (int i = 0; i < questions; ++i) {
        const Step step(random() % (length + 3));
        if (!trio.agree(step)) {
            return "step " + std::to_string(step.value);
        }
        if (random() % 4 == 0 && trio.guarded.bundle(step) != trio.interpreter.bundle(step)) {
            return "bundle of step " + std::to_string(step.value);
        }
    }
    return "";
}

/// One run with a checkpoint every `stride` steps.
std::string ask_at_a_stride(Trio& trio, Step first, std::uint64_t stride, std::size_t count) {
    const std::vector<StateRoot> roots = trio.interpreter.roots(first, stride, count);
    const std::vector<StateRoot> guarded = trio.guarded.roots(first, stride, count);
    const std::vector<StateRoot> comparing = trio.comparing.roots(first, stride, count);
    for (std::size_t i = 0; i < count; ++i) {
        if (guarded[i] != roots[i] || comparing[i] != roots[i]) {
            return "step " + std::to_string(first.value + i * stride);
        }
    }
    return "";
}

std::string compare_runs(const vm::Program& program, const vm::MachineState& initial,
                         std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const Image image(program);
    const std::size_t budget = kBudgets.at(random() % kBudgets.size());
    Trio trio(program, image, initial, budget);
    const std::uint64_t length = trio.interpreter.length().value;
    const bool asks_for_all = random() % 3 == 0;
    const std::uint64_t stride = asks_for_all ? 1 : 1 + random() % (length / 16 + 2);
    const Step first(random() % (length + 1));
    // A second trio runs straight ahead, from one checkpoint to the next.
    Trio ahead(program, image, initial, budget);
    if (std::string what =
            ask_at_a_stride(ahead, asks_for_all ? Step(0) : first, stride, asks_for_all ? 150 : 20);
        !what.empty()) {
        return "every " + std::to_string(stride) + ": " + what;
    }
    return ask_in_any_order(trio, random, 12);
}

/// Rapidcheck makes the choices simpler where something fails: what is left is a small module.
RC_GTEST_PROP(Engines, GiveTheSameRootsOfModulesOfAnyChoices, ()) {
    const auto size = *rc::gen::inRange<std::size_t>(0, 1500);
    const auto choices = *rc::gen::container<Bytes>(size, rc::gen::arbitrary<std::uint8_t>());
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    const Gas gas_limit(*rc::gen::element<std::uint64_t>(2'000'000, 200'000, 900));
    const auto modules = random_modules::random_modules(choices);
    const auto program = random_modules::link(modules, random_modules::Variant::plain);
    RC_ASSERT(program.has_value());
    for (const random_modules::EntryCall& call : modules.calls) {
        RC_ASSERT(compare_runs(*program, random_modules::start(*program, modules, call, gas_limit),
                               seed) == "");
    }
}

/// What the modules of the seeds do in all, so that the test is known to be about it.
struct Reached {
    std::set<vm::Opcode> opcodes;  // of the programs
    std::set<std::uint32_t> traps;
    std::uint64_t suspended_frames = 0;
};

void note(const vm::Program& program, const vm::MachineState& initial, Reached& reached) {
    for (const vm::Instruction& instruction : program.code) {
        reached.opcodes.insert(instruction.opcode);
    }
    const auto engine = vm::make_engine(program, vm::EngineKind::jit);
    vm::MachineState state = initial;
    while (state.status == vm::Status::running) {
        engine->run(state, state.steps + 997);
        reached.suspended_frames += state.callers.size();
    }
    if (state.status == vm::Status::trapped) {
        reached.traps.insert(state.code);
    }
}

TEST(Engines, GiveTheSameRootsOfRandomModules) {
    const std::uint64_t seeds = is_deep() ? 5'000 : 60;
    constexpr std::array<std::uint64_t, 4> kGas{2'000'000, 2'000'000, 300'000, 5'000};
    Reached reached;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        const auto modules = random_modules::random_modules(random_modules::choices_of_seed(seed));
        const auto program = random_modules::link(modules, random_modules::Variant::plain);
        ASSERT_TRUE(program.has_value());
        for (const random_modules::EntryCall& call : modules.calls) {
            const vm::MachineState initial =
                random_modules::start(*program, modules, call, Gas(kGas.at(seed % kGas.size())));
            note(*program, initial, reached);
            ASSERT_EQ(compare_runs(*program, initial, seed), "")
                << call.function << " of seed " << seed;
        }
    }
    using enum vm::Opcode;
    for (const vm::Opcode opcode :
         {call, call_reference, memory_grow, table_grow, memory_copy, memory_fill, memory_init,
          table_copy, table_fill, table_init, i32_div_s, i64_store, f64_add}) {
        EXPECT_TRUE(reached.opcodes.contains(opcode)) << static_cast<int>(opcode);
    }
    EXPECT_GE(reached.traps.size(), 4U);
    EXPECT_GT(reached.suspended_frames, 100U);
}

}  // namespace
}  // namespace lockstep::trace
