#include "tests/differential/engines/comparison.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/differential/engines/lockstep_engine.hpp"
#include "tests/differential/engines/v8_engine.hpp"
#include "tests/differential/engines/wabt_engine.hpp"
#include "tests/differential/engines/wabt_validator.hpp"
#include "tests/differential/jit/comparison.hpp"
#include "tests/random_modules/linked_modules.hpp"
#include "tests/random_modules/step_walk.hpp"

namespace lockstep::engines {

namespace {

std::string text_of(const EntryCall& call) {
    return fmt::format("{}({})", call.function, fmt::join(call.arguments, ", "));
}

constexpr std::string_view name_of(Ending ending) {
    switch (ending) {
        case Ending::returned: return "returned";
        case Ending::exited: return "exited";
        case Ending::trapped: return "trapped";
        case Ending::exhausted: return "exhausted";
        case Ending::unknown: return "unknown";
        case Ending::refused: return "refused";
    }
    return "";
}

std::string text_of(std::string_view engine, const Observation& observation) {
    return fmt::format("{}: {} {}\n  results {}\n  state {}\n", engine, name_of(observation.ending),
                       observation.detail, observation.results, observation.state);
}

void save(const std::filesystem::path& path, const Bytes& bytes) {
    std::ofstream stream(path, std::ios::binary);
    for (const std::uint8_t byte : bytes) {
        stream.put(static_cast<char>(byte));
    }
}

std::string joined(const std::map<std::string, std::uint64_t>& counts) {
    std::string text;
    for (const auto& [name, count] : counts) {
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, count);
    }
    return text.empty() ? "none" : text;
}

}  // namespace

void Comparison::add(EngineCase engine_case) {
    ++counts_.modules;
    const auto loaded = load_case(engine_case.modules);
    if (!loaded) {
        ++counts_.refused;
        check_refusal(std::move(engine_case), loaded.error());
        return;
    }
    compare_native(engine_case, *loaded);
    Run run{.engine_case = std::move(engine_case), .calls = {}, .expected = {}, .confirmed = {}};
    for (const EntryCall& call : run.engine_case.modules.calls) {
        Expectation expected = run_lockstep(*loaded, run.engine_case.modules, call);
        ++counts_.calls;
        if (options_.walked_steps > 0) {
            walk(run.engine_case, *loaded, call);
        }
        ++counts_.endings[expected.observation.ending == Ending::returned
                              ? "returned"
                              : std::string(vm::trap_name(expected.trap))];
        if (expected.observation.ending == Ending::exhausted) {
            ++counts_.exhausted;
        } else {
            run.calls.push_back(call);
            run.expected.push_back(std::move(expected));
        }
    }
    run.confirmed.resize(run.calls.size());
    batch_.push_back(std::move(run));
}

void Comparison::finish_batch() {
    if (options_.wabt) {
        for (Run& run : batch_) {
            judge(run, OtherEngine::wabt, run_wabt(run.engine_case.modules, run.calls));
        }
    }
    if (options_.v8) {
        V8Batch requests;
        for (const Run& run : batch_) {
            requests.add(run.engine_case.modules, run.calls);
        }
        const std::vector<Observation> observed = requests.run(options_.scratch);
        std::size_t at = 0;
        for (Run& run : batch_) {
            judge(run, OtherEngine::v8, std::span(observed).subspan(at, run.calls.size()));
            at += run.calls.size();
        }
    }
    for (const Run& run : batch_) {
        for (std::size_t i = 0; i < run.calls.size(); ++i) {
            counts_.compared_steps += run.confirmed[i] ? run.expected[i].steps : 0;
        }
    }
    batch_.clear();
}

void Comparison::judge(Run& run, OtherEngine engine, std::span<const Observation> observed) {
    const std::string name(engine_name(engine));
    for (std::size_t i = 0; i < observed.size(); ++i) {
        switch (compare(engine, run.expected[i], observed[i])) {
            case Agreement::same:
                ++counts_.agreements[name];
                run.confirmed[i] = true;
                break;
            case Agreement::incomparable: ++counts_.incomparable[name]; break;
            case Agreement::different:
                report(run.engine_case,
                       fmt::format("{}\n{}{}", text_of(run.calls[i]),
                                   text_of("lockstep", run.expected[i].observation),
                                   text_of(name, observed[i])));
                break;
        }
    }
}

