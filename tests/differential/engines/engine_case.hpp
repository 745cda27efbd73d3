#pragma once

#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "tests/random_modules/random_module.hpp"
#include "vm/machine/trap.hpp"

namespace lockstep::engines {

using random_modules::EntryCall;
using random_modules::NamedModule;
using random_modules::RandomModules;

/// Modules that several engines run, each call in instances of its own: Lockstep the plain ones, the
/// others those with settled NaNs. They export their memory as `memory`, their globals as `global0` and so
/// on, their tables as `table0`; all but the last export all their functions.
struct EngineCase {
    std::string label;  // says how to make it again
    RandomModules modules;
};

enum class Ending : std::uint8_t {
    returned,
    exited,  // by the host function halt
    trapped,
    exhausted,  // a resource that engines have more or less of
    unknown,    // cannot be observed in this engine
    refused,    // the engine does not take the module
};

/// What an engine said of a call. `results` and `state` are texts that all engines write alike: see
/// ObservationWriter.
struct Observation {
    Ending ending = Ending::unknown;
    std::string detail =
        {};  // the exit code; the trap in the engine's own words; why it was refused
    std::string results = {};  // of a call that returned
    /// Output, and of each module the memory, globals and tables that it defines. Empty where it could not be observed: engines give nobody the
    /// instance whose start traps.
    std::string state = {};
};

/// What Lockstep did.
struct Expectation {
    Observation observation;
    vm::Trap trap = vm::Trap::none;
    std::uint64_t steps = 0;
};

enum class OtherEngine : std::uint8_t { v8, wabt };

[[nodiscard]] std::string_view engine_name(OtherEngine engine);

/// Whether the words of an engine are said of that trap. V8 has the same words for several.
[[nodiscard]] bool is_said_of(OtherEngine engine, std::string_view words, vm::Trap trap);

enum class Agreement : std::uint8_t { same, incomparable, different };

[[nodiscard]] Agreement compare(OtherEngine engine, const Expectation& expected,
                                const Observation& observed);

}  // namespace lockstep::engines
