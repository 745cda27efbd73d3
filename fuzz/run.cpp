// Input: a module.
//
// Legal outcomes: it is refused; or each exported function, run with arguments of zero and little gas,
// goes through the same states on all paths: run straight to its end; run in strides with a
// commitment after each; executed and proven step by step at the beginning. With more gas, native code
// leaves the interpreter's states.

#include <algorithm>
#include <vector>

#include "fuzz/bundle_checks.hpp"
#include "fuzz/fuzz_target.hpp"
#include "fuzz/load_program.hpp"
#include "tests/differential/jit/comparison.hpp"
#include "trace/committer.hpp"
#include "trace/image.hpp"
#include "vm/machine/interpreter.hpp"
#include "vm/machine/start.hpp"

namespace lockstep::fuzz {

namespace {

constexpr Gas kGasLimit{20'000};
/// Native code runs what is before the last of it.
constexpr Gas kNativeGas{300'000};
constexpr std::size_t kInputBytes = 100;
constexpr std::size_t kMaxEntries = 4;
constexpr std::size_t kProvenSteps = 96;
constexpr std::size_t kMaxStrides = 48;
/// Bounds on what a start allocates, and on what a commitment of one frame costs.
constexpr std::uint64_t kMaxTableSlots = 1U << 16U;
constexpr std::uint32_t kMaxFrameSlots = 1U << 10U;
constexpr Step kForever{~std::uint64_t{0}};

bool is_small(const vm::Program& program) {
    std::uint64_t slots = 0;
    for (const vm::TableShape& table : program.tables) {
        slots += table.size;
    }
    return slots <= kMaxTableSlots &&
           std::ranges::all_of(program.functions, [](const vm::FunctionRecord& function) {
               return function.slots <= kMaxFrameSlots;
           });
}

/// The roots of a run, each with its step, from the initial one to the last.
struct Path {
    std::vector<std::pair<Step, StateRoot>> roots;
};

class Runner {
public:
    Runner(const vm::Program& program, const trace::Image& image, vm::MachineState initial)
        : program_(program), image_(image), initial_(std::move(initial)) {}

    [[nodiscard]] StateRoot run_straight() const {
        vm::MachineState state = initial_;
        trace::Committer committer(image_, program_, state);
        vm::run(program_, state, kForever);
        LOCKSTEP_CHECK(state.status != vm::Status::running);
        LOCKSTEP_CHECK(state.steps.value <= kGasLimit.value + 1);
        return committer.root(state);
    }

    /// `seed` decides on the lengths of the strides.
    [[nodiscard]] Path run_in_strides(std::uint64_t seed) const {
        vm::MachineState state = initial_;
        trace::Committer committer(image_, program_, state);
        Path path{.roots = {{state.steps, committer.root(state)}}};
        for (std::size_t i = 0; i < kMaxStrides && state.status == vm::Status::running; ++i) {
            seed = seed * 6'364'136'223'846'793'005 + 1;
            const std::uint64_t stride = 1 + (seed >> 40U) % (std::uint64_t{1} << (i / 4));
            vm::run(program_, state, state.steps + stride);
            path.roots.emplace_back(state.steps, committer.root(state));
        }
        vm::run(program_, state, kForever);
        path.roots.emplace_back(state.steps, committer.root(state));
        return path;
    }

    /// Proves the first steps and then runs on; checks that the proofs follow one another.
    [[nodiscard]] Path prove() const {
        vm::MachineState state = initial_;
        trace::Committer committer(image_, program_, state);
        Path path{.roots = {{state.steps, committer.root(state)}}};
        for (std::size_t i = 0; i < kProvenSteps && state.status == vm::Status::running; ++i) {
            const Bytes bundle = trace::record_step(program_, state, committer);
            const auto post = dispute::verify_step(path.roots.back().second, bundle);
            LOCKSTEP_CHECK(post.has_value());
            path.roots.emplace_back(state.steps, *post);
        }
        LOCKSTEP_CHECK(committer.root(state) == path.roots.back().second);
        vm::run(program_, state, kForever);
        path.roots.emplace_back(state.steps, committer.root(state));
        return path;
    }

private:
    const vm::Program& program_;
    const trace::Image& image_;
    vm::MachineState initial_;
};

/// Where both paths know the root of a step, it is the same.
void check_same(const Path& a, const Path& b) {
    for (const auto& [step, root] : a.roots) {
        const auto same_step = [&](const auto& entry) { return entry.first == step; };
        const auto found = std::ranges::find_if(b.roots, same_step);
        LOCKSTEP_CHECK(found == b.roots.end() || found->second == root);
    }
}

void check_native(const vm::Program& program, vm::MachineState initial, std::uint64_t seed) {
    initial.gas = kNativeGas;
    std::mt19937_64 random(seed);
    const auto compiled = jit_test::compile(program, {.guard_pages = random() % 2 != 0});
    jit_test::Counts counts;
    for (const auto strides : {jit_test::Strides::one_piece, jit_test::Strides::narrow}) {
        const std::string what = jit_test::compare(
            *compiled, initial, {.strides = strides, .max_pieces = kMaxStrides}, random, counts);
        LOCKSTEP_CHECK(what.empty());
    }
}

void check_run(const vm::Program& program, const trace::Image& image, FunctionIndex function,
               std::uint64_t seed) {
    const std::size_t parameters = program.functions[function.value].parameters;
    auto initial = vm::start(program, {.function = function,
                                       .arguments = std::vector<std::uint64_t>(parameters),
                                       .input = std::make_shared<Bytes>(kInputBytes, 0xA5),
                                       .gas_limit = kGasLimit});
    if (!initial) {
        LOCKSTEP_CHECK(initial.error() == vm::StartError::too_many_arguments);
        return;
    }
    check_native(program, *initial, seed);
    const Runner runner(program, image, std::move(*initial));
    const StateRoot last = runner.run_straight();
    const Path strides = runner.run_in_strides(seed);
    const Path proven = runner.prove();
    LOCKSTEP_CHECK(strides.roots.back().second == last);
    LOCKSTEP_CHECK(proven.roots.back().second == last);
    check_same(strides, proven);
}

void check_module(ByteView wasm) {
    const auto program = load_program(wasm);
    if (!program || !is_small(*program)) {
        return;
    }
    const trace::Image image(*program);
    std::size_t entries = 0;
    for (const auto& [name, function] : program->exported_functions) {
        if (++entries > kMaxEntries) {
            break;
        }
        check_run(*program, image, function, wasm.size() + wasm.back());
    }
}

}  // namespace

}  // namespace lockstep::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    lockstep::fuzz::check_module({data, size});
    return 0;
}
