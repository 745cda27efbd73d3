#pragma once

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "vm/module/decode.hpp"
#include "vm/module/validate.hpp"
#include "vm/program/lowering.hpp"

namespace lockstep::fuzz {

[[nodiscard]] inline vm::Load<vm::Program> load_program(ByteView wasm) {
    LOCKSTEP_TRY(vm::Module module, vm::decode(Bytes(wasm.begin(), wasm.end())));
    LOCKSTEP_TRY(const vm::ValidModule valid, vm::validate(std::move(module)));
    return vm::lower(valid);
}

}  // namespace lockstep::fuzz
