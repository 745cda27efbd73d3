#include "tests/differential/totality/starved_run.hpp"

#include <iterator>

#include "tests/differential/recording.hpp"
#include "vm/machine/gas.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::differential {

namespace {

StarvedRun starve(const TotalityCase& ample, const Charge& charge, std::uint64_t left) {
    StarvedRun starved{.ample = ample, .charge = charge, .left = left, .ending = ample};
    TotalityCase& ending = starved.ending;
    ending.label += "/step_" + std::to_string(charge.step.value) + "_left_" + std::to_string(left);
    ending.invocation.gas_limit = Gas(charge.spent_before + left);
    ending.last = charge.opcode;
    ending.status = vm::Status::trapped;
    ending.code = static_cast<std::uint32_t>(vm::Trap::out_of_gas);
    ending.values.clear();
    ending.memories.clear();
    ending.tables.clear();
    ending.gas_left = left;
    ending.steps = charge.step.value + 1;
    return starved;
}

}  // namespace

std::vector<Charge> charges_of(const TotalityCase& run) {
    const vm::Program& program = run.program.program();
    vm::MachineState state = initial_state(run);
    std::vector<Charge> charges;
    while (state.status == vm::Status::running) {
        const Charge charge{.step = state.steps,
                            .opcode = program.code[state.pc].opcode,
                            .spent_before = run.invocation.gas_limit.value - state.gas.value,
                            .amount = state.gas.value};
        vm::run(program, state, state.steps + 1);
        if (state.gas.value != charge.amount) {
            charges.push_back(charge);
            charges.back().amount -= state.gas.value;
        }
    }
    return charges;
}

std::vector<StarvedRun> starved_runs() {
    std::vector<StarvedRun> runs;
    for (const TotalityCase& run : charging_runs()) {
        for (const Charge& charge : charges_of(run)) {
            runs.push_back(starve(run, charge, charge.amount - 1));
            if (charge.amount > 1) {
                runs.push_back(starve(run, charge, 0));
            }
            if (charge.amount >= 2 * vm::kDirtyChunkGas) {
                runs.push_back(starve(run, charge, vm::kDirtyChunkGas));
            }
        }
    }
    return runs;
}

}  // namespace lockstep::differential
