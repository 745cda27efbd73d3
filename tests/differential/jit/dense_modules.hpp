#pragma once

// Random functions in which few locals are read and set all the time, while many operands wait on the
// stack: what keeps a compiler's notes of registers busy.

#include <cstdint>
#include <random>
#include <vector>

#include "base/bytes.hpp"
#include "vm/module/types.hpp"

namespace lockstep::jit_test {

struct DenseModule {
    Bytes wasm;
    std::vector<vm::ValueType> parameters;  // of f0, from where the others are called
};

[[nodiscard]] DenseModule dense_module(std::mt19937_64& random);

/// A number of that type, often one at which rules meet.
[[nodiscard]] std::uint64_t any_number(std::mt19937_64& random, vm::ValueType type);

}  // namespace lockstep::jit_test
