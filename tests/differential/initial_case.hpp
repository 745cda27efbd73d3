#pragma once

// An initial state: what a contract computes the first root of a dispute from.

#include <memory>
#include <string>
#include <vector>

#include "vm/machine/start.hpp"
#include "vm/program/program.hpp"

namespace lockstep::differential {

struct InitialCase {
    std::string label;
    std::shared_ptr<const vm::Program> program;
    vm::Invocation invocation;
};

[[nodiscard]] std::vector<InitialCase> initial_cases();

}  // namespace lockstep::differential
