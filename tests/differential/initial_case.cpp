#include "tests/differential/initial_case.hpp"

#include "tests/differential/step_case.hpp"
#include "vm/machine/limits.hpp"

namespace lockstep::differential {

namespace {

using Kinds = std::vector<vm::ParameterKind>;

/// A program of one function of these parameters behind `before` others.
std::shared_ptr<vm::Program> program_of(const Kinds& kinds, std::uint32_t before = 0) {
    auto program = std::make_shared<vm::Program>();
    program->code.assign(7 + before, {.opcode = vm::Opcode::unreachable});
    for (std::uint32_t i = 0; i < before; ++i) {
        program->functions.push_back({.type = i, .entry = 1 + i, .slots = 3 * i});
    }
    vm::FunctionRecord record{.type = 99,
                              .entry = 4,
                              .slots = 50,
                              .parameters = static_cast<std::uint16_t>(kinds.size()),
                              .results = 2,
                              .locals_depth = 3};
    for (std::size_t i = 0; i < kinds.size() && i < 32; ++i) {
        record.parameter_kinds |= std::uint64_t{static_cast<std::uint8_t>(kinds[i])} << (2 * i);
    }
    program->functions.push_back(record);
    return program;
}

InitialCase make(std::string label, std::shared_ptr<const vm::Program> program,
                 std::uint32_t function, std::vector<std::uint64_t> arguments,
                 const Bytes& input = {}, std::uint64_t gas_limit = 1'000'000) {
    return {.label = std::move(label),
            .program = std::move(program),
            .invocation = {.function = FunctionIndex(function),
                           .arguments = std::move(arguments),
                           .input = std::make_shared<const Bytes>(input),
                           .gas_limit = Gas(gas_limit)}};
}

}  // namespace

std::vector<InitialCase> initial_cases() {
    using enum vm::ParameterKind;
    std::vector<InitialCase> cases;
    cases.push_back(make("no_arguments", program_of({}), 0, {}));
    cases.push_back(make("greatest_i32", program_of({bits32}), 0, {0xFFFF'FFFF}));
    cases.push_back(make("greatest_i64", program_of({bits64}), 0, {~0ULL}));
    cases.push_back(make("each_kind", program_of({bits32, bits64, externref, funcref, bits32}), 0,
                         {7, 1ULL << 40U, ~0ULL, 0, 9}));
    cases.push_back(
        make("32_arguments", program_of(Kinds(vm::kMaxEntryArguments, bits64)), 0,
             std::vector<std::uint64_t>(vm::kMaxEntryArguments, 0xABCD'EF01'2345'6789)));
    cases.push_back(make("first_of_many", program_of({bits32}, 20), 0, {}));
    cases.push_back(make("last_of_many", program_of({bits32, bits64}, 20), 20, {1, 2}));
    cases.push_back(make("no_gas", program_of({}), 0, {}, {}, 0));
    cases.push_back(make("most_gas", program_of({}), 0, {}, {}, vm::kMaxGasLimit));
    for (const std::size_t length : {1UL, 31UL, 32UL, 33UL, 5000UL}) {
        cases.push_back(
            make("input_of_" + std::to_string(length), program_of({}, 3), 3, {}, counting(length)));
    }
    auto furnished = program_of({bits32, bits32}, 2);
    furnished->memories = {{.pages = 2, .max_pages = 1024}, {.pages = 0, .max_pages = 1}, {}};
    furnished->globals = {1, 2, 0, 4, 5, 77};
    furnished->tables = {{.size = 3, .max = 10}, {.size = 0, .max = 0}, {.size = 7, .max = 10'000}};
    furnished->data_pool = counting(150);
    furnished->element_pool = {1, 2, 3, 0, 2};
    cases.push_back(make("memory_tables_globals_segments", furnished, 2, {3, 4}, counting(64)));
    return cases;
}

}  // namespace lockstep::differential
