#include "vm/machine/start.hpp"

#include "base/check.hpp"
#include "vm/machine/limits.hpp"

namespace lockstep::vm {

namespace {

bool fits(std::uint64_t argument, ParameterKind kind) {
    switch (kind) {
        case ParameterKind::bits32: return argument <= 0xFFFF'FFFF;
        case ParameterKind::bits64:
        case ParameterKind::externref: return true;
        case ParameterKind::funcref: return argument == 0;
    }
    return false;
}

std::expected<void, StartError> check_arguments(const FunctionRecord& function,
                                                std::span<const std::uint64_t> arguments) {
    if (function.parameters > kMaxEntryArguments) {
        return std::unexpected(StartError::too_many_arguments);
    }
    if (arguments.size() != function.parameters) {
        return std::unexpected(StartError::wrong_number_of_arguments);
    }
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto kind = static_cast<ParameterKind>((function.parameter_kinds >> (2 * i)) & 3U);
        if (!fits(arguments[i], kind)) {
            return std::unexpected(StartError::argument_out_of_range);
        }
    }
    return {};
}

}  // namespace

std::expected<MachineState, StartError> start(const Program& program,
                                              const Invocation& invocation) {
    LOCKSTEP_CHECK(invocation.input != nullptr);
    if (invocation.function.value >= program.functions.size()) {
        return std::unexpected(StartError::no_such_function);
    }
    LOCKSTEP_TRY_VOID(
        check_arguments(program.functions[invocation.function.value], invocation.arguments));
    if (invocation.input->size() > kMaxInputBytes) {
        return std::unexpected(StartError::input_too_large);
    }
    if (invocation.gas_limit.value > kMaxGasLimit) {
        return std::unexpected(StartError::gas_limit_too_large);
    }
    MachineState state;
    state.gas = invocation.gas_limit;
    state.values = invocation.arguments;
    state.values.push_back(std::uint64_t{invocation.function.value} + 1);
    state.locals.assign(4, 0);
    state.memories.reserve(program.memories.size());
    for (const MemoryShape& shape : program.memories) {
        state.memories.emplace_back(shape.pages, shape.max_pages);
    }
    state.globals = TrackedSlots(program.globals);
    for (const TableShape& shape : program.tables) {
        state.tables.push_back({.slots = TrackedSlots(std::vector<std::uint64_t>(shape.size)),
                                .size = shape.size,
                                .max = shape.max});
    }
    state.input = invocation.input;
    return state;
}

}  // namespace lockstep::vm
