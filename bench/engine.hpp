#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/kernel.hpp"

namespace lockstep::bench {

struct KernelRun {
    std::uint32_t checksum = 0;
    double seconds = 0;       // CPU time of the run alone
    std::uint64_t steps = 0;  // where the engine is ours
};

/// A kernel in an engine: compiled, translated, or whatever comes before it runs.
class Runner {
public:
    Runner() = default;
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;
    virtual ~Runner() = default;

    /// Runs a fresh instance: its memory has never been touched.
    virtual KernelRun run(std::uint32_t size) = 0;
};

/// What can run kernels.
struct Engine {
    std::string name;
    std::function<std::unique_ptr<Runner>(const Kernel&)> open;
    std::string absence = {};  // why it cannot be measured here; empty where it can
    bool is_own = false;
    std::string variant_of = {};  // as OwnEngine
};

/// Native code first, then ours, then other people's.
[[nodiscard]] std::vector<Engine> all_engines();

}  // namespace lockstep::bench
