#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "vm/module/module.hpp"
#include "vm/module/wasm_reader.hpp"

namespace lockstep::vm {

// The sections that declare: each function reads its section's contents and adds them to the
// module. Those of segments are in segment_decoder.hpp. Sections that come before have been read.
// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/binary/modules.html#sections

[[nodiscard]] Load<void> decode_type_section(WasmReader& section, Module& module);
[[nodiscard]] Load<void> decode_import_section(WasmReader& section, Module& module);
[[nodiscard]] Load<void> decode_function_section(WasmReader& section, Module& module);
[[nodiscard]] Load<void> decode_table_section(WasmReader& section, Module& module);
[[nodiscard]] Load<void> decode_memory_section(WasmReader& section, Module& module);
[[nodiscard]] Load<void> decode_global_section(WasmReader& section, Module& module);
[[nodiscard]] Load<void> decode_export_section(WasmReader& section, Module& module);
[[nodiscard]] Load<void> decode_start_section(WasmReader& section, Module& module);
[[nodiscard]] Load<void> decode_data_count_section(WasmReader& section, Module& module);
[[nodiscard]] Load<void> decode_code_section(WasmReader& section, Module& module);

}  // namespace lockstep::vm
