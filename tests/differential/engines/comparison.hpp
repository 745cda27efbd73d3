#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/differential/engines/engine_case.hpp"
#include "tests/differential/engines/lockstep_engine.hpp"

namespace lockstep::engines {

struct ComparisonOptions {
    bool v8 = true;
    bool wabt = true;
    std::uint64_t walked_steps = 0;  // so many of each call are recorded and replayed as well
    std::filesystem::path scratch;   // for the files of a batch
    std::filesystem::path findings;  // where modules on which engines differ are saved
};

struct ComparisonCounts {
    std::uint64_t modules = 0;
    std::uint64_t refused = 0;    // by Lockstep: for a limit of its own, or by the others as well
    std::uint64_t calls = 0;      // that Lockstep ran
    std::uint64_t exhausted = 0;  // of these: they need more of a resource than is given to them
    std::uint64_t compared_steps = 0;  // of calls that at least one other engine has confirmed
    std::uint64_t walked_steps =
        0;  // recorded, replayed from the witness, and equal in the interpreter
    std::uint64_t native_steps = 0;  // equal in native code and in the interpreter
    std::map<std::string, std::uint64_t> endings;
    std::map<std::string, std::uint64_t> agreements;  // by engine
    std::map<std::string, std::uint64_t> incomparable;
    std::uint64_t findings = 0;
};

/// Runs modules in Lockstep and in other engines and compares what can be observed. The modules of one
/// batch go to V8 together.
class Comparison {
public:
    explicit Comparison(ComparisonOptions options) : options_(std::move(options)) {}

    void add(EngineCase engine_case);
    void finish_batch();

    [[nodiscard]] const ComparisonCounts& counts() const { return counts_; }
    [[nodiscard]] std::string summary() const;

private:
    /// The calls of a case that end in Lockstep by themselves.
    struct Run {
        EngineCase engine_case;
        std::vector<EntryCall> calls;
        std::vector<Expectation> expected;
        std::vector<bool> confirmed;
    };

    void walk(const EngineCase& engine_case, const LoadedCase& loaded, const EntryCall& call);
    void compare_native(const EngineCase& engine_case, const LoadedCase& loaded);
    void judge(Run& run, OtherEngine engine, std::span<const Observation> observed);
    void check_refusal(EngineCase engine_case, const Refusal& refusal);
    void report(const EngineCase& engine_case, const std::string& text);

    ComparisonOptions options_;
    ComparisonCounts counts_;
    std::vector<Run> batch_;
};

}  // namespace lockstep::engines
