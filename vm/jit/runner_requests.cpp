// What native code asks C++ for in the midst of a run.

#include "base/check.hpp"
#include "vm/instructions/execute.hpp"
#include "vm/jit/access_size.hpp"
#include "vm/jit/function_compiler.hpp"
#include "vm/jit/runner.hpp"
#include "vm/machine/bulk_stride.hpp"
#include "vm/machine/gas.hpp"
#include "vm/machine/running_access.hpp"

namespace lockstep::vm::jit {

namespace {

Runner& runner_of(Context* context) {
    return *static_cast<Runner*>(context->run);
}

}  // namespace

/// Nothing may be thrown through native code. The result is whether it must be left.
template <typename Body>
std::uint64_t Runner::guarded(Body body) {
    try {
        return body() ? 1 : 0;
    } catch (...) {
        exception_ = std::current_exception();
        context_.exit_kind = static_cast<std::uint32_t>(Exit::helper);
        return 1;
    }
}

std::uint64_t Runner::execute(Context* context, std::uint64_t pc, std::uint64_t height,
                              std::uint64_t steps_left) {
    Runner& runner = runner_of(context);
    return runner.guarded([&] {
        return runner.execute(static_cast<std::uint32_t>(pc), static_cast<std::uint32_t>(height),
                              static_cast<std::uint32_t>(steps_left));
    });
}

std::uint64_t Runner::prepare_store(Context* context, std::uint64_t address,
                                    std::uint64_t return_address, std::uint64_t /*unused*/) {
    Runner& runner = runner_of(context);
    const auto pc = runner.compiled_.fault_pc(return_address);
    LOCKSTEP_CHECK(pc.has_value());
    return runner.guarded([&] { return runner.prepare_store(address, *pc); });
}

std::uint64_t Runner::mark_global(Context* context, std::uint64_t index, std::uint64_t /*unused1*/,
                                  std::uint64_t /*unused2*/) {
    Runner& runner = runner_of(context);
    return runner.guarded([&] {
        runner.state_.globals.mark(index);
        return false;
    });
}

std::uint64_t Runner::refill(Context* context, std::uint64_t /*unused1*/, std::uint64_t /*unused2*/,
                             std::uint64_t /*unused3*/) {
    return runner_of(context).refill();
}

/// The address of the check point's entry, if native code can go on there.
std::uint64_t Runner::refill() {
    const CheckPoint& check_point = compiled_.image().check_points[context_.exit_number];
    const Spent spent = spent_before(check_point);
    if (check_point.entry == CheckPoint::kNoEntry ||
        affordable(spent.gas, spent.steps) <
            static_cast<std::int64_t>(program_.code[check_point.pc].a)) {
        return 0;
    }
    open_window(spent.gas, spent.steps);
    return reinterpret_cast<std::uint64_t>(compiled_.address(check_point.entry));
}

/// One instruction, whose operands are in their homes; true where native code must be left.
bool Runner::execute(std::uint32_t pc, std::uint32_t height, std::uint32_t steps_left) {
    const Instruction& instruction = program_.code[pc];
    const Spent before = spent();
    BulkStride bulk{
        .top = context_.values + height, .steps = before.steps - steps_left, .gas = before.gas};
    stride(instruction, state_.memories, bulk, until_);
    RunningAccess access(program_, state_,
                         {.top = bulk.top,
                          .locals = context_.locals,
                          .pc = pc,
                          .status = Status::running,
                          .steps = bulk.steps,
                          .gas = bulk.gas});
    const auto& registers = access.registers();
    do {
        apply(access, vm::execute(access, instruction));
    } while (registers.status == Status::running && registers.pc == pc && registers.steps < until_);
    context_.exit_kind = static_cast<std::uint32_t>(Exit::helper);
    const bool is_running = registers.status == Status::running;
    if (is_running && !traits(instruction.opcode).ends_superblock) {
        spend(before.gas - registers.gas);
        return false;
    }
    if (is_running && registers.pc != pc && affordable(registers.gas, registers.steps) >= 0 &&
        registers.steps < until_) {
        open_window(registers.gas, registers.steps);
        fill_tables();
        return false;
    }
    helper_top_ = registers.top;
    access.save();
    fill_tables();
    return true;
}

/// A store whose chunks are not all logged, or that leaves the memory.
bool Runner::prepare_store(std::uint64_t address, std::uint32_t pc) {
    const std::uint32_t size = access_size(program_.code[pc].opcode);
    const auto leave = [&](Trap trap) {
        context_.exit_kind = static_cast<std::uint32_t>(Exit::trap);
        context_.exit_pc = pc;
        context_.exit_number = static_cast<std::uint32_t>(trap);
        return true;
    };
    if (address + size > memory().bytes().size()) {
        return leave(Trap::out_of_bounds_memory_access);
    }
    DirectAccess access(program_, state_);
    access.open_memory(0, 0);
    const std::uint64_t cost = kDirtyChunkGas * access.uncharged_chunks({address, size});
    if (spent().gas < cost) {
        return leave(Trap::out_of_gas);
    }
    spend(cost);
    (void)memory().write(address, size);
    return false;
}

/// A dynamic charge. The reserve keeps what may be spent before the next check point; what goes beyond
/// it is the window's, which may be overdrawn until then.
void Runner::spend(std::uint64_t gas) {
    const std::uint64_t least = compiled_.image().path_gas_with_stores;
    if (window_.reserve >= least + gas) {
        window_.reserve -= gas;
        return;
    }
    // The reserve may hold less than `least` already, where the window has been overdrawn.
    context_.counter -= gas << kStepBits;
}

}  // namespace lockstep::vm::jit
