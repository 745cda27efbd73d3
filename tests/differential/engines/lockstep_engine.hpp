#pragma once

#include <cstdint>
#include <vector>

#include "base/strong.hpp"
#include "tests/differential/engines/engine_case.hpp"
#include "vm/module/load_error.hpp"
#include "vm/program/program.hpp"

namespace lockstep::engines {

/// What a module defines, by the program's indices.
struct Definitions {
    struct Slot {
        std::uint32_t index = 0;
        vm::ValueType type = vm::ValueType::i32;
    };

    std::vector<std::uint32_t> memories;
    std::vector<Slot> globals;
    std::vector<Slot> tables;
};

struct LoadedCase {
    vm::Program program;
    std::vector<Definitions> definitions;  // by module
};

/// Why Lockstep does not take the modules.
struct Refusal {
    std::string module;  // its name; empty for all together
    bool is_limit = false;
    bool is_import = false;  // that nothing matches
    std::string reason;
};

[[nodiscard]] std::expected<LoadedCase, Refusal> load_case(const RandomModules& modules);

/// More than the random modules need.
inline constexpr Gas kGasLimit{20'000'000};

/// Runs a call to its end.
[[nodiscard]] Expectation run_lockstep(const LoadedCase& loaded, const RandomModules& modules,
                                       const EntryCall& call);

}  // namespace lockstep::engines
