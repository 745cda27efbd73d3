#pragma once

// Valid modules of any shape: all instructions but those of vectors, several functions, tables, blocks
// of any type, branches of all kinds, segments of all modes. A run of them ends by itself, soon.

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "fuzz/choices.hpp"
#include "vm/module/types.hpp"

namespace lockstep::random_modules {

struct NamedModule {
    std::string name;
    Bytes wasm;
    /// The same module, but that each NaN that an instruction computes becomes the positive quiet one
    /// without payload: for engines that compute others.
    Bytes settled_wasm;
};

struct EntryCall {
    std::string function;                  // the name of an export of the last module
    std::vector<std::uint64_t> arguments;  // bits
};

/// Modules of which each may import from those before it, and calls of the last one's functions.
struct RandomModules {
    std::vector<NamedModule> modules;
    std::vector<EntryCall> calls;
    Bytes input;
};

struct ModuleOptions {
    bool host_functions = true;  // may be imported
    bool may_mismatch = false;   // now and then an import does not match, and nothing can be linked
    std::uint32_t max_modules = 3;
};

/// The same bytes give the same modules. Any bytes are choices; the more there are, the larger are
/// the modules, up to some thousand bytes.
[[nodiscard]] RandomModules random_modules(ByteView bytes, ModuleOptions options = {});

/// Choices for modules of usual size, the same for the same seed on any machine.
[[nodiscard]] Bytes choices_of_seed(std::uint64_t seed);

/// An argument of that type for a function that is called from outside: never a NaN, whose bits an
/// engine's interface may not keep. 0 for a funcref.
[[nodiscard]] std::uint64_t choose_argument(fuzz::Choices& choices, vm::ValueType type);

}  // namespace lockstep::random_modules
