#include "vm/program/import_binding.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "tests/unit/vm/module/wasm_bytes.hpp"

namespace lockstep::vm {
namespace {

using test::function_type;
using test::join;
using test::kI32;
using test::kI64;
using test::list;
using test::section;
using test::sized;

constexpr std::uint8_t kFuncref = 0x70;

/// A module whose only import is "m" "n" of this description; its types are [i32] -> [] and [] -> [].
Module importing(const Bytes& description) {
    const Bytes wasm = test::module_of(
        {section(test::type_section, list({function_type({kI32}, {}), function_type({}, {})})),
         section(test::import_section, list({join({sized({'m'}), sized({'n'}), description})}))});
    return test::load(wasm).value().module();
}

/// What is exported has index 1 and this type; at index 0 there is another.
struct Offer {
    ExternKind kind{};
    ExternTypes types;
    LiveSizes sizes;
};

Offer function_offer(const FunctionType& type) {
    Offer offer{.kind = ExternKind::function, .types = {}, .sizes = {}};
    offer.types.functions = {offer.types.types.add({.parameters = {ValueType::f64}, .results = {}}),
                             offer.types.types.add(type)};
    return offer;
}

/// The size counts, not the minimum.
Offer table_offer(ValueType element, Limits limits) {
    Offer offer{.kind = ExternKind::table, .types = {}, .sizes = {}};
    offer.types.tables = {{}, {.element = element, .limits = {.min = 0, .max = limits.max}}};
    offer.sizes.table_sizes = {100, limits.min};
    return offer;
}

Offer memory_offer(Limits limits) {
    Offer offer{.kind = ExternKind::memory, .types = {}, .sizes = {}};
    offer.types.memories = {{}, {.limits = {.min = 0, .max = limits.max}}};
    offer.sizes.memory_pages = {100, limits.min};
    return offer;
}

Offer global_offer(ValueType value, bool is_mutable) {
    Offer offer{.kind = ExternKind::global, .types = {}, .sizes = {}};
    offer.types.globals = {{}, {.value = value, .is_mutable = is_mutable}};
    return offer;
}

/// nullopt where the import is bound.
std::optional<LoadErrorCode> refusal(const Bytes& description, const Offer& offer) {
    const auto find = [&](std::string_view module, std::string_view name) {
        return module == "m" && name == "n" ? std::optional(Extern{offer.kind, 1}) : std::nullopt;
    };
    const auto bindings = bind_imports(importing(description), find, offer.types, offer.sizes);
    if (!bindings) {
        EXPECT_EQ(bindings.error().value, 0U);
        return bindings.error().code;
    }
    EXPECT_EQ(bindings->size(), 1U);
    EXPECT_EQ(bindings->front().index, 1U);
    EXPECT_FALSE(bindings->front().host_function.has_value());
    return std::nullopt;
}

constexpr auto kMismatch = LoadErrorCode::import_type_mismatch;
constexpr auto kBound = std::nullopt;

const Bytes kFunction = {0x00, 0x00};
const Bytes kTable = {0x01, kFuncref, 0x01, 0x02, 0x05};  // 2 to 5 elements
const Bytes kOpenTable = {0x01, kFuncref, 0x00, 0x02};
const Bytes kMemory = {0x02, 0x01, 0x02, 0x05};
const Bytes kOpenMemory = {0x02, 0x00, 0x02};
const Bytes kGlobal = {0x03, kI32, 0x00};
const Bytes kMutableGlobal = {0x03, kI32, 0x01};

TEST(ImportBinding, FunctionsMatchByTheirTypes) {
    const auto i32 = ValueType::i32;
    EXPECT_EQ(refusal(kFunction, function_offer({.parameters = {i32}, .results = {}})), kBound);
    EXPECT_EQ(refusal(kFunction, function_offer({.parameters = {}, .results = {}})), kMismatch);
    EXPECT_EQ(refusal(kFunction, function_offer({.parameters = {i32}, .results = {i32}})),
              kMismatch);
    EXPECT_EQ(refusal(kFunction, function_offer({.parameters = {ValueType::f32}, .results = {}})),
              kMismatch);
}

TEST(ImportBinding, TablesMatchByElementAndLimits) {
    const auto element = ValueType::funcref;
    EXPECT_EQ(refusal(kTable, table_offer(element, {2, 5})), kBound);
    EXPECT_EQ(refusal(kTable, table_offer(element, {5, 5})), kBound);
    EXPECT_EQ(refusal(kTable, table_offer(element, {3, 4})), kBound);
    EXPECT_EQ(refusal(kTable, table_offer(element, {1, 5})), kMismatch);
    EXPECT_EQ(refusal(kTable, table_offer(element, {2, 6})), kMismatch);
    EXPECT_EQ(refusal(kTable, table_offer(element, {2, std::nullopt})), kMismatch);
    EXPECT_EQ(refusal(kOpenTable, table_offer(element, {2, std::nullopt})), kBound);
    EXPECT_EQ(refusal(kOpenTable, table_offer(element, {2, 2})), kBound);
    EXPECT_EQ(refusal(kTable, table_offer(ValueType::externref, {2, 5})), kMismatch);
}

TEST(ImportBinding, MemoriesMatchByTheirLimits) {
    EXPECT_EQ(refusal(kMemory, memory_offer({2, 5})), kBound);
    EXPECT_EQ(refusal(kMemory, memory_offer({1, 5})), kMismatch);
    EXPECT_EQ(refusal(kMemory, memory_offer({2, 6})), kMismatch);
    EXPECT_EQ(refusal(kMemory, memory_offer({2, std::nullopt})), kMismatch);
    EXPECT_EQ(refusal(kOpenMemory, memory_offer({3, std::nullopt})), kBound);
}

TEST(ImportBinding, GlobalsMatchByValueAndMutability) {
    EXPECT_EQ(refusal(kGlobal, global_offer(ValueType::i32, false)), kBound);
    EXPECT_EQ(refusal(kMutableGlobal, global_offer(ValueType::i32, true)), kBound);
    EXPECT_EQ(refusal(kGlobal, global_offer(ValueType::i32, true)), kMismatch);
    EXPECT_EQ(refusal(kMutableGlobal, global_offer(ValueType::i32, false)), kMismatch);
    EXPECT_EQ(refusal(kGlobal, global_offer(ValueType::i64, false)), kMismatch);
}

TEST(ImportBinding, KindsMustBeTheSame) {
    EXPECT_EQ(refusal(kFunction, memory_offer({2, 5})), kMismatch);
    EXPECT_EQ(refusal(kMemory, table_offer(ValueType::funcref, {2, 5})), kMismatch);
    EXPECT_EQ(refusal(kTable, global_offer(ValueType::i32, false)), kMismatch);
    EXPECT_EQ(refusal(kGlobal, function_offer({})), kMismatch);
}

TEST(ImportBinding, UnknownExports) {
    const auto find_none = [](std::string_view, std::string_view) { return std::nullopt; };
    for (const Bytes& description : {kFunction, kTable, kMemory, kGlobal}) {
        const auto bindings = bind_imports(importing(description), find_none, {}, {});
        ASSERT_FALSE(bindings.has_value());
        EXPECT_EQ(bindings.error().code, LoadErrorCode::unsupported_import);
    }
}

}  // namespace
}  // namespace lockstep::vm
