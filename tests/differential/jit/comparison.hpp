#pragma once

// Whether native code does to a state what the interpreter does.

#include <cstdint>
#include <memory>
#include <random>
#include <string>

#include "base/strong.hpp"
#include "vm/jit/compiled_program.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::jit_test {

/// So much that native code runs nearly everything: near the end of gas it does not.
inline constexpr Gas kMuchGas{1'000'000'000'000};

/// How a run is cut into pieces.
enum class Strides : std::uint8_t {
    one_piece,
    ones,    // each step; all of them are the interpreter's, or the least that native code may do
    narrow,  // just long enough that native code is entered: it is left and entered at each place
    any,     // of all lengths, some of them run by the interpreter, with commitments in between
};

struct ComparisonOptions {
    Strides strides = Strides::any;
    std::uint64_t max_pieces = 1000;
    /// Behind each piece the committer's root is compared too.
    bool with_roots = false;
};

/// What has been compared.
struct Counts {
    std::uint64_t steps = 0;
    std::uint64_t stops = 0;
    std::uint64_t roots = 0;

    Counts& operator+=(const Counts& other) {
        steps += other.steps;
        stops += other.stops;
        roots += other.roots;
        return *this;
    }
};

/// The compiled program; there must be one.
[[nodiscard]] std::unique_ptr<const vm::jit::CompiledProgram> compile(
    const vm::Program& program, const vm::jit::CompileOptions& options = {});

/// Runs both from the state until they stop, piece by piece, and the rest in one. What differs, and
/// between which steps, or "". `last` becomes the interpreter's last state.
[[nodiscard]] std::string compare(const vm::jit::CompiledProgram& compiled,
                                  const vm::MachineState& initial, const ComparisonOptions& options,
                                  std::mt19937_64& random, Counts& counts,
                                  vm::MachineState* last = nullptr);

/// From the state to each of so many of its next steps, and a random way on, in one piece each.
[[nodiscard]] std::string compare_stops(const vm::jit::CompiledProgram& compiled,
                                        const vm::MachineState& initial, std::uint64_t stops,
                                        std::mt19937_64& random, Counts& counts);

/// In each way of cutting, with and without guard pages.
[[nodiscard]] std::string compare_in_all_ways(const vm::Program& program,
                                              const vm::MachineState& initial,
                                              std::mt19937_64& random, Counts& counts);

[[nodiscard]] bool is_deep();

/// The same for the same seed.
[[nodiscard]] inline std::mt19937_64 random_numbers(std::uint64_t seed) {
    return std::mt19937_64(seed);
}

}  // namespace lockstep::jit_test
