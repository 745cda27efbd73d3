#pragma once

#include "base/bytes.hpp"
#include "vm/module/load_error.hpp"
#include "vm/module/module.hpp"

namespace lockstep::vm {

/// Decodes a module of binary format version 1. It refuses what validate() could not point at any
/// more (type indices, limits of tables and memories, instructions that are not constant); function
/// bodies are only delimited: their instructions are read and checked by validate().
/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/binary/modules.html
[[nodiscard]] Load<Module> decode(Bytes wasm);

}  // namespace lockstep::vm
