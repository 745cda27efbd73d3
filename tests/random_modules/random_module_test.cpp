#include "tests/random_modules/random_module.hpp"

#include <map>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/check.hpp"
#include "tests/random_modules/linked_modules.hpp"
#include "vm/machine/interpreter.hpp"
#include "vm/module/decode.hpp"
#include "vm/module/instruction_reader.hpp"
#include "vm/module/opcode_info.hpp"

namespace lockstep::random_modules {
namespace {

constexpr Gas kGasLimit{20'000'000};
constexpr Step kForever{~std::uint64_t{0}};

/// Names of the opcodes that are not in `reached`.
template <typename Opcode>
std::string missing(const std::set<Opcode>& reached,
                    std::span<const std::pair<Opcode, const char*>> all) {
    std::string names;
    for (const auto& [opcode, name] : all) {
        names += reached.contains(opcode) ? "" : std::string(name) + " ";
    }
    return names;
}

constexpr auto kWasmOpcodes = std::to_array<std::pair<vm::WasmOpcode, const char*>>({
#define LOCKSTEP_WASM_OPCODE(name, code, text, immediate, parameters, results, align) \
    {vm::WasmOpcode::name, text},
#include "vm/module/wasm_opcodes.def"
#undef LOCKSTEP_WASM_OPCODE
});

constexpr auto kOpcodes = std::to_array<std::pair<vm::Opcode, const char*>>({
#define LOCKSTEP_OPCODE(code, name, family, price, pops, pushes, ends_superblock) \
    {vm::Opcode::name, #name},
#include "vm/program/opcodes.def"
#undef LOCKSTEP_OPCODE
});

void collect_opcodes(const Bytes& wasm, std::set<vm::WasmOpcode>& opcodes) {
    const auto module = vm::decode(wasm);
    ASSERT_TRUE(module.has_value());
    for (const vm::Code& code : module->codes) {
        vm::InstructionReader reader(code.body, code.body_offset);
        while (!reader.at_end()) {
            opcodes.insert(reader.read().value().opcode);
        }
    }
}

RC_GTEST_PROP(RandomModules, AreLinkedWhateverTheChoices, ()) {
    const RandomModules modules = random_modules(*rc::gen::arbitrary<Bytes>());
    RC_ASSERT(link(modules, Variant::plain).has_value());
    RC_ASSERT(link(modules, Variant::settled).has_value());
}

TEST(RandomModules, OfASeedAreLinkedAndEndByThemselves) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const RandomModules modules = random_modules(choices_of_seed(seed));
        const auto program = link(modules, Variant::plain);
        ASSERT_TRUE(program.has_value()) << "seed " << seed;
        for (const EntryCall& call : modules.calls) {
            vm::MachineState state = start(*program, modules, call, kGasLimit);
            vm::run(*program, state, kForever);
            EXPECT_NE(state.status, vm::Status::running);
            EXPECT_NE(state.code, static_cast<std::uint32_t>(vm::Trap::out_of_gas))
                << "seed " << seed;
        }
    }
}

/// Where no NaN is computed but the canonical one, settling them changes nothing but the steps.
TEST(RandomModules, ComputeTheSameWithSettledNans) {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        const RandomModules modules = random_modules(choices_of_seed(seed));
        const auto plain = link(modules, Variant::plain);
        const auto settled = link(modules, Variant::settled);
        ASSERT_TRUE(plain.has_value());
        ASSERT_TRUE(settled.has_value());
        for (const EntryCall& call : modules.calls) {
            vm::MachineState a = start(*plain, modules, call, kGasLimit);
            vm::MachineState b = start(*settled, modules, call, kGasLimit);
            vm::run(*plain, a, kForever);
            vm::run(*settled, b, kForever);
            EXPECT_EQ(a.status, b.status) << "seed " << seed;
            EXPECT_EQ(a.code, b.code) << "seed " << seed;
            EXPECT_EQ(a.values, b.values) << "seed " << seed;
            EXPECT_EQ(a.output, b.output) << "seed " << seed;
        }
    }
}

TEST(RandomModules, FollowFromTheSeed) {
    const auto wasm = [](std::uint64_t seed) {
        return random_modules(choices_of_seed(seed)).modules.back().wasm;
    };
    EXPECT_EQ(wasm(7), wasm(7));
    EXPECT_NE(wasm(7), wasm(8));
}

TEST(RandomModules, KeepToTheOptions) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        const RandomModules modules =
            random_modules(choices_of_seed(seed), {.host_functions = false, .max_modules = 1});
        ASSERT_EQ(modules.modules.size(), 1U);
        EXPECT_TRUE(vm::decode(modules.modules[0].wasm).value().imports.empty());
    }
}

TEST(RandomModules, MismatchNowAndThenIfTheyMay) {
    unsigned linked = 0;
    unsigned refused = 0;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        const RandomModules modules = random_modules(choices_of_seed(seed), {.may_mismatch = true});
        ++(link(modules, Variant::plain) ? linked : refused);
    }
    EXPECT_GT(linked, 350U);
    EXPECT_GT(refused, 3U);
}

TEST(RandomModules, HaveEveryInstructionAndImportEverything) {
    std::set<vm::WasmOpcode> opcodes;
    std::map<vm::ExternKind, unsigned> imports;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        for (const NamedModule& module : random_modules(choices_of_seed(seed)).modules) {
            collect_opcodes(module.wasm, opcodes);
            const vm::Module decoded = vm::decode(module.wasm).value();
            for (const vm::Import& import : decoded.imports) {
                imports[import.kind] += import.module == "lockstep" ? 0U : 1U;
            }
        }
    }
    EXPECT_EQ(missing<vm::WasmOpcode>(opcodes, kWasmOpcodes), "");
    EXPECT_EQ(imports.size(), 4U);
}

TEST(RandomModules, ReachEveryOpcodeAndEveryTrap) {
    std::set<vm::Opcode> reached;
    std::map<std::string_view, unsigned> endings;
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        const RandomModules modules = random_modules(choices_of_seed(seed));
        const auto program = link(modules, Variant::plain);
        ASSERT_TRUE(program.has_value());
        for (const EntryCall& call : modules.calls) {
            vm::MachineState state = start(*program, modules, call, kGasLimit);
            while (state.status == vm::Status::running && state.steps < Step(3000)) {
                reached.insert(program->code[state.pc].opcode);
                vm::run(*program, state, state.steps + 1);
            }
            vm::run(*program, state, kForever);
            const bool trapped = state.status == vm::Status::trapped;
            ++endings[vm::trap_name(trapped ? static_cast<vm::Trap>(state.code) : vm::Trap::none)];
        }
    }
    EXPECT_EQ(missing<vm::Opcode>(reached, kOpcodes), "");
    for (auto trap = vm::Trap::none; trap <= vm::Trap::out_of_bounds_input_read;
         trap = static_cast<vm::Trap>(static_cast<std::uint32_t>(trap) + 1)) {
        // Those of exhaustion are for tests of limits: other engines have other limits.
        if (trap != vm::Trap::call_stack_exhausted && trap != vm::Trap::out_of_gas) {
            EXPECT_GT(endings[vm::trap_name(trap)], 0U) << vm::trap_name(trap);
        }
    }
    // Modules that trap at once test little.
    EXPECT_GT(endings["none"], 500U);
}

}  // namespace
}  // namespace lockstep::random_modules
