#pragma once

#include <cstdint>

#include "base/byte_writer.hpp"
#include "trace/committer.hpp"
#include "vm/machine/direct_access.hpp"

namespace lockstep::trace {

/// StateAccess to a native state that also writes the openings of what it touches, as they are in
/// the committer: the state before the step. Twin: WitnessAccess, which reads them.
class RecordingAccess : public vm::DirectAccess {
public:
    RecordingAccess(const vm::Program& program, vm::MachineState& state, const Committer& committer,
                    ByteWriter& writer)
        : DirectAccess(program, state), committer_(committer), writer_(writer) {}

    [[nodiscard]] std::uint64_t local(std::uint32_t index, unsigned depth);
    void set_local(std::uint32_t index, unsigned depth, std::uint64_t value);
    [[nodiscard]] std::uint64_t global(std::uint32_t index, unsigned depth);
    void set_global(std::uint32_t index, unsigned depth, std::uint64_t value);

    [[nodiscard]] std::uint32_t pop_frame();

    void open_memory(std::uint32_t memory, unsigned depth);
    void open_memory_bytes(vm::Range first, vm::Range second);

    void open_table(std::uint32_t table, unsigned depth);
    void open_tables(std::uint32_t x, std::uint32_t y, unsigned depth);
    void open_table_slots(std::uint32_t table, vm::Range range);
    void open_table_slots_for_copy(std::uint32_t to, vm::Range written, std::uint32_t from,
                                   vm::Range read);

    void open_function(std::uint32_t index);
    void open_elements(vm::Range range);
    void open_data(vm::Range range);
    void open_io();
    void open_input(vm::Range range);
    void open_output(vm::Range range);

private:
    void open_local(std::uint32_t index);
    void open_global(std::uint32_t index);
    void open_environment();
    void open_program();

    const Committer& committer_;
    ByteWriter& writer_;
    bool environment_open_ = false;
    std::uint32_t memory_ = 0;  // the open one
    bool program_open_ = false;
};

}  // namespace lockstep::trace
