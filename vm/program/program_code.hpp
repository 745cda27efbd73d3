#pragma once

#include <cstdint>
#include <expected>
#include <span>

#include "vm/module/load_error.hpp"
#include "vm/module/module.hpp"
#include "vm/program/module_layout.hpp"
#include "vm/program/program.hpp"

namespace lockstep::vm {

/// A module of a program, and where its parts are.
struct LinkedModule {
    const Module* module = nullptr;
    const ModuleLayout* layout = nullptr;
};

/// Why modules that fit together are no program.
struct LinkError {
    std::uint32_t instance = 0;  // the module that the offset is in
    LoadError error;
};

/// Sets the code and functions of a program whose other parts are complete (docs/spec/program.md,
/// section 3). Fails where the code is too large.
[[nodiscard]] std::expected<void, LinkError> lower_code(std::span<const LinkedModule> modules,
                                                        Program& program);

}  // namespace lockstep::vm
