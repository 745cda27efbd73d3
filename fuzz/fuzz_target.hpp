#pragma once

#include <cstddef>
#include <cstdint>

/// What every target defines and libFuzzer, or replay_main.cpp, calls. Gives 0; what is not legal
/// aborts.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
