// Each numeric instruction with operands in each kind of place, of values at which its rules meet.

#include <array>
#include <cstdio>
#include <optional>

#include <gtest/gtest.h>

#include "fuzz/load_program.hpp"
#include "tests/differential/jit/comparison.hpp"
#include "tests/differential/jit/dense_modules.hpp"
#include "tests/differential/jit/numeric_modules.hpp"
#include "vm/machine/start.hpp"

namespace lockstep::jit_test {
namespace {

using vm::ValueType;

constexpr unsigned kPairs = 100;
/// Traps in one function, each of which ends a run.
constexpr unsigned kMaxTraps = 4;

constexpr auto kIntegers = std::to_array<std::uint64_t>(
    {0,        1,           2,           3,           5,           7,          10,
     31,       32,          33,          63,          64,          65,         100,
     127,      128,         255,         256,         0x7FFF,      0x8000,     0xFFFF,
     0x1'0000, 0x7FFF'FFFF, 0x8000'0000, 0x8000'0001, 0xFFFF'FFFE, 0xFFFF'FFFF});

/// Half way between two floats of 24 or 53 bits, or next to it: where a conversion rounds.
std::uint64_t any_half(std::mt19937_64& random) {
    const std::uint64_t bits = random() % 2 == 0 ? 24 : 53;
    const std::uint64_t top = random() % 2 == 0 ? 63 : bits + random() % (64 - bits);
    const std::uint64_t half = std::uint64_t{1} << (top - bits);
    return (std::uint64_t{1} << top) + half * (1 + 2 * (random() % 4)) + random() % 3 - 1;
}

/// The edges of both widths, and sums of them.
std::uint64_t any_operand(std::mt19937_64& random, ValueType type) {
    const bool is_integer = type == ValueType::i32 || type == ValueType::i64;
    if (!is_integer || random() % 4 == 0) {
        return any_number(random, type);
    }
    if (type == ValueType::i64 && random() % 3 == 0) {
        return any_half(random);
    }
    std::uint64_t number = kIntegers.at(random() % kIntegers.size());
    if (type == ValueType::i32) {
        return random() % 3 == 0 ? (0 - number) & 0xFFFF'FFFF : number;
    }
    if (random() % 3 == 0) {
        number = number << 32U | kIntegers.at(random() % kIntegers.size());
    }
    return random() % 3 == 0 ? 0 - number : number;
}

std::vector<Pair> pairs_of(const NumericOpcode& opcode, std::mt19937_64& random) {
    std::vector<Pair> pairs;
    pairs.reserve(kPairs);
    const bool is_binary = opcode.parameters.size() == 2;
    for (unsigned i = 0; i < kPairs; ++i) {
        pairs.push_back({.first = any_operand(random, opcode.parameters[0]),
                         .second = is_binary ? any_operand(random, opcode.parameters[1]) : i});
    }
    return pairs;
}

NumericVariant any_variant(const NumericOpcode& opcode, unsigned number, std::mt19937_64& random) {
    constexpr std::array<unsigned, 6> kBelow{0, 0, 0, 3, 9, 26};
    NumericVariant variant{.sources = {},
                           .target = static_cast<Target>(random() % kTargets),
                           .constants = {},
                           .integers_below = kBelow.at(random() % kBelow.size()),
                           .floats_below = kBelow.at(random() % kBelow.size()),
                           .crowded = random() % 4 == 0,
                           .calls = random() % 3 == 0 ? 12U : 0U};
    for (const ValueType type : opcode.parameters) {
        variant.sources.push_back(static_cast<Source>(number % kSources));
        variant.constants.push_back(any_operand(random, type));
        number /= kSources;
    }
    return variant;
}

/// Each source of an operand with each of the other, each constant with several numbers.
std::vector<NumericVariant> variants_of(const NumericOpcode& opcode, std::mt19937_64& random) {
    const unsigned rounds = is_deep() ? 12 : 1;
    const unsigned all = opcode.parameters.size() == 2 ? kSources * kSources : 3 * kSources;
    std::vector<NumericVariant> variants;
    variants.reserve(std::size_t{rounds} * all + 40);
    for (unsigned i = 0; i < rounds * all; ++i) {
        variants.push_back(any_variant(opcode, i, random));
    }
    // Small multiplications, divisions and shifts have code of their own.
    for (unsigned i = 0; opcode.parameters.size() == 2 && i < 40; ++i) {
        NumericVariant variant = any_variant(opcode, static_cast<unsigned>(random()), random);
        variant.sources[random() % 8 == 0 ? 0 : 1] = Source::constant;
        variants.push_back(variant);
    }
    return variants;
}

std::string description(const NumericOpcode& opcode, const NumericVariant& variant) {
    std::string text(opcode.text);
    for (std::size_t i = 0; i < variant.sources.size(); ++i) {
        text += " " + std::to_string(static_cast<int>(variant.sources[i])) + "(" +
                std::to_string(variant.constants[i]) + ")";
    }
    return text + " to " + std::to_string(static_cast<int>(variant.target)) + ", below " +
           std::to_string(variant.integers_below) + " and " + std::to_string(variant.floats_below) +
           (variant.crowded ? ", crowded" : "") + ", calls " + std::to_string(variant.calls);
}

/// All pairs, each trap among them: a run goes on behind the pair that trapped.
class NumericRuns {
public:
    NumericRuns(const NumericOpcode& opcode, std::uint64_t seed)
        : random_(seed),
          opcode_(opcode),
          variants_(variants_of(opcode, random_)),
          pairs_(pairs_of(opcode, random_)),
          program_(fuzz::load_program(numeric_module(opcode, variants_, pairs_)).value()),
          compiled_(compile(program_)) {}

