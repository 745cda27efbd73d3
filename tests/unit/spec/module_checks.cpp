// program.md, gas.md and determinism.md: what becomes of a module.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "base/check.hpp"
#include "tests/unit/spec/checks.hpp"
#include "trace/image.hpp"
#include "vm/machine/interpreter.hpp"
#include "vm/machine/limits.hpp"
#include "vm/machine/start.hpp"
#include "vm/module/decode.hpp"
#include "vm/module/limits.hpp"
#include "vm/module/validate.hpp"
#include "vm/program/limits.hpp"
#include "vm/program/lowering.hpp"

namespace lockstep::spec_test {

namespace {

using vm::LoadErrorClass;
using vm::LoadErrorCode;

constexpr std::array<std::pair<std::string_view, LoadErrorCode>, 4> kCodes{{
    {"unsupported_feature", LoadErrorCode::unsupported_feature},
    {"unsupported_import", LoadErrorCode::unsupported_import},
    {"import_type_mismatch", LoadErrorCode::import_type_mismatch},
    {"limit_exceeded", LoadErrorCode::limit_exceeded},
}};

constexpr std::array<std::pair<std::string_view, LoadErrorClass>, 4> kClasses{{
    {"malformed", LoadErrorClass::malformed},
    {"invalid", LoadErrorClass::invalid},
    {"unsupported", LoadErrorClass::unsupported},
    {"limit", LoadErrorClass::limit},
}};

template <typename Names>
auto value_named(const Names& names, std::string_view name) {
    for (const auto& [text, value] : names) {
        if (text == name) {
            return value;
        }
    }
    throw std::runtime_error("unknown name " + std::string(name));
}

vm::Load<vm::Program> load(const Vector& vector) {
    LOCKSTEP_TRY(vm::Module module, vm::decode(vector.bytes("module")));
    LOCKSTEP_TRY(const vm::ValidModule valid, vm::validate(std::move(module)));
    return vm::lower(valid);
}

/// Runs the vector's function to its end.
vm::MachineState run_to_end(const Vector& vector, const vm::Program& program) {
    auto state =
        vm::start(program, {.function = program.exported_functions.at(vector.text("function")),
                            .arguments = vector.numbers("arguments"),
                            .input = std::make_shared<const Bytes>(),
                            .gas_limit = Gas(vector.number("gas_limit"))});
    if (!state) {
        throw std::runtime_error("the function cannot be started");
    }
    vm::run(program, *state, Step(~std::uint64_t{0}));
    return std::move(*state);
}

void check_lowering(const Vector& vector) {
    const auto program = load(vector);
    ASSERT_TRUE(program.has_value());
    const vm::Program expected = program_of(vector);
    EXPECT_EQ(program->code, expected.code);
    EXPECT_EQ(program->functions, expected.functions);
    EXPECT_EQ(program->memories, expected.memories);
    EXPECT_EQ(trace::Image(*program).root.value, vector.hash("image"));
}

void check_gas(const Vector& vector) {
    const auto program = load(vector);
    ASSERT_TRUE(program.has_value());
    std::vector<std::vector<std::uint64_t>> charges;
    for (std::size_t pc = 0; pc < program->code.size(); ++pc) {
        if (program->code[pc].opcode == vm::Opcode::charge) {
            charges.push_back({pc, program->code[pc].a});
        }
    }
    EXPECT_EQ(charges, vector.rows("charges"));
    const vm::MachineState state = run_to_end(vector, *program);
    EXPECT_EQ(state.status, vm::Status::halted);
    EXPECT_EQ(state.steps, Step(vector.number("steps")));
    EXPECT_EQ(vector.number("gas_limit") - state.gas.value, vector.number("gas_used"));
}

void check_outcome(const Vector& vector) {
    const auto program = load(vector);
    ASSERT_TRUE(program.has_value());
    const vm::MachineState state = run_to_end(vector, *program);
    EXPECT_EQ(static_cast<std::uint64_t>(state.status), vector.number("status"));
    EXPECT_EQ(state.code, vector.number("code"));
    EXPECT_EQ(state.values, vector.numbers("values"));
    EXPECT_EQ(state.steps, Step(vector.number("steps")));
    EXPECT_EQ(state.gas, Gas(vector.number("gas_left")));
}

void check_refused(const Vector& vector) {
    const auto program = load(vector);
    ASSERT_FALSE(program.has_value());
    const vm::LoadError& error = program.error();
    EXPECT_EQ(error.code, value_named(kCodes, vector.text("code")));
    EXPECT_EQ(vm::load_error_class(error.code), value_named(kClasses, vector.text("class")));
    EXPECT_EQ(error.name, vector.has("name") ? vector.text("name") : "");
}

/// The constants by the names that errors give them.
const std::map<std::string_view, std::uint64_t>& named_limits() {
    static const std::map<std::string_view, std::uint64_t> limits{
        {"max_module_bytes", vm::kMaxModuleBytes},
        {"max_types", vm::kMaxTypes},
        {"max_imports", vm::kMaxImports},
        {"max_functions", vm::kMaxFunctions},
        {"max_tables", vm::kMaxTables},
        {"max_memories", vm::kMaxMemories},
        {"max_globals", vm::kMaxGlobals},
        {"max_exports", vm::kMaxExports},
        {"max_element_segments", vm::kMaxElementSegments},
        {"max_data_segments", vm::kMaxDataSegments},
        {"max_elements_per_segment", vm::kMaxElementsPerSegment},
        {"max_elements", vm::kMaxElements},
        {"max_const_expression_instructions", vm::kMaxConstExpressionInstructions},
        {"max_parameters", vm::kMaxParameters},
        {"max_results", vm::kMaxResults},
        {"max_table_elements", vm::kMaxTableElements},
        {"max_initial_elements", vm::kMaxInitialElements},
        {"max_memory_pages", vm::kMaxMemoryPages},
        {"max_function_body_bytes", vm::kMaxFunctionBodyBytes},
        {"max_locals", vm::kMaxLocals},
        {"max_block_nesting", vm::kMaxBlockNesting},
        {"max_br_table_targets", vm::kMaxBrTableTargets},
        {"max_operand_height", vm::kMaxOperandHeight},
        {"max_validation_work_per_byte", vm::kMaxValidationWorkPerByte},
        {"max_validation_work_base", vm::kMaxValidationWorkBase},
        {"max_code_instructions", vm::kMaxCodeInstructions},
        {"max_instructions_per_byte", vm::kMaxInstructionsPerByte},
        {"max_instructions_base", vm::kMaxInstructionsBase},
        {"max_linked_modules", vm::kMaxLinkedModules},
        {"max_linked_tables", vm::kMaxLinkedTables},
        {"max_dropped_values", vm::kMaxDroppedValues},
        {"max_table_size", vm::kMaxTableSize},
        {"max_call_depth", vm::kMaxCallDepth},
        {"max_slots", vm::kMaxSlots},
        {"max_output_bytes", vm::kMaxOutputBytes},
        {"max_input_bytes", vm::kMaxInputBytes},
        {"max_gas_limit", vm::kMaxGasLimit},
        {"max_entry_arguments", vm::kMaxEntryArguments},
    };
    return limits;
}

void check_limits(const Vector& vector) {
    for (const std::string& name : vector.unread_fields()) {
        const auto limit = named_limits().find(name);
        ASSERT_NE(limit, named_limits().end()) << name;
        EXPECT_EQ(vector.number(name), limit->second) << name;
    }
}

}  // namespace

std::vector<Check> module_checks() {
    return {{"lowering", check_lowering},
            {"gas", check_gas},
            {"outcome", check_outcome},
            {"refused", check_refused},
            {"limits", check_limits}};
}

}  // namespace lockstep::spec_test
