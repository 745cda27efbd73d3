#include "vm/instructions/numeric.hpp"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "vm/program/opcode.hpp"

namespace lockstep::vm {
namespace {

Numeric evaluate(const OpcodeTraits& row, const std::vector<std::uint64_t>& operands) {
    if (operands.size() == 1) {
        return {.value = evaluate_unary(row.opcode, operands[0])};
    }
    return row.mnemonic.starts_with("i32")
               ? evaluate_i32(row.opcode, static_cast<std::uint32_t>(operands[0]),
                              static_cast<std::uint32_t>(operands[1]))
               : evaluate_i64(row.opcode, operands[0], operands[1]);
}

const OpcodeTraits& row_of(const std::string& mnemonic) {
    for (std::uint16_t code = 0x0600; code <= 0x06FF; ++code) {
        const OpcodeTraits* row = find_traits(code);
        if (row != nullptr && row->mnemonic == mnemonic) {
            return *row;
        }
    }
    ADD_FAILURE() << mnemonic;
    return traits(Opcode::unreachable);
}

/// tests/vectors/numeric.txt is computed with Python's integers.
TEST(Numeric, GivesTheResultsOfTheVectors) {
    std::ifstream file(LOCKSTEP_SOURCE_DIR "/tests/vectors/numeric.txt");
    std::size_t lines = 0;
    for (std::string line; std::getline(file, line); ++lines) {
        std::istringstream words(line);
        std::string mnemonic;
        words >> mnemonic;
        std::vector<std::uint64_t> operands;
        std::string word;
        while (words >> word && word != "=") {
            operands.push_back(std::stoull(word, nullptr, 16));
        }
        words >> word;
        const Numeric result = evaluate(row_of(mnemonic), operands);
        if (result.trap != Trap::none) {
            EXPECT_EQ(trap_name(result.trap), word) << line;
        } else {
            EXPECT_EQ(result.value, std::stoull(word, nullptr, 16)) << line;
        }
    }
    EXPECT_GT(lines, 1000U);
}

static_assert(evaluate_i32(Opcode::i32_add, 0xFFFF'FFFF, 2).value == 1);
static_assert(evaluate_i32(Opcode::i32_div_s, 0x8000'0000, 0xFFFF'FFFF).trap ==
              Trap::integer_overflow);
static_assert(evaluate_i32(Opcode::i32_rem_s, 0x8000'0000, 0xFFFF'FFFF).value == 0);
static_assert(evaluate_i64(Opcode::i64_rem_u, 7, 0).trap == Trap::integer_divide_by_zero);
static_assert(evaluate_i64(Opcode::i64_shl, 1, 64).value == 1);
static_assert(evaluate_unary(Opcode::i32_extend8_s, 0x180) == 0xFFFF'FF80);

}  // namespace
}  // namespace lockstep::vm
