#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "vm/module/types.hpp"
#include "vm/module/wasm_instruction.hpp"

namespace lockstep::random_modules {

/// Appends instructions in the binary format.
class InstructionWriter {
public:
    void op(vm::WasmOpcode opcode);
    /// With an index behind it.
    void op(vm::WasmOpcode opcode, std::uint32_t index);
    void byte(std::uint8_t value) { bytes_.push_back(value); }
    void type(vm::ValueType type) { byte(static_cast<std::uint8_t>(type)); }
    /// LEB128, as short as may be.
    void number(std::uint64_t value);
    void signed_number(std::int64_t value);
    /// i32_const, i64_const, f32_const, f64_const with these bits, or ref_null.
    void constant(vm::ValueType type, std::uint64_t bits);
    void append(const Bytes& bytes);

    [[nodiscard]] const Bytes& bytes() const { return bytes_; }
    [[nodiscard]] Bytes take() { return std::move(bytes_); }

private:
    void little_endian(std::uint64_t bits, unsigned count);

    Bytes bytes_;
};

}  // namespace lockstep::random_modules
