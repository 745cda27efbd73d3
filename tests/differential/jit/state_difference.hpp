#pragma once

#include <string>

#include "vm/machine/machine_state.hpp"

namespace lockstep::jit_test {

/// The first part in which two states of one program differ, the ids of frames aside; "" where none
/// does.
[[nodiscard]] std::string difference(const vm::MachineState& left, const vm::MachineState& right);

/// Of two pairs of states of the same steps, those of `left` and `right` before and now: whether the
/// same frames have kept their ids. A committer takes those that have for unchanged.
[[nodiscard]] bool same_frames_survived(const std::vector<vm::Frame>& left_before,
                                        const std::vector<vm::Frame>& left,
                                        const std::vector<vm::Frame>& right_before,
                                        const std::vector<vm::Frame>& right);

}  // namespace lockstep::jit_test
