#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "base/bytes.hpp"
#include "base/strong.hpp"
#include "trace/committer.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::trace {

/// Executes one step of the state and returns its witness: the bytes of the proof bundle
/// (docs/spec/bundle.md). A machine that is not running stays as it is.
[[nodiscard]] Bytes record_step(const vm::Program& program, vm::MachineState& state,
                                Committer& committer);

/// Why a witness proves nothing.
enum class WitnessError : std::uint8_t {
    truncated,       // the bytes end before the step is complete
    trailing_bytes,  // bytes are left when the step is complete
    bad_status,
    bad_depth,    // a tree deeper than the specification allows
    wrong_image,  // code depth, instruction or program do not hash to the state's image
    unknown_opcode,
    wrong_values,  // the operands are not the top of the value stack
    wrong_environment,
    wrong_memory,
    wrong_locals,
    wrong_globals,
    wrong_table,
    wrong_program,
    wrong_function,
    wrong_pool,
    wrong_io,
    wrong_caller,
    index_out_of_range,  // of a tree; no state of a program of ours gets there
    non_canonical_sibling,
    non_zero_padding,
    bad_flag,
};

[[nodiscard]] std::string_view witness_error_name(WitnessError error);

/// A step as proven by a witness alone.
struct ProvenStep {
    StateRoot pre;
    StateRoot post;
    std::uint64_t step = 0;    // steps before
    std::uint16_t opcode = 0;  // 0 where the machine was not running
};

struct WitnessFailure {
    WitnessError error{};
    std::size_t offset = 0;  // in the witness, of what was read last
};

/// Replays a witness: checks everything in it against the state record at its front and gives the
/// roots before and after. Whoever calls compares `pre` with the root that is agreed on.
[[nodiscard]] std::expected<ProvenStep, WitnessFailure> replay_witness(ByteView witness);

}  // namespace lockstep::trace
