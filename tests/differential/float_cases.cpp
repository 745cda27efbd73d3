#include <ios>
#include <map>
#include <set>
#include <sstream>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/differential/float_operands.hpp"
#include "tests/differential/float_reference.hpp"
#include "tests/differential/step_cases.hpp"

namespace lockstep::differential {

namespace {

/// Of each instruction and outcome.
constexpr std::size_t kCases = 5;

/// Results that came about in the same way.
using Kind = std::tuple<bool, bool, bool, bool, bool>;

Kind kind_of(const FloatResult& result) {
    return {result.inexact, result.tie, result.subnormal, result.overflowed, result.value == 0};
}

StepCase float_case(vm::Opcode opcode, const FloatOperands& operands, const FloatResult& result) {
    const bool traps = result.trap != vm::Trap::none;
    std::ostringstream label;
    label << name(opcode) << '/' << (traps ? vm::trap_name(result.trap) : "success") << '/'
          << std::hex << operands.a;
    std::vector<std::uint64_t> values{operands.a};
    if (vm::traits(opcode).pops == 2) {
        label << '_' << operands.b;
        values.push_back(operands.b);
    }
    Scenario scenario(label.str(), {.opcode = opcode});
    scenario.operands(values);
    return traps ? scenario.trap(result.trap) : scenario.next({result.value});
}

/// The first operands of each kind, then any.
void append_cases(StepCases& cases, const FloatOperation& operation) {
    std::map<vm::Trap, std::set<Kind>> kinds;
    std::map<vm::Trap, std::size_t> counts;
    std::set<std::pair<std::uint64_t, std::uint64_t>> taken;
    for (const bool any : {false, true}) {
        FloatOperandSource source(operation.opcode);
        for (std::size_t i = 0; i < kFloatVectors; ++i) {
            const FloatOperands operands = source.next();
            const FloatResult result = operation.evaluate(operands.a, operands.b);
            const bool wanted = kinds[result.trap].insert(kind_of(result)).second || any;
            if (wanted && counts[result.trap] < kCases &&
                taken.emplace(operands.a, operands.b).second) {
                ++counts[result.trap];
                cases.push_back(float_case(operation.opcode, operands, result));
            }
        }
    }
}

}  // namespace

StepCases float_cases() {
    StepCases cases;
    for (const FloatOperation& operation : float_operations()) {
        append_cases(cases, operation);
    }
    return cases;
}

}  // namespace lockstep::differential
