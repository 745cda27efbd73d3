// The step cases and the synthetic steps cover each opcode with each trap that it can raise.

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "dispute/step_verifier.hpp"
#include "tests/differential/program_steps.hpp"
#include "tests/differential/recording.hpp"
#include "tests/differential/step_cases.hpp"
#include "tests/differential/synthetic_steps.hpp"

namespace lockstep::differential {
namespace {

using vm::Trap;

/// docs/spec/step.md, section 3.
std::set<Trap> possible_traps(const vm::OpcodeTraits& row) {
    using enum vm::Opcode;
    const std::string_view name = row.mnemonic;
    switch (row.opcode) {
        case unreachable: return {Trap::unreachable};
        case charge: return {Trap::out_of_gas};
        case call:
        case invoke: return {Trap::call_stack_exhausted};
        case call_reference:
            return {Trap::uninitialized_element, Trap::indirect_call_type_mismatch,
                    Trap::call_stack_exhausted};
        case i32_div_s:
        case i64_div_s: return {Trap::integer_divide_by_zero, Trap::integer_overflow};
        case i32_div_u:
        case i32_rem_s:
        case i32_rem_u:
        case i64_div_u:
        case i64_rem_s:
        case i64_rem_u: return {Trap::integer_divide_by_zero};
        case memory_grow:
        case table_grow: return {Trap::out_of_gas};
        case memory_fill:
        case memory_copy:
        case memory_init: return {Trap::out_of_bounds_memory_access, Trap::out_of_gas};
        case table_fill:
        case table_copy:
        case table_init: return {Trap::out_of_bounds_table_access, Trap::out_of_gas};
        case table_get:
        case table_set: return {Trap::out_of_bounds_table_access};
        case table_element: return {Trap::undefined_element};
        case input_read:
            return {Trap::out_of_bounds_input_read, Trap::out_of_bounds_memory_access,
                    Trap::out_of_gas};
        case output_write:
            return {Trap::out_of_bounds_memory_access, Trap::output_too_large, Trap::out_of_gas};
        default: break;
    }
    if (name.contains("_trunc_f")) {
        return {Trap::invalid_conversion, Trap::integer_overflow};
    }
    if (name.find("_load") != std::string_view::npos) {
        return {Trap::out_of_bounds_memory_access};
    }
    if (name.find("_store") != std::string_view::npos) {
        return {Trap::out_of_bounds_memory_access, Trap::out_of_gas};
    }
    return {};
}

/// The first two parts of a label.
std::string opcode_and_outcome(const std::string& label) {
    return label.substr(0, label.find('/', label.find('/') + 1));
}

std::map<std::string, std::size_t> covered() {
    std::map<std::string, std::size_t> counts;
    for (const StepCase& step_case : all_step_cases()) {
        ++counts[opcode_and_outcome(step_case.label)];
    }
    for (const RecordedStep& step : synthetic_steps()) {
        ++counts[opcode_and_outcome(step.label)];
    }
    return counts;
}

TEST(Coverage, EachOpcodeSucceedsAndRaisesEachOfItsTraps) {
    std::map<std::string, std::size_t> counts = covered();
    std::size_t pairs = 0;
    for (std::uint32_t code = 0; code <= 0xFFFF; ++code) {
        const vm::OpcodeTraits* row = vm::find_traits(static_cast<std::uint16_t>(code));
        if (row == nullptr) {
            continue;
        }
        const std::string prefix = std::string(row->mnemonic) + "/";
        if (row->opcode != vm::Opcode::unreachable) {
            EXPECT_GE(counts[prefix + "success"], 2U) << prefix;
            counts.erase(prefix + "success");
            ++pairs;
        }
        for (const Trap trap : possible_traps(*row)) {
            const std::string pair = prefix + std::string(vm::trap_name(trap));
            EXPECT_GE(counts[pair], 1U) << pair;
            counts.erase(pair);
            ++pairs;
        }
    }
    std::erase_if(counts,
                  [](const auto& entry) { return entry.first.starts_with("fixed_point/"); });
    EXPECT_TRUE(counts.empty()) << counts.begin()->first << " is not possible";
    RecordProperty("pairs", static_cast<int>(pairs));
}

TEST(Coverage, LabelsSayWhatHappens) {
    for (const StepCase& step_case : all_step_cases()) {
        const std::string expected =
            step_case.before.status == vm::Status::running
                ? name(step_case.opcode) + "/" + outcome_name(step_case.after)
                : opcode_and_outcome(step_case.label);
        EXPECT_EQ(opcode_and_outcome(step_case.label), expected) << step_case.label;
    }
}

TEST(Coverage, SyntheticStepsLeadWhereTheSpecificationSays) {
    for (const RecordedStep& step : synthetic_steps()) {
        const auto proven = dispute::verify_step(step.pre, step.bundle);
        ASSERT_TRUE(proven.has_value()) << step.label;
        EXPECT_EQ(*proven, step.post) << step.label;
    }
}

TEST(Coverage, ProgramStepsAreProven) {
    std::set<std::string> opcodes;
    for (const RecordedStep& step : sampled_program_steps()) {
        const auto proven = dispute::verify_step(step.pre, step.bundle);
        ASSERT_TRUE(proven.has_value()) << step.label;
        EXPECT_EQ(*proven, step.post) << step.label;
        opcodes.insert(step.label.substr(0, step.label.find('/')));
    }
    // The guest programs run all opcodes.
    for (std::uint32_t code = 0; code <= 0xFFFF; ++code) {
        if (const auto* row = vm::find_traits(static_cast<std::uint16_t>(code))) {
            EXPECT_TRUE(opcodes.contains(std::string(row->mnemonic))) << row->mnemonic;
        }
    }
}

}  // namespace
}  // namespace lockstep::differential