void Comparison::walk(const EngineCase& engine_case, const LoadedCase& loaded,
                      const EntryCall& call) {
    const vm::MachineState initial =
        random_modules::start(loaded.program, engine_case.modules, call, kGasLimit);
    const auto steps =
        random_modules::walk_steps(loaded.program, initial, {.max_steps = options_.walked_steps});
    if (steps) {
        counts_.walked_steps += *steps;
    } else {
        report(engine_case, fmt::format("{}: {}\n", text_of(call), steps.error()));
    }
}

/// The same states in native code, wherever it is stopped.
void Comparison::compare_native(const EngineCase& engine_case, const LoadedCase& loaded) {
    constexpr std::uint64_t kStops = 60;
    std::mt19937_64 random(counts_.modules);
    const auto compiled =
        jit_test::compile(loaded.program, {.guard_pages = counts_.modules % 4 != 0});
    jit_test::Counts counts;
    for (const EntryCall& call : engine_case.modules.calls) {
        const vm::MachineState initial =
            random_modules::start(loaded.program, engine_case.modules, call, jit_test::kMuchGas);
        for (const auto strides : {jit_test::Strides::one_piece, jit_test::Strides::narrow}) {
            const std::string what = jit_test::compare(
                *compiled, initial, {.strides = strides, .max_pieces = kStops}, random, counts);
            if (!what.empty()) {
                report(engine_case, fmt::format("{}: {}\n", text_of(call), what));
            }
        }
    }
    counts_.native_steps += counts.steps;
}

/// What is no limit of Lockstep's own must be refused by the others as well: an import when it is linked, by
/// both; what is not valid by wabt.
void Comparison::check_refusal(EngineCase engine_case, const Refusal& refusal) {
    if (refusal.is_limit) {
        return;
    }
    if (refusal.is_import) {
        Run run{.engine_case = std::move(engine_case),
                .calls = {},
                .expected = {},
                .confirmed = {false}};
        // One call will do: there is no instance to call.
        if (!run.engine_case.modules.calls.empty()) {
            run.calls.push_back(run.engine_case.modules.calls.front());
            run.expected.push_back(
                {.observation = {.ending = Ending::refused, .detail = refusal.reason}});
            batch_.push_back(std::move(run));
        }
        return;
    }
    for (const NamedModule& module : engine_case.modules.modules) {
        if (module.name == refusal.module &&
            validate_with_wabt(std::span(&module.wasm, 1)).front() == WabtVerdict::valid) {
            report(engine_case, "lockstep alone refuses it: " + refusal.reason + "\n");
        }
    }
}

void Comparison::report(const EngineCase& engine_case, const std::string& text) {
    ++counts_.findings;
    std::filesystem::create_directories(options_.findings);
    std::string name = engine_case.label;
    std::erase(name, '-');
    std::ranges::replace(name, ' ', '-');
    const std::filesystem::path base = options_.findings / name;
    for (const NamedModule& module : engine_case.modules.modules) {
        save(fmt::format("{}.{}.wasm", base.string(), module.name), module.wasm);
        save(fmt::format("{}.{}.settled.wasm", base.string(), module.name), module.settled_wasm);
    }
    const std::string message = fmt::format("{}: {}", engine_case.label, text);
    std::ofstream(base.string() + ".txt", std::ios::app) << message;
    fmt::print(stderr, "{}saved as {}.*\n\n", message, base.string());
}

std::string Comparison::summary() const {
    return fmt::format(
        "{} modules, {} of them refused; {} calls, of which {} exhausted a resource\n"
        "endings: {}\n"
        "agreements: {}\n"
        "incomparable: {}\n"
        "{} steps compared, {} walked, {} in native code, {} differences\n",
        counts_.modules, counts_.refused, counts_.calls, counts_.exhausted, joined(counts_.endings),
        joined(counts_.agreements), joined(counts_.incomparable), counts_.compared_steps,
        counts_.walked_steps, counts_.native_steps, counts_.findings);
}

}  // namespace lockstep::engines
