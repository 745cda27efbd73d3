#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "tests/differential/engines/engine_case.hpp"

namespace lockstep::engines {

/// The calls of some modules, run by V8 in one process of Node.js.
class V8Batch {
public:
    void add(const RandomModules& modules, const std::vector<EntryCall>& calls);

    /// The observations of all calls, in the order of the calls. Writes files into `folder`. Throws
    /// std::runtime_error where Node.js fails.
    [[nodiscard]] std::vector<Observation> run(const std::filesystem::path& folder) const;

private:
    std::string requests_;  // one line a module
    std::size_t calls_ = 0;
};

/// For each module whether V8 takes it.
[[nodiscard]] std::vector<bool> validate_with_v8(std::span<const Bytes> modules,
                                                 const std::filesystem::path& folder);

}  // namespace lockstep::engines
