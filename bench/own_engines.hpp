#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/strong.hpp"
#include "bench/measurement.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::bench {

/// Executes as vm::run does, of the program that it was prepared for.
using Executor = std::function<void(vm::MachineState&, Step)>;

/// A way in which Lockstep executes programs.
struct OwnEngine {
    std::string name;
    /// Translates or compiles. The program outlives what comes out.
    std::function<Executor(const vm::Program&)> prepare;
    /// Whether there is work in `prepare`, so that its time is worth measuring.
    bool prepares = false;
    /// Where this is another engine but for one feature, that engine's name: the difference in time is what
    /// the feature costs. It need count neither steps nor gas.
    std::string variant_of = {};
};

/// All of them, variants after what they are variants of. Every benchmark goes by this table.
[[nodiscard]] const std::vector<OwnEngine>& own_engines();

/// Those whose preparation is worth measuring; no variants.
[[nodiscard]] std::vector<OwnEngine> preparing_engines();

/// The median time that `prepare` takes.
[[nodiscard]] double preparation_seconds(const Options& options, const OwnEngine& engine,
                                         const vm::Program& program);

}  // namespace lockstep::bench
