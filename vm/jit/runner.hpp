#pragma once

#include <cstdint>
#include <exception>
#include <vector>

#include "vm/jit/compiled_program.hpp"
#include "vm/jit/context.hpp"
#include "vm/machine/machine_state.hpp"

namespace lockstep::vm::jit {

/// Runs a machine in native code as far as that is certain to be exact, and elsewhere one instruction
/// at a time, until it stops or has done `until` steps. The state is what vm::run leaves, whatever
/// `until` is (docs/adr/0015).
///
/// Throws std::bad_alloc; the state is of no use then.
class Runner {
public:
    Runner(const CompiledProgram& compiled, MachineState& state, std::uint64_t until);

    void run();

private:
    /// What native code may spend before it comes back; see context.hpp.
    struct Window {
        std::int64_t gas = 0;
        std::uint64_t reserve = 0;  // gas that is not in it
        std::uint64_t steps = 0;    // done when it was opened
    };
    /// What the packed counter says.
    struct Spent {
        std::uint64_t steps = 0;  // done
        std::uint64_t gas = 0;    // left
    };

    // runner.cpp
    [[nodiscard]] const CheckPoint* entry_at(std::uint32_t pc) const;
    void run_exactly_to_entry();
    [[nodiscard]] std::int64_t affordable(std::uint64_t gas, std::uint64_t steps) const;
    void open_window(std::uint64_t gas, std::uint64_t steps);
    [[nodiscard]] Spent spent() const;
    [[nodiscard]] Spent spent_before(const CheckPoint& check_point) const;
    void fill_context();
    void fill_tables();
    void enter(const CheckPoint& entry);
    void leave();
    void leave_at_check();
    void leave_by_trap();
    void leave_by_return();
    void leave_refused();
    void leave_from_helper();
    void suspend_frames(std::uint32_t running_function, std::size_t skipped);
    void end_frame(std::uint32_t function, std::uint32_t locals_begin);
    void set_height(std::uint32_t height);

    // runner_requests.cpp
    static std::uint64_t execute(Context* context, std::uint64_t pc, std::uint64_t height,
                                 std::uint64_t steps_left);
    static std::uint64_t prepare_store(Context* context, std::uint64_t address,
                                       std::uint64_t return_address, std::uint64_t unused);
    static std::uint64_t mark_global(Context* context, std::uint64_t index, std::uint64_t unused1,
                                     std::uint64_t unused2);
    static std::uint64_t refill(Context* context, std::uint64_t unused1, std::uint64_t unused2,
                                std::uint64_t unused3);
    [[nodiscard]] std::uint64_t refill();
    [[nodiscard]] bool execute(std::uint32_t pc, std::uint32_t height, std::uint32_t steps_left);
    [[nodiscard]] bool prepare_store(std::uint64_t address, std::uint32_t pc);
    void spend(std::uint64_t gas);
    template <typename Body>
    [[nodiscard]] std::uint64_t guarded(Body body);
    [[nodiscard]] Memory& memory() { return state_.memories[0]; }

    const CompiledProgram& compiled_;
    const Program& program_;
    MachineState& state_;
    std::uint64_t until_;
    Context& context_;
    Window window_;
    std::uint64_t* native_base_ = nullptr;  // where the outermost native frame returns to
    std::uint32_t entered_function_ = 0;
    std::uint64_t* helper_top_ = nullptr;  // of the values, where a helper has stopped
    std::vector<NativeTable> tables_;
    std::exception_ptr exception_;
};

}  // namespace lockstep::vm::jit
