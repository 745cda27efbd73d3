#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "vm/module/load_error.hpp"
#include "vm/module/module.hpp"
#include "vm/program/opcode.hpp"

namespace lockstep::vm {

inline constexpr std::string_view kHostModule = "lockstep";

/// The instruction that an import from kHostModule is; errors name it by its place in Module::imports.
[[nodiscard]] Load<Opcode> find_host_function(const Module& module, std::size_t import);

/// Whether a host function reads or writes the memory of the module that imports it.
[[nodiscard]] bool uses_memory(Opcode host_function);

}  // namespace lockstep::vm
