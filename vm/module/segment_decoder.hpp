#pragma once

#include "vm/module/module.hpp"
#include "vm/module/wasm_reader.hpp"

namespace lockstep::vm {

/// Reads a constant expression with its `end`. An instruction that is never constant is refused
/// here; types and indices are validate()'s.
[[nodiscard]] Load<ConstExpression> decode_const_expression(WasmReader& reader);

/// Adds the section's segments to `module`.
[[nodiscard]] Load<void> decode_element_section(WasmReader& section, Module& module);
[[nodiscard]] Load<void> decode_data_section(WasmReader& section, Module& module);

}  // namespace lockstep::vm