    std::string compare_all(Counts& counts) {
        for (std::size_t i = 0; i < variants_.size(); ++i) {
            if (const std::string what = compare_variant(i, counts); !what.empty()) {
                return description(opcode_, variants_[i]) + ": " + what;
            }
        }
        return "";
    }

private:
    std::string compare_variant(std::size_t variant, Counts& counts) {
        std::uint64_t first = 0;
        for (unsigned traps = 0; first < kPairs && traps <= kMaxTraps; ++traps) {
            const vm::MachineState initial = start(variant, first);
            const ComparisonOptions options{
                .strides = random_() % 4 == 0 ? Strides::narrow : Strides::one_piece,
                .max_pieces = 200};
            vm::MachineState last;
            std::string what = compare(*compiled_, initial, options, random_, counts, &last);
            if (!what.empty()) {
                return "pairs from " + std::to_string(first) + ": " + what;
            }
            first = last.status == vm::Status::trapped ? last.globals[0] + 1 : kPairs;
        }
        return "";
    }

    vm::MachineState start(std::size_t variant, std::uint64_t first) const {
        auto state = vm::start(
            program_,
            {.function = program_.exported_functions.at(driver(variant, variants_.size())),
             .arguments = {first, kPairs},
             .input = std::make_shared<const Bytes>(),
             .gas_limit = kMuchGas});
        LOCKSTEP_CHECK(state.has_value());
        return std::move(*state);
    }

    std::mt19937_64 random_;
    const NumericOpcode& opcode_;
    std::vector<NumericVariant> variants_;
    std::vector<Pair> pairs_;
    vm::Program program_;
    std::unique_ptr<const vm::jit::CompiledProgram> compiled_;
};

TEST(JitNumeric, EachInstructionIsThatOfTheInterpreter) {
    Counts counts;
    std::uint64_t seed = 0;
    for (const NumericOpcode& opcode : numeric_opcodes()) {
        EXPECT_EQ(NumericRuns(opcode, seed++).compare_all(counts), "");
    }
    EXPECT_EQ(seed, 136U);
    std::printf("%llu steps, %llu stops compared\n", static_cast<unsigned long long>(counts.steps),
                static_cast<unsigned long long>(counts.stops));
}

bool is_division(const NumericOpcode& opcode) {
    return opcode.text.contains(".div_") || opcode.text.contains(".rem_");
}

std::vector<std::uint64_t> divisors(bool is_wide, std::mt19937_64& random) {
    std::vector<std::uint64_t> all;
    for (std::uint64_t divisor = 1; divisor < (is_deep() ? 3000 : 70); ++divisor) {
        all.push_back(divisor);
    }
    for (unsigned power = 6; power < (is_wide ? 64 : 32); ++power) {
        const std::uint64_t one = std::uint64_t{1} << power;
        all.insert(all.end(), {one - 1, one, one + 1, one | random() % one});
    }
    return all;
}

/// Quotients that are just not reached, and just so, up to the greatest.
std::vector<Pair> dividends(std::uint64_t divisor, std::uint64_t greatest,
                            std::mt19937_64& random) {
    std::vector<Pair> pairs;
    const auto add = [&](std::uint64_t number) {
        for (const std::uint64_t near : {number - 1, number, number + 1}) {
            pairs.push_back({.first = near & greatest});
            pairs.push_back({.first = (0 - near) & greatest});
        }
    };
    for (const std::uint64_t end : {greatest, greatest / 2, greatest / 2 + 1}) {
        add(end);
        add(end - end % divisor);
        add(end - end % divisor - divisor);
    }
    for (unsigned i = 0; i < 10; ++i) {
        add((random() & greatest) / divisor * divisor);
    }
    return pairs;
}

TEST(JitNumeric, DivisionsByConstantsAreThoseOfTheInterpreter) {
    std::mt19937_64 random = random_numbers(1);
    Counts counts;
    for (const NumericOpcode& opcode : numeric_opcodes()) {
        if (!is_division(opcode)) {
            continue;
        }
        const bool is_wide = opcode.result == ValueType::i64;
        const std::uint64_t greatest = is_wide ? ~std::uint64_t{0} : 0xFFFF'FFFF;
        for (const std::uint64_t divisor : divisors(is_wide, random)) {
            const std::vector<Pair> pairs = dividends(divisor, greatest, random);
            const NumericVariant variant{
                .sources = {Source::local, Source::constant},
                .target = random() % 2 == 0 ? Target::result : Target::operand_local,
                .constants = {0, divisor},
                .integers_below = static_cast<unsigned>(random() % 8)};
            const vm::Program program =
                fuzz::load_program(numeric_module(opcode, {variant}, pairs)).value();
            auto state =
                vm::start(program, {.function = program.exported_functions.at(driver(0, 1)),
                                    .arguments = {0, pairs.size()},
                                    .input = std::make_shared<const Bytes>(),
                                    .gas_limit = kMuchGas});
            ASSERT_TRUE(state.has_value());
            ASSERT_EQ(
                compare(*compile(program), *state, {.strides = Strides::one_piece}, random, counts),
                "")
                << opcode.text << " by " << divisor;
        }
    }
}

}  // namespace
}  // namespace lockstep::jit_test
