#pragma once

#include <vector>

#include "vm/module/module.hpp"
#include "vm/module/wasm_reader.hpp"

namespace lockstep::vm {

/// The function names of a custom section `name` (`contents` begin after that word) in a module of
/// `function_count` functions. A malformed section has none: names never make a module fail.
/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/appendix/custom.html#name-section
[[nodiscard]] std::vector<FunctionName> decode_function_names(WasmReader contents,
                                                              std::size_t function_count);

}  // namespace lockstep::vm
