#include "vm/engine/engine.hpp"

#include <algorithm>
#include <exception>
#include <fstream>
#include <memory>
#include <new>
#include <string>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/random_modules/linked_modules.hpp"
#include "tests/random_modules/random_module.hpp"
#include "vm/jit/compiled_program.hpp"

namespace lockstep::vm {
namespace {

constexpr Step kForever{~std::uint64_t{0}};

struct Sample {
    explicit Sample(std::uint64_t seed)
        : modules(random_modules::random_modules(random_modules::choices_of_seed(seed))),
          program(random_modules::link(modules, random_modules::Variant::plain).value()) {}

    [[nodiscard]] MachineState start() const {
        return random_modules::start(program, modules, modules.calls.at(0), Gas(2'000'000));
    }
    /// Whether an engine ends as the interpreter does.
    [[nodiscard]] bool is_right(const Engine& engine) const {
        MachineState state = start();
        MachineState expected = start();
        engine.run(state, kForever);
        make_engine(program, EngineKind::interpreter)->run(expected, kForever);
        return state.status == expected.status && state.code == expected.code &&
               state.pc == expected.pc && state.steps == expected.steps &&
               state.gas == expected.gas && state.output == expected.output &&
               std::ranges::equal(state.memories[0].bytes(), expected.memories[0].bytes());
    }

    random_modules::RandomModules modules;
    Program program;
};

TEST(Engine, NamesAreThoseOfTheCommandLine) {
    for (const EngineKind kind :
         {EngineKind::automatic, EngineKind::jit, EngineKind::interpreter}) {
        EXPECT_EQ(engine_from_name(engine_name(kind)), kind);
    }
    for (const std::string_view name : {"", "JIT", "automatic", "jit "}) {
        EXPECT_EQ(engine_from_name(name), std::nullopt) << name;
    }
}

TEST(Engine, IsWhatWasAskedForWhereThereIsOne) {
    const Sample sample(1);
    const EngineKind native = jit::is_supported() ? EngineKind::jit : EngineKind::interpreter;
    EXPECT_EQ(make_engine(sample.program, EngineKind::automatic)->kind(), native);
    EXPECT_EQ(make_engine(sample.program, EngineKind::jit)->kind(), native);
    EXPECT_EQ(make_engine(sample.program, EngineKind::interpreter)->kind(),
              EngineKind::interpreter);
}

TEST(Engine, NativeSymbolsCoverTheFunctionsInOrder) {
    if (!jit::is_supported()) {
        GTEST_SKIP() << "this processor has no JIT";
    }
    const Sample sample(1);
    const std::vector<NativeSymbol> symbols =
        make_engine(sample.program, EngineKind::jit)->native_symbols();
    ASSERT_EQ(symbols.size(), sample.program.functions.size() + 1);
    for (std::size_t i = 1; i < symbols.size(); ++i) {
        EXPECT_EQ(symbols[i].name, sample.program.function_infos[i - 1].name);
        EXPECT_EQ(symbols[i].address, symbols[i - 1].address + symbols[i - 1].size_bytes);
    }
    EXPECT_TRUE(make_engine(sample.program, EngineKind::interpreter)->native_symbols().empty());
}

class FailingStore : public ImageStore {
public:
    [[nodiscard]] std::optional<jit::NativeImage> load(
        const jit::CompileOptions& /*options*/) const override {
        throw std::bad_alloc();
    }
    void save(const jit::CompileOptions& /*options*/,
              const jit::NativeImage& /*image*/) const override {}
};

TEST(Engine, IsTheInterpreterWhereThereIsNoRoomForNativeCode) {
    const Sample sample(1);
    const auto engine =
        make_engine(sample.program, EngineKind::jit, std::make_shared<const FailingStore>());
    EXPECT_EQ(engine->kind(), EngineKind::interpreter);
    EXPECT_TRUE(sample.is_right(*engine));
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LOCKSTEP_HAS_SHADOW_MEMORY
#endif
#endif

std::uint64_t address_space_bytes() {
    std::uint64_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

/// Runs `body` in a child whose addresses are limited to those it has and some more; its result.
template <typename Body>
bool holds_with_little_room(std::uint64_t more_bytes, Body body) {
    const ::pid_t child = ::fork();
    if (child == 0) {
        const ::rlim_t limit = address_space_bytes() + more_bytes;
        const struct rlimit limits{.rlim_cur = limit, .rlim_max = limit};
        try {
            ::_exit(::setrlimit(RLIMIT_AS, &limits) == 0 && body() ? 0 : 1);
        } catch (const std::exception&) {
            ::_exit(2);
        }
    }
    int status = 0;
    return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// It can be run, and what its states reserve without a guard is little: each memory has a maximum.
bool is_small(const Sample& sample) {
    return !sample.modules.calls.empty() &&
           std::ranges::all_of(sample.program.memories,
                               [](const MemoryShape& shape) { return shape.max_pages < 100; });
}

TEST(Engine, ComparesWhereAGuardedMemoryHasNoRoom) {
#if defined(LOCKSTEP_HAS_SHADOW_MEMORY) || defined(__SANITIZE_ADDRESS__)
    GTEST_SKIP() << "the sanitizer has taken all addresses";
#endif
    if (!jit::is_supported()) {
        GTEST_SKIP() << "this processor has no JIT";
    }
    int tried = 0;
    for (std::uint64_t seed = 0; tried < 8; ++seed) {
        ASSERT_LT(seed, 100U);
        const Sample sample(seed);
        if (!is_small(sample)) {
            continue;
        }
        ++tried;
        constexpr std::uint64_t kRoom = std::uint64_t{1} << 30U;
        EXPECT_TRUE(holds_with_little_room(
            kRoom,
            [&] {
                const auto engine = make_engine(sample.program, EngineKind::jit);
                const std::size_t symbols = engine->native_symbols().size();
                MachineState state = sample.start();
                engine->run(state, Step(5000));
                return engine->kind() == EngineKind::jit && !state.memories[0].is_guarded() &&
                       engine->native_symbols().size() == 2 * symbols && sample.is_right(*engine);
            }))
            << "seed " << seed;
    }
}

/// The same engine, first with room and then without.
TEST(Engine, MayComeToCompareLater) {
#if defined(LOCKSTEP_HAS_SHADOW_MEMORY) || defined(__SANITIZE_ADDRESS__)
    GTEST_SKIP() << "the sanitizer has taken all addresses";
#endif
    if (!jit::is_supported()) {
        GTEST_SKIP() << "this processor has no JIT";
    }
    std::uint64_t seed = 0;
    while (!is_small(Sample(seed))) {
        ++seed;
    }
    const Sample sample(seed);
    const auto engine = make_engine(sample.program, EngineKind::jit);
    MachineState guarded = sample.start();
    engine->run(guarded, Step(10));
    EXPECT_TRUE(guarded.memories[0].is_guarded());
    EXPECT_TRUE(
        holds_with_little_room(std::uint64_t{1} << 30U, [&] { return sample.is_right(*engine); }));
}

}  // namespace
}  // namespace lockstep::vm
