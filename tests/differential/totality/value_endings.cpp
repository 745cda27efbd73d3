// Traps of numeric instructions, of loads and of stores.

#include <bit>
#include <cmath>
#include <limits>
#include <ranges>
#include <stdexcept>
#include <string_view>

#include "tests/differential/totality/ending.hpp"

namespace lockstep::differential {

namespace {

using vm::Opcode;
using vm::Trap;

constexpr std::uint64_t kMost32 = 0xFFFF'FFFF;
constexpr std::uint64_t kMost64 = ~std::uint64_t{0};
constexpr std::uint64_t kAccessBytes = std::uint64_t{2} * 65'536;

/// The opcode that WebAssembly calls `name`: dots for our underscores.
Opcode opcode_of(std::string name) {
    std::ranges::replace(name, '.', '_');
    for (std::uint32_t code = 0; code <= 0xFFFF; ++code) {
        const vm::OpcodeTraits* row = vm::find_traits(static_cast<std::uint16_t>(code));
        if (row != nullptr && row->mnemonic == name) {
            return row->opcode;
        }
    }
    throw std::runtime_error("no opcode is called " + name);
}

void add_divisions(TotalityCases& endings) {
    for (const std::string type : {"i32", "i64"}) {
        const bool is_wide = type == "i64";
        const std::uint64_t least = is_wide ? std::uint64_t{1} << 63U : std::uint64_t{1} << 31U;
        const std::uint64_t minus_one = is_wide ? kMost64 : kMost32;
        for (const std::string operation : {".div_s", ".div_u", ".rem_s", ".rem_u"}) {
            const std::string name = type + operation;
            const auto divide = [&](const std::string& detail, std::uint64_t x, std::uint64_t y) {
                return Ending("arithmetic", name, detail).arguments({x, y});
            };
            const Trap by_zero = Trap::integer_divide_by_zero;
            endings.push_back(divide("by_zero", 7, 0).traps(opcode_of(name), by_zero));
            endings.push_back(divide("zero_by_zero", 0, 0).traps(opcode_of(name), by_zero));
        }
        const auto least_by_minus_one = [&](const std::string& operation) {
            return Ending("arithmetic", type + operation, "least_by_minus_one")
                .arguments({least, minus_one});
        };
        endings.push_back(
            least_by_minus_one(".div_s").traps(opcode_of(type + ".div_s"), Trap::integer_overflow));
        endings.push_back(least_by_minus_one(".rem_s").returns({0}));
        endings.push_back(least_by_minus_one(".div_u").returns({0}));
        endings.push_back(Ending("arithmetic", type + ".div_s", "least_but_one_by_minus_one")
                              .arguments({least + 1, minus_one})
                              .returns({least - 1}));
    }
}

/// What a truncation of a float takes: the outermost numbers that fit and the first that do not.
template <typename Float>
struct Range {
    Float least;
    Float below;
    Float greatest;
    Float above;
};

/// Of `bits` bits, signed or not.
template <typename Float>
Range<Float> range_of(bool is_signed, int bits) {
    const Float infinity = std::numeric_limits<Float>::infinity();
    const Float above = std::ldexp(Float{1}, is_signed ? bits - 1 : bits);
    Range<Float> range{
        .least = 0, .below = -1, .greatest = std::nextafter(above, Float{0}), .above = above};
    if (is_signed) {
        // A fraction is cut off, where there is room for one.
        range.below = -above - 1 < -above ? -above - 1 : std::nextafter(-above, -infinity);
    }
    range.least = std::nextafter(range.below, Float{0});
    return range;
}

template <typename Float>
std::uint64_t bits_of(Float value) {
    if constexpr (sizeof(Float) == 4) {
        return std::bit_cast<std::uint32_t>(value);
    } else {
        return std::bit_cast<std::uint64_t>(value);
    }
}

/// The integer in a slot.
template <typename Float>
std::uint64_t truncated(Float value, bool is_signed, bool is_wide) {
    const std::uint64_t slot = is_signed
                                   ? static_cast<std::uint64_t>(static_cast<std::int64_t>(value))
                                   : static_cast<std::uint64_t>(value);
    return is_wide ? slot : slot & kMost32;
}

template <typename Float>
void add_truncations(TotalityCases& endings, const std::string& from) {
    const Float infinity = std::numeric_limits<Float>::infinity();
    const std::uint64_t sign = bits_of(Float{-0.0});
    for (const auto& [name, is_signed, is_wide] :
         {std::tuple{"i32.trunc_" + from + "_s", true, false},
          {"i32.trunc_" + from + "_u", false, false},
          {"i64.trunc_" + from + "_s", true, true},
          {"i64.trunc_" + from + "_u", false, true}}) {
        const Range<Float> range = range_of<Float>(is_signed, is_wide ? 64 : 32);
        const auto truncate = [&](const std::string& detail, std::uint64_t bits) {
            return Ending("truncation", name, detail).arguments({bits});
        };
        const auto traps = [&](const std::string& detail, std::uint64_t bits, Trap trap) {
            endings.push_back(truncate(detail, bits).traps(opcode_of(name), trap));
        };
        const auto fits = [&](const std::string& detail, Float value) {
            endings.push_back(
                truncate(detail, bits_of(value)).returns({truncated(value, is_signed, is_wide)}));
        };
        fits("least", range.least);
        fits("greatest", range.greatest);
        traps("below", bits_of(range.below), Trap::integer_overflow);
        traps("above", bits_of(range.above), Trap::integer_overflow);
        traps("infinity", bits_of(infinity), Trap::integer_overflow);
        traps("minus_infinity", bits_of(-infinity), Trap::integer_overflow);
        traps("quiet_nan", bits_of(std::numeric_limits<Float>::quiet_NaN()),
              Trap::invalid_conversion);
        traps("least_nan", bits_of(infinity) + 1, Trap::invalid_conversion);
        traps("negative_nan", (bits_of(infinity) + 1) | sign, Trap::invalid_conversion);
    }
}

struct Access {
    std::string name;
    std::uint64_t bytes;
};

const std::vector<Access>& loads() {
    static const std::vector<Access> all{
        {"i32.load", 4},     {"i64.load", 8},     {"f32.load", 4},     {"f64.load", 8},
        {"i32.load8_s", 1},  {"i32.load8_u", 1},  {"i32.load16_s", 2}, {"i32.load16_u", 2},
        {"i64.load8_s", 1},  {"i64.load8_u", 1},  {"i64.load16_s", 2}, {"i64.load16_u", 2},
        {"i64.load32_s", 4}, {"i64.load32_u", 4},
    };
    return all;
}

const std::vector<Access>& stores() {
    static const std::vector<Access> all{
        {"i32.store", 4},  {"i64.store", 8},   {"f32.store", 4},
        {"f64.store", 8},  {"i32.store8", 1},  {"i32.store16", 2},
        {"i64.store8", 1}, {"i64.store16", 2}, {"i64.store32", 4},
    };
    return all;
}

/// Loads and stores of floats are those of integers.
Opcode lowered(std::string name) {
    name.front() = 'i';
    return opcode_of(name);
}

void add_accesses(TotalityCases& endings) {
    const Trap outside = Trap::out_of_bounds_memory_access;
    for (const auto* const accesses : {&loads(), &stores()}) {
        for (const auto& [name, bytes] : *accesses) {
            const auto at = [&](const std::string& detail, std::uint64_t address) {
                return Ending("access", name, detail).arguments({address});
            };
            const std::uint64_t last = kAccessBytes - bytes;
            const bool is_load = accesses == &loads();
            endings.push_back(at("last", last)
                                  .returns(is_load ? std::vector<std::uint64_t>{0}
                                                   : std::vector<std::uint64_t>{}));
            endings.push_back(
                at("one_past", last + 1).memory(last, Bytes(bytes)).traps(lowered(name), outside));
            endings.push_back(at("greatest_address", kMost32).traps(lowered(name), outside));
        }
    }
    const auto far = [&](const std::string& function, std::uint64_t address, Opcode opcode) {
        endings.push_back(Ending("access", function, std::to_string(address))
                              .arguments({address})
                              .traps(opcode, outside));
    };
    // A sum of 32 bits would wrap to something within.
    for (const std::uint64_t address : {std::uint64_t{0}, std::uint64_t{1}, kMost32}) {
        far("far_load", address, Opcode::i32_load8_u);
        far("far_load64", address, Opcode::i64_load);
        far("far_store", address, Opcode::i32_store8);
        far("far_store64", address, Opcode::i64_store);
    }
    far("offset_load", 1, Opcode::i64_load);
    endings.push_back(Ending("access", "offset_load", "last").arguments({0}).returns({0}));
}

}  // namespace

TotalityCases arithmetic_endings() {
    TotalityCases endings;
    endings.push_back(Ending("arithmetic", "unreachable", "with_a_value")
                          .traps(Opcode::unreachable, Trap::unreachable));
    add_divisions(endings);
    add_truncations<float>(endings, "f32");
    add_truncations<double>(endings, "f64");
    return endings;
}

TotalityCases access_endings() {
    TotalityCases endings;
    add_accesses(endings);
    return endings;
}

}  // namespace lockstep::differential
