#pragma once

#include <cstddef>

#include "base/bytes.hpp"
#include "vm/module/load_error.hpp"
#include "vm/module/wasm_instruction.hpp"
#include "vm/module/wasm_reader.hpp"

namespace lockstep::vm {

/// Reads the instructions of an expression one at a time. It checks each one's form, not how they
/// nest: the caller counts `block`, `loop`, `if_` and `end`.
///
/// On the body of a function of a ValidModule, read() cannot fail before at_end().
class InstructionReader {
public:
    /// `expression` begins at `file_offset` of the module, and may be followed by other bytes.
    InstructionReader(ByteView expression, std::size_t file_offset)
        : reader_(expression, file_offset) {}

    explicit InstructionReader(WasmReader reader) : reader_(reader) {}

    /// At the next instruction.
    [[nodiscard]] const WasmReader& rest() const { return reader_; }
    [[nodiscard]] bool at_end() const { return reader_.at_end(); }
    /// Of the next instruction, in the module's bytes.
    [[nodiscard]] std::size_t offset() const { return reader_.offset(); }

    [[nodiscard]] Load<WasmInstruction> read();

private:
    [[nodiscard]] Load<WasmOpcode> read_opcode();
    [[nodiscard]] Load<void> read_immediates(WasmInstruction& instruction);
    [[nodiscard]] Load<void> read_constant(WasmInstruction& instruction);
    [[nodiscard]] Load<void> read_block_type(WasmInstruction& instruction);
    [[nodiscard]] Load<void> read_targets(WasmInstruction& instruction);
    [[nodiscard]] Load<void> read_memory_argument(WasmInstruction& instruction);
    [[nodiscard]] Load<void> read_select_types(WasmInstruction& instruction);

    WasmReader reader_;
};

}  // namespace lockstep::vm
