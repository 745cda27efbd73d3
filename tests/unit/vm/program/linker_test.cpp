#include "vm/program/linker.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linked_modules.hpp"
#include "tests/unit/vm/module/wasm_bytes.hpp"
#include "vm/machine/interpreter.hpp"
#include "vm/machine/start.hpp"
#include "vm/program/lowering.hpp"

namespace lockstep::vm {
namespace {

using ::testing::ElementsAre;
using Values = std::vector<std::uint64_t>;

Program program_of(const Linker& linker) {
    auto program = linker.program();
    EXPECT_TRUE(program.has_value());
    return std::move(program.value());
}

/// Adds a module of linked/ and names it as it is called there.
void add(Linker& linker, std::string_view name) {
    const Load<std::uint32_t> instance = linker.add(linked_module(name));
    ASSERT_TRUE(instance.has_value()) << name;
    linker.name(std::string(name), *instance);
}

Linker bank_teller_and_main() {
    Linker linker;
    add(linker, "bank");
    add(linker, "teller");
    add(linker, "main");
    return linker;
}

MachineState run(const Program& program, const std::string& function, Values arguments) {
    auto state = start(program, {.function = program.exported_functions.at(function),
                                 .arguments = std::move(arguments),
                                 .input = std::make_shared<const Bytes>(),
                                 .gas_limit = Gas(1'000'000)});
    EXPECT_TRUE(state.has_value());
    run(program, *state, Step(~0ULL));
    return std::move(*state);
}

std::string text(const Bytes& bytes) {
    return {bytes.begin(), bytes.end()};
}

TEST(Linker, OneModuleIsLoweredAsByItself) {
    Linker linker;
    add(linker, "bank");
    const Program linked = program_of(linker);
    const Program alone = lower(linked_module("bank")).value();
    EXPECT_EQ(linked.code, alone.code);
    EXPECT_EQ(linked.functions, alone.functions);
    EXPECT_EQ(linked.globals, alone.globals);
    EXPECT_EQ(linked.memories, alone.memories);
    EXPECT_EQ(linked.tables, alone.tables);
    EXPECT_EQ(linked.data_pool, alone.data_pool);
    EXPECT_EQ(linked.element_pool, alone.element_pool);
    EXPECT_EQ(linked.types, alone.types);
    EXPECT_EQ(linked.exported_functions, alone.exported_functions);
}

TEST(Linker, InstantiatesInOrder) {
    // The bank's start function doubles, the teller's adds one.
    const Program program = program_of(bank_teller_and_main());
    EXPECT_EQ(run(program, "count", {}).values, (Values{21}));
}

TEST(Linker, TablesAreShared) {
    const Program program = program_of(bank_teller_and_main());
    EXPECT_EQ(run(program, "apply", {0, 50, 8}).values, (Values{58}));  // the bank's
    EXPECT_EQ(run(program, "apply", {1, 50, 8}).values,
              (Values{400}));  // the teller's, in its place
    const auto trap = [&](std::uint64_t place) {
        const MachineState state = run(program, "apply", {place, 1, 1});
        EXPECT_EQ(static_cast<int>(state.status), static_cast<int>(Status::trapped));
        return static_cast<Trap>(state.code);
    };
    EXPECT_EQ(trap(2), Trap::indirect_call_type_mismatch);
    EXPECT_EQ(trap(3), Trap::uninitialized_element);
    EXPECT_EQ(trap(4), Trap::undefined_element);
}

TEST(Linker, EachModuleHasItsMemory) {
    const MachineState state = run(program_of(bank_teller_and_main()), "everything", {});
    EXPECT_EQ(state.values, (Values{1000 + 't' + 'b', 42, 'p'}));
    EXPECT_EQ(text(state.output), "tellbank");
    ASSERT_EQ(state.memories.size(), 2U);
    EXPECT_EQ(state.memories[0].data()[0], 'b');
    EXPECT_EQ(state.memories[1].data()[0], 0);
    EXPECT_EQ(state.memories[0].data()[64], 0);
    EXPECT_EQ(state.memories[1].data()[64], 't');
}

TEST(Linker, IndicesStayWhenModulesAreAdded) {
    Linker linker;
    add(linker, "bank");
    const Program first = program_of(linker);
    add(linker, "teller");
    const Program second = program_of(linker);
    ASSERT_GT(second.functions.size(), first.functions.size());
    ASSERT_GT(second.globals.size(), first.globals.size());
    for (std::size_t i = 0; i < first.functions.size(); ++i) {
        EXPECT_EQ(second.function_infos[i].name, first.function_infos[i].name);
    }
    // Two globals and the rest of the passive segment; the teller's follow.
    EXPECT_THAT(first.globals, ElementsAre(10, 64, 7));
    EXPECT_THAT(second.globals, ElementsAre(10, 64, 7, 7, 3));
    EXPECT_EQ(second.exported_functions.count("load"), 0U);
    EXPECT_EQ(second.exported_functions.count("apply"), 1U);
}

TEST(Linker, TypesAreThoseOfAllModulesOnce) {
    const Program program = program_of(bank_teller_and_main());
    std::size_t binary = 0;
    for (const FunctionType& type : program.types) {
        const std::vector<ValueType> two(2, ValueType::i32);
        binary += type == FunctionType{.parameters = two, .results = {ValueType::i32}} ? 1U : 0U;
    }
    EXPECT_EQ(binary, 1U);
}

TEST(Linker, PartsOfThePrologueBeginWithACharge) {
    const Program program = program_of(bank_teller_and_main());
    ASSERT_EQ(program.instance_pcs.size(), 3U);
    EXPECT_EQ(program.instance_pcs[0], 0U);
    EXPECT_LT(program.instance_pcs[0], program.instance_pcs[1]);
    EXPECT_LT(program.instance_pcs[1], program.instance_pcs[2]);
    EXPECT_EQ(program.instance_pcs[2], program.invoke_pc);  // main has nothing to instantiate
    for (const std::uint32_t pc : program.instance_pcs) {
        EXPECT_EQ(program.code[pc].opcode, Opcode::charge);
    }
    EXPECT_EQ(program.code[program.invoke_pc + 1].opcode, Opcode::invoke);
}

TEST(Linker, AHostFunctionIsAboutTheMemoryOfItsImporter) {
    Linker linker;
    add(linker, "bank");
    add(linker, "writer");
    const Program program = program_of(linker);
    ASSERT_EQ(program.memories.size(), 2U);
    EXPECT_EQ(program.memories[1], MemoryShape{});
    const MachineState state = run(program, "write", {0, 1});
    EXPECT_EQ(static_cast<Trap>(state.code), Trap::out_of_bounds_memory_access);
    EXPECT_TRUE(state.output.empty());
}

TEST(Linker, FindsExports) {
    const Linker linker = bank_teller_and_main();
    EXPECT_EQ(linker.find_export(0, "memory"), (Extern{ExternKind::memory, 0}));
    EXPECT_EQ(linker.find_export(1, "memory"), (Extern{ExternKind::memory, 1}));
    EXPECT_EQ(linker.find_export(0, "count"), (Extern{ExternKind::global, 0}));
    EXPECT_EQ(linker.find_export(0, "table"), (Extern{ExternKind::table, 0}));
    EXPECT_EQ(linker.find_export(0, "output_write"), (Extern{ExternKind::function, 0}));
    EXPECT_EQ(linker.find_export(0, "apply"), std::nullopt);
    EXPECT_EQ(linker.find_export(2, "memory"), std::nullopt);
}

TEST(Linker, TheLastOfANameCounts) {
    Linker linker;
    add(linker, "bank");
    const auto writer = linker.add(linked_module("writer"));
    linker.name("bank", writer.value());
    const auto teller = linker.add(linked_module("teller"));
    ASSERT_FALSE(teller.has_value());
    EXPECT_EQ(teller.error().code, LoadErrorCode::unsupported_import);
    linker.name("bank", 0);
    EXPECT_TRUE(linker.add(linked_module("teller")).has_value());
}

TEST(Linker, NothingTakesThePlaceOfTheHostFunctions) {
    Linker linker;
    add(linker, "bank");
    linker.name("lockstep", 0);
    EXPECT_TRUE(linker.add(linked_module("writer")).has_value());
    EXPECT_EQ(program_of(linker).memories.size(), 2U);
}

TEST(Linker, ARefusedModuleLeavesNothingBehind) {
    Linker linker;
    add(linker, "bank");
    const Program before = program_of(linker);
    EXPECT_FALSE(linker.add(linked_module("main")).has_value());
    const Program after = program_of(linker);
    EXPECT_EQ(before.code, after.code);
    EXPECT_EQ(before.globals, after.globals);
    EXPECT_EQ(before.types, after.types);
}

LoadError refusal_of_many(const Bytes& wasm, std::uint32_t count) {
    Linker linker;
    const ValidModule module = test::load(wasm).value();
    for (std::uint32_t i = 0; i < count; ++i) {
        if (const auto added = linker.add(module); !added) {
            return added.error();
        }
    }
    const auto program = linker.program();
    return program ? LoadError{} : program.error().error;
}

TEST(Linker, LimitsHoldForAllModulesTogether) {
    using test::list_of;
    using test::section;
    const Bytes empty = test::module_of({});
    EXPECT_EQ(refusal_of_many(empty, 1000), LoadError{});
    EXPECT_EQ(refusal_of_many(empty, 1001).name, "max_linked_modules");
    const Bytes tables =
        test::module_of({section(test::table_section, list_of(256, {0x70, 0x00, 0x00}))});
    EXPECT_EQ(refusal_of_many(tables, 16), LoadError{});
    EXPECT_EQ(refusal_of_many(tables, 17).name, "max_linked_tables");
    const Bytes elements =
        test::module_of({section(test::table_section, list_of(1, {0x70, 0x00, 0x80, 0x80, 0x40}))});
    EXPECT_EQ(refusal_of_many(elements, 4), LoadError{});
    EXPECT_EQ(refusal_of_many(elements, 5).name, "max_initial_elements");
    // Passive segments of no bytes.
    const Bytes segments =
        test::module_of({section(test::data_section, list_of(50'000, {0x01, 0x00}))});
    EXPECT_EQ(refusal_of_many(segments, 2), LoadError{});
    EXPECT_EQ(refusal_of_many(segments, 3).name, "max_data_segments");
}

TEST(Linker, TheLargestPrologueFits) {
    // Each segment takes five bytes and six instructions, and their number is limited.
    const Bytes segments =
        test::module_of({test::section(test::table_section, test::list_of(1, {0x70, 0x00, 0x00})),
                         test::section(test::element_section,
                                       test::list_of(100'000, {0x00, 0x41, 0x00, 0x0B, 0x00}))});
    EXPECT_EQ(refusal_of_many(segments, 1), LoadError{});
    EXPECT_EQ(refusal_of_many(segments, 2).name, "max_element_segments");
}

}  // namespace
}  // namespace lockstep::vm
