// Counts and sizes that promise more than there is, and integers longer than they may be: refused,
// where they stand, before anything is allocated for them.

#include <gtest/gtest.h>

#include "tests/bombs/bomb.hpp"
#include "tests/bombs/counted_memory.hpp"
#include "tests/bombs/function_list.hpp"
#include "vm/module/limits.hpp"

namespace lockstep::bombs {
namespace {

using vm::LoadErrorCode;

constexpr std::size_t kMost = 0xFFFF'FFFF;
/// Of heap, for anything that is refused at its first count.
constexpr std::size_t kMostHeap = 4'096;

/// A module with a hole for an integer.
struct Hole {
    std::string name;
    std::function<Bytes(const Bytes& in_the_hole)> make;
};

/// A count that has a limit. Behind it comes what it counts, zeros.
struct Claim {
    Hole hole;
    std::size_t limit;
    std::string_view limit_name;
};

/// Where the hole is: two fillings of the same length differ there.
std::size_t offset_of(const Hole& hole) {
    const Bytes one = hole.make({0x01});
    const Bytes two = hole.make({0x02});
    for (std::size_t i = 0; i < one.size(); ++i) {
        if (one[i] != two[i]) {
            return i;
        }
    }
    ADD_FAILURE() << hole.name << " has no hole";
    return 0;
}

/// Sizes of sections and bodies that are spelled in five bytes, so that what is in them moves nothing.
Bytes five_bytes(std::size_t value) {
    Bytes bytes;
    for (int i = 0; i < 4; ++i) {
        bytes.push_back(static_cast<std::uint8_t>((value & 0x7FU) | 0x80U));
        value >>= 7U;
    }
    bytes.push_back(static_cast<std::uint8_t>(value));
    return bytes;
}

Bytes sized_in_five(const Bytes& contents) {
    return join({five_bytes(contents.size()), contents});
}

Bytes wide_section(SectionId id, const Bytes& contents) {
    return join({{id}, sized_in_five(contents)});
}

Hole in_section(const std::string& name, SectionId id, const Bytes& before) {
    return {name, [=](const Bytes& filling) {
                return module_of({wide_section(id, join({before, filling}))});
            }};
}

/// In the code entry of a function [] -> [].
Hole in_entry(const std::string& name, const Bytes& before, const Bytes& after) {
    return {name, [=](const Bytes& filling) {
                return module_of(
                    {section(type_section, list({function_type({}, {})})),
                     section(function_section, {1, 0}),
                     wide_section(code_section,
                                  join({{1}, sized_in_five(join({before, filling, after}))}))});
            }};
}

std::vector<Claim> claims() {
    return {
        {in_section("types", type_section, {}), vm::kMaxTypes, "max_types"},
        {in_section("parameters", type_section, {1, 0x60}), vm::kMaxParameters, "max_parameters"},
        {in_section("results", type_section, {1, 0x60, 0}), vm::kMaxResults, "max_results"},
        {in_section("imports", import_section, {}), vm::kMaxImports, "max_imports"},
        {in_section("functions", function_section, {}), vm::kMaxFunctions, "max_functions"},
        {in_section("tables", table_section, {}), vm::kMaxTables, "max_tables"},
        {in_section("globals", global_section, {}), vm::kMaxGlobals, "max_globals"},
        {in_section("exports", export_section, {}), vm::kMaxExports, "max_exports"},
        {in_section("element segments", element_section, {}), vm::kMaxElementSegments,
         "max_element_segments"},
        {in_section("indices", element_section, {1, 1, 0}), vm::kMaxElementsPerSegment,
         "max_elements_per_segment"},
        {in_section("expressions", element_section, {1, 5, 0x70}), vm::kMaxElementsPerSegment,
         "max_elements_per_segment"},
        {in_section("data segments", data_section, {}), vm::kMaxDataSegments, "max_data_segments"},
        {in_entry("targets", {0, 0x41, 0, 0x0E}, {}), vm::kMaxBrTableTargets,
         "max_br_table_targets"},
    };
}

/// Lengths in bytes, without a limit of their own.
std::vector<Hole> lengths() {
    return {
        {"section", [](const Bytes& size) { return module_of({join({{type_section}, size})}); }},
        {"custom section",
         [](const Bytes& size) { return module_of({join({{custom_section}, size})}); }},
        in_section("name of a custom section", custom_section, {}),
        in_section("module of an import", import_section, {1}),
        in_section("name of an import", import_section, {1, 0}),
        in_section("name of an export", export_section, {1}),
        in_section("data", data_section, {1, 1}),
        {"code entry",
         [](const Bytes& size) {
             return module_of({section(type_section, list({function_type({}, {})})),
                               section(function_section, {1, 0}),
                               wide_section(code_section, join({{1}, size}))});
         }},
    };
}

void expect_refused(const Hole& hole, const Bytes& filling, LoadErrorCode code,
                    std::string_view name, std::size_t offset) {
    SCOPED_TRACE(hole.name + ", " + std::to_string(filling.size()) + " bytes");
    Bytes wasm = hole.make(filling);
    reset_heap_use();
    const auto loaded = load(std::move(wasm));
    // The module is behind a pointer, and there may be a function of a type.
    EXPECT_LE(heap_use().peak, kMostHeap);
    ASSERT_FALSE(loaded.has_value());
    EXPECT_EQ(vm::load_error_text(loaded.error().code), vm::load_error_text(code));
    EXPECT_EQ(loaded.error().name, name);
    EXPECT_EQ(loaded.error().offset, offset);
}

TEST(Claims, OfMoreThanIsThereAreRefused) {
    for (const Claim& claim : claims()) {
        for (const std::size_t count : {claim.limit, claim.limit + 1, kMost}) {
            expect_refused(claim.hole, join({leb(count), Bytes(9)}), LoadErrorCode::unexpected_end,
                           {}, offset_of(claim.hole));
        }
    }
}

TEST(Claims, BeyondALimitAreRefusedByItsName) {
    for (const Claim& claim : claims()) {
        expect_refused(claim.hole, join({leb(claim.limit + 1), Bytes(claim.limit + 1)}),
                       LoadErrorCode::limit_exceeded, claim.limit_name, offset_of(claim.hole));
    }
}

TEST(Claims, OfMoreBytesThanAreThereAreRefused) {
    for (const Hole& hole : lengths()) {
        for (const std::size_t length : {std::size_t{10}, std::size_t{1} << 31U, kMost}) {
            const Bytes filling = leb(length);
            expect_refused(hole, join({filling, Bytes(9)}), LoadErrorCode::unexpected_end, {},
                           offset_of(hole) + filling.size());
        }
    }
}

TEST(Claims, OfOtherKindsAreRefused) {
    const Hole code_count{
        "codes", [](const Bytes& count) { return module_of({wide_section(code_section, count)}); }};
    expect_refused(code_count, leb(kMost), LoadErrorCode::function_and_code_counts_differ, {},
                   offset_of(code_count));
    const Hole data_count = in_section("data count", data_count_section, {});
    expect_refused(data_count, leb(kMost), LoadErrorCode::limit_exceeded, "max_data_segments",
                   offset_of(data_count));
    const Hole locals = in_entry("locals", {1}, {kI32, kEnd});
    expect_refused(locals, leb(kMost), LoadErrorCode::limit_exceeded, "max_locals",
                   offset_of(locals));
    const Hole runs = in_entry("runs of locals", {}, {0, kI32});
    expect_refused(runs, leb(kMost), LoadErrorCode::unexpected_end, {}, offset_of(runs) + 7);
    const Hole memories = in_section("memories", memory_section, {});
    expect_refused(memories, join({leb(kMost), {0, 1}}), LoadErrorCode::unexpected_end, {},
                   offset_of(memories) + 7);
    const Hole pages = in_section("pages", memory_section, {1, 0});
    expect_refused(pages, leb(kMost), LoadErrorCode::memory_too_large, {}, offset_of(pages) - 1);
    const Hole elements = in_section("elements", table_section, {1, 0x70, 0});
    expect_refused(elements, leb(kMost), LoadErrorCode::limit_exceeded, "max_table_elements",
                   offset_of(elements) - 2);
}

/// A section `name` that promises too much is left alone.
TEST(Claims, OfNamesAreLeftAlone) {
    const Bytes name{4, 'n', 'a', 'm', 'e'};
    for (const Bytes& contents : {join({{1}, leb(kMost)}), join({{1}, sized(leb(kMost))}),
                                  join({{1}, sized(join({{1, 0}, leb(kMost)}))})}) {
        Bytes wasm = module_of({section(custom_section, join({name, contents}))});
        reset_heap_use();
        EXPECT_TRUE(load(std::move(wasm)).has_value());
        EXPECT_LE(heap_use().peak, kMostHeap);
    }
}

/// Wherever an unsigned integer of 32 bits stands.
TEST(Integers, LongerThanTheyMayBeAreRefused) {
    const Bytes six{0x81, 0x80, 0x80, 0x80, 0x80, 0x00};
    const Bytes endless(40, 0x80);
    const Bytes of_36_bits{0xFF, 0xFF, 0xFF, 0xFF, 0x1F};
    std::vector<Hole> holes = lengths();
    for (const Claim& claim : claims()) {
        holes.push_back(claim.hole);
    }
    holes.push_back(in_entry("local", {0, 0x20}, {kEnd}));
    holes.push_back(in_entry("label", {0, 0x0C}, {kEnd}));
    holes.push_back(in_entry("function", {0, 0x10}, {kEnd}));
    for (const Hole& hole : holes) {
        const std::size_t offset = offset_of(hole);
        expect_refused(hole, six, LoadErrorCode::integer_too_long, {}, offset);
        expect_refused(hole, endless, LoadErrorCode::integer_too_long, {}, offset);
        expect_refused(hole, of_36_bits, LoadErrorCode::integer_too_large, {}, offset);
    }
}

TEST(Integers, ThatAreSignedMayBeNoLonger) {
    const Hole i32 = in_entry("i32.const", {0, 0x41}, {0x1A, kEnd});
    const Hole i64 = in_entry("i64.const", {0, 0x42}, {0x1A, kEnd});
    const Hole block = in_entry("block type", {0, 0x02}, {kEnd, kEnd});
    const auto padded = [](std::size_t bytes, std::uint8_t last) {
        Bytes filling(bytes - 1, 0x80);
        filling.push_back(last);
        return filling;
    };
    EXPECT_TRUE(load(i32.make(padded(5, 0x00))).has_value());
    EXPECT_TRUE(load(i64.make(padded(10, 0x00))).has_value());
    EXPECT_TRUE(load(block.make(padded(5, 0x00))).has_value());
    for (const auto& [hole, bytes] : {std::pair(&i32, 5U), {&i64, 10U}, {&block, 5U}}) {
        expect_refused(*hole, padded(bytes + 1, 0x00), LoadErrorCode::integer_too_long, {},
                       offset_of(*hole));
        expect_refused(*hole, padded(bytes, 0x3F), LoadErrorCode::integer_too_large, {},
                       offset_of(*hole));
    }
}

/// As long as it may be, everywhere, is no more than five bytes for one.
TEST(Integers, AsLongAsTheyMayBeAreRead) {
    const Bytes zero{0x80, 0x80, 0x80, 0x80, 0x00};
    const Bytes one{0x81, 0x80, 0x80, 0x80, 0x00};
    const auto wasm =
        module_of({wide_section(type_section, join({one, {0x60}, zero, zero})),
                   wide_section(function_section, join({one, zero})),
                   wide_section(export_section, join({one, one, {'f', 0}, zero})),
                   wide_section(code_section,
                                join({one, sized_in_five(join({zero, {0x10}, zero, {kEnd}}))}))});
    const auto program = load(wasm);
    ASSERT_TRUE(program.has_value());
    EXPECT_TRUE(program->exported_functions.contains("f"));
}

}  // namespace
}  // namespace lockstep::bombs
