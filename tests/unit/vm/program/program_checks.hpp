#pragma once

#include <string>
#include <vector>

#include "vm/program/program.hpp"

namespace lockstep::vm {

/// What is wrong with a lowered program, whatever it was lowered from; empty for a good one. Walks
/// all paths of each function: operand heights agree where paths join, the greatest is what the frame
/// reserves, returns leave the results, all code is reached, jumps lead to charges, and each charge
/// is the price of its superblock.
[[nodiscard]] std::vector<std::string> find_faults(const Program& program);

}  // namespace lockstep::vm
