#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <span>

#include "base/bytes.hpp"
#include "base/strong.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::vm {

/// Everything that, with a program, fixes an execution.
struct Invocation {
    FunctionIndex function;
    std::vector<std::uint64_t> arguments;  // slots
    std::shared_ptr<const Bytes> input;
    Gas gas_limit;
};

enum class StartError : std::uint8_t {
    no_such_function,
    too_many_arguments,  // the function has more than kMaxEntryArguments parameters
    wrong_number_of_arguments,
    argument_out_of_range,  // a 32-bit argument has high bits, or a funcref is not null
    input_too_large,
    gas_limit_too_large,
};

/// The initial state (docs/spec/state.md, section 7).
[[nodiscard]] std::expected<MachineState, StartError> start(const Program& program,
                                                            const Invocation& invocation);

}  // namespace lockstep::vm
