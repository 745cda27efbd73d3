// What compare_validators is made of.

#include <map>

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "tests/differential/engines/module_mutation.hpp"
#include "tests/differential/engines/state_exports.hpp"
#include "tests/differential/engines/v8_engine.hpp"
#include "tests/differential/engines/validity.hpp"
#include "tests/differential/engines/wabt_validator.hpp"
#include "tests/random_modules/random_module.hpp"
#include "tests/unit/vm/module/wasm_bytes.hpp"
#include "vm/module/decode.hpp"

namespace lockstep::engines {
namespace {

using vm::test::list;
using vm::test::section;

/// wabt 1.0.32 dies of it: the global's constant expression goes on into the next section.
constexpr std::string_view kDeadly =
    "0x"
    "0061736d0100000001140360000060047f7f7d7f037f7c7f60037f7c7f000607017f01018a020b074309"
    "026630000002663100010266320002026633000307676c6f62616c300300067461626c65300100067461"
    "626c65310101067461626c65320102066d656d6f7279020009600603000400010203060bd06f0b060041"
    "070b6f03d06f0bd06f0bd06f0b057005d2000bd2020bd2020bd2000bd0700b020241030b000102057009"
    "d2010bd2020bd2000bd2020bd2020bd0700bd2000bd2000bd2020b0c01000ab90d04bf04fe53";

Verdict refused(vm::LoadErrorCode code) {
    return vm::LoadError{.code = code, .name = {}};
}

TEST(Consent, IsOfAllWhoSaidAnything) {
    EXPECT_EQ(compare(std::nullopt, {.wabt = true, .v8 = true}), Consent::all);
    EXPECT_EQ(compare(std::nullopt, {.wabt = {}, .v8 = true}), Consent::all);
    EXPECT_EQ(compare(std::nullopt, {}), Consent::unknown);
    EXPECT_EQ(compare(std::nullopt, {.wabt = false, .v8 = true}), Consent::different);
    EXPECT_EQ(compare(std::nullopt, {.wabt = true, .v8 = false}), Consent::different);
}

TEST(Consent, IsNotNeededOfOneWhereTheOtherRefusesAsWell) {
    const Verdict malformed = refused(vm::LoadErrorCode::unexpected_end);
    EXPECT_EQ(compare(malformed, {.wabt = false, .v8 = false}), Consent::all);
    EXPECT_EQ(compare(malformed, {.wabt = true, .v8 = false}), Consent::wabt_only);
    EXPECT_EQ(compare(malformed, {.wabt = true, .v8 = true}), Consent::different);
    EXPECT_EQ(compare(malformed, {.wabt = false, .v8 = true}), Consent::v8_only);
    EXPECT_EQ(compare(malformed, {.wabt = true, .v8 = {}}), Consent::different);
    EXPECT_EQ(compare(malformed, {.wabt = {}, .v8 = true}), Consent::different);
}

/// V8 has features that Lockstep has not.
TEST(Consent, IsWabtsAloneForWhatIsUnsupported) {
    const Verdict unsupported = refused(vm::LoadErrorCode::unsupported_feature);
    EXPECT_EQ(compare(unsupported, {.wabt = false, .v8 = true}), Consent::all);
    EXPECT_EQ(compare(unsupported, {.wabt = true, .v8 = true}), Consent::different);
    EXPECT_EQ(compare(unsupported, {.wabt = true, .v8 = false}), Consent::wabt_only);
    EXPECT_EQ(compare(unsupported, {.wabt = {}, .v8 = true}), Consent::unknown);
}

TEST(Consent, IsNobodysForLimits) {
    const Verdict limit = refused(vm::LoadErrorCode::limit_exceeded);
    EXPECT_EQ(compare(limit, {.wabt = true, .v8 = true}), Consent::unknown);
}

TEST(Validators, TellValidModulesFromOthers) {
    const Bytes valid = vm::test::module_with_body({});
    const Bytes invalid = vm::test::module_with_body({0x6A});
    Bytes malformed = valid;
    malformed.pop_back();
    const Bytes deadly = bytes_from_hex(kDeadly).value();
    const std::vector<Bytes> modules{valid, invalid, deadly, malformed, valid};
    EXPECT_EQ(validate_with_wabt(modules),
              (std::vector{WabtVerdict::valid, WabtVerdict::invalid, WabtVerdict::none,
                           WabtVerdict::invalid, WabtVerdict::valid}));
    EXPECT_EQ(validate_with_v8(modules, ::testing::TempDir()),
              (std::vector{true, false, false, false, true}));
    EXPECT_EQ(class_of(judge(valid)), "valid");
    EXPECT_EQ(class_of(judge(invalid)), "invalid");
    EXPECT_EQ(class_of(judge(malformed)), "malformed");
}

Bytes origin(std::uint64_t seed) {
    return random_modules::random_modules(random_modules::choices_of_seed(seed))
        .modules.back()
        .wasm;
}

TEST(Mutation, FollowsFromTheChoices) {
    const Bytes wasm = origin(1);
    const Bytes bytes = random_modules::choices_of_seed(2);
    fuzz::Choices one(bytes);
    fuzz::Choices two(bytes);
    EXPECT_EQ(mutate_module(wasm, one), mutate_module(wasm, two));
}

/// Most mutants get as far as the validator; some stay valid.
TEST(Mutation, LeadsToModulesOfAllClasses) {
    std::map<std::string_view, unsigned> classes;
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        const Bytes bytes = random_modules::choices_of_seed(seed);
        fuzz::Choices choices(bytes);
        ++classes[class_of(judge(mutate_module(origin(seed / 50), choices)))];
    }
    EXPECT_GT(classes["valid"], 100U);
    EXPECT_GT(classes["invalid"], 400U);
    EXPECT_GT(classes["malformed"], 200U);
    EXPECT_GT(classes["unsupported"], 5U);
}

TEST(Mutation, TakesAnyBytes) {
    const Bytes none;
    fuzz::Choices choices(none);
    EXPECT_LE(mutate_module({}, choices).size(), 1U);
    EXPECT_LE(mutate_module({0x00}, choices).size(), 2U);
}

TEST(StateExports, AreAddedToThoseThatAreThere) {
    const Bytes memory = section(vm::test::memory_section, list({{0, 1}}));
    const Bytes global = section(vm::test::global_section, list({{0x7F, 0, 0x41, 0, 0x0B}}));
    const Bytes exports = section(vm::test::export_section, list({{1, 'a', 3, 0}}));
    const Bytes exported = export_state(vm::test::module_with_body({}, {memory, global, exports}));
    const auto module = vm::decode(exported);
    ASSERT_TRUE(module.has_value());
    std::string names;
    for (const vm::Export& item : module->exports) {
        names += std::string(item.name) + " ";
    }
    EXPECT_EQ(names, "a memory global0 ");
    EXPECT_EQ(export_state(exported), exported);
}

TEST(StateExports, GetASectionOfTheirOwn) {
    const Bytes table = section(vm::test::table_section, list({{0x70, 0, 1}}));
    const auto module = vm::decode(export_state(vm::test::module_with_body({}, {table})));
    ASSERT_TRUE(module.has_value());
    ASSERT_EQ(module->exports.size(), 1U);
    EXPECT_EQ(module->exports[0].name, "table0");
    const Bytes no_module{1, 2, 3};
    EXPECT_EQ(export_state(no_module), no_module);
}

}  // namespace
}  // namespace lockstep::engines
