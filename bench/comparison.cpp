#include "bench/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>
#include <stdexcept>

namespace lockstep::bench {

namespace {

constexpr const char* kMean = "geometric mean";
/// One run of native code is much shorter than one of an interpreter: it has several in a turn.
constexpr double kTurnSeconds = 0.1;
constexpr int kMostRunsOfATurn = 100;
/// After so many seconds in a kernel an engine is not run again.
constexpr double kEnoughSeconds = 2;

/// An engine at work on a kernel.
struct Contender {
    const Engine* engine = nullptr;
    std::unique_ptr<Runner> runner;
    double best = std::numeric_limits<double>::max();
    double spent = 0;
    std::uint64_t steps = 0;

    void note(const KernelRun& run) {
        best = std::min(best, std::max(run.seconds, 1e-9));
        spent += run.seconds;
        steps = run.steps;
    }
};

std::runtime_error disagreement(const Kernel& kernel, const Engine& engine, const char* what) {
    return std::runtime_error(std::string(kernel.name) + " in " + engine.name +
                              " differs from the others in its " + what);
}

/// Every engine of ours counts the same, but variants.
void check_steps(const Kernel& kernel, const std::vector<Contender>& contenders) {
    std::optional<std::uint64_t> steps;
    for (const Contender& contender : contenders) {
        if (!contender.engine->is_own || !contender.engine->variant_of.empty()) {
            continue;
        }
        if (steps.value_or(contender.steps) != contender.steps) {
            throw disagreement(kernel, *contender.engine, "number of steps");
        }
        steps = contender.steps;
    }
}

/// The engine that a ratio is to.
std::size_t base_of(const Comparison& comparison, std::size_t engine) {
    const std::string& base = comparison.engines[engine].variant_of;
    const auto found = std::ranges::find(comparison.engines, base, &Engine::name);
    return base.empty() ? 0 : static_cast<std::size_t>(found - comparison.engines.begin());
}

double million_steps_per_second(const EngineTime& time) {
    return static_cast<double>(time.steps) / time.seconds * 1e-6;
}

/// The engines that one table is about.
std::vector<std::size_t> select(const Comparison& comparison,
                                const std::function<bool(const Engine&)>& wanted) {
    std::vector<std::size_t> selected;
    for (std::size_t i = 0; i < comparison.engines.size(); ++i) {
        if (wanted(comparison.engines[i])) {
            selected.push_back(i);
        }
    }
    return selected;
}

int column_width(const std::string& heading) {
    return static_cast<int>(std::max<std::size_t>(heading.size(), 8)) + 2;
}

/// `cell` gives what stands in a row and an engine's column; 0 stands for nothing.
void print_block(const Comparison& comparison, const std::string& title,
                 const std::vector<std::size_t>& engines,
                 const std::function<double(const KernelRow&, std::size_t)>& cell,
                 const std::function<double(std::size_t)>& last_line) {
    if (engines.empty()) {
        return;
    }
    std::printf("\n%-16s", title.c_str());
    for (const std::size_t engine : engines) {
        const std::string& name = comparison.engines[engine].name;
        std::printf("%*s", column_width(name), name.c_str());
    }
    const auto print_line = [&](const char* name, const auto& value) {
        std::printf("\n%-16s", name);
        for (const std::size_t engine : engines) {
            std::printf("%*.2f", column_width(comparison.engines[engine].name), value(engine));
        }
    };
    for (const KernelRow& row : comparison.rows) {
        print_line(row.kernel.c_str(), [&](std::size_t engine) { return cell(row, engine); });
    }
    if (last_line) {
        print_line(kMean, last_line);
    }
    std::printf("\n");
}

}  // namespace

KernelRow compare(const std::vector<Engine>& engines, const Kernel& kernel,
                  const Options& options) {
    const std::uint32_t size = options.quick ? kernel.quick_size : kernel.full_size;
    std::vector<Contender> contenders;
    contenders.reserve(engines.size());
    for (const Engine& engine : engines) {
        contenders.push_back({.engine = &engine, .runner = engine.open(kernel)});
    }
    const std::uint32_t checksum = contenders.front().runner->run(size).checksum;
    for (int turn = 0; turn < options.repetitions(); ++turn) {
        for (Contender& contender : contenders) {
            const double until =
                std::min(contender.spent + (options.quick ? 0 : kTurnSeconds), kEnoughSeconds);
            for (int i = 0; i < kMostRunsOfATurn && (i == 0 || contender.spent < until); ++i) {
                if (contender.spent >= kEnoughSeconds) {
                    break;
                }
                const KernelRun run = contender.runner->run(size);
                if (run.checksum != checksum) {
                    throw disagreement(kernel, *contender.engine, "checksum");
                }
                contender.note(run);
            }
        }
    }
    check_steps(kernel, contenders);
    KernelRow row{.kernel = kernel.name, .times = {}};
    for (const Contender& contender : contenders) {
        row.times.push_back({.seconds = contender.best, .steps = contender.steps});
    }
    return row;
}

double ratio(const Comparison& comparison, const KernelRow& row, std::size_t engine) {
    return row.times[engine].seconds / row.times[base_of(comparison, engine)].seconds;
}

double mean_ratio(const Comparison& comparison, std::size_t engine) {
    double logarithms = 0;
    for (const KernelRow& row : comparison.rows) {
        logarithms += std::log(ratio(comparison, row, engine));
    }
    return std::exp(logarithms / static_cast<double>(comparison.rows.size()));
}

Results make_results(const Comparison& comparison) {
    Results results;
    for (std::size_t i = 0; i < comparison.engines.size(); ++i) {
        const Engine& engine = comparison.engines[i];
        const std::string unit = "x " + comparison.engines[base_of(comparison, i)].name + " time";
        for (const KernelRow& row : comparison.rows) {
            const EngineTime& time = row.times[i];
            results.push_back(
                {.group = engine.name,
                 .name = row.kernel,
                 .value = engine.is_own ? million_steps_per_second(time) : time.seconds * 1e3,
                 .unit = engine.is_own ? "Msteps/s" : "ms",
                 .ratio = ratio(comparison, row, i),
                 .ratio_unit = unit});
        }
        const double mean = mean_ratio(comparison, i);
        results.push_back({engine.name, kMean, mean, unit, mean, unit});
    }
    return results;
}

void print_comparison(const Comparison& comparison) {
    const auto ratio_cell = [&](const KernelRow& row, std::size_t engine) {
        return ratio(comparison, row, engine);
    };
    const auto mean_cell = [&](std::size_t engine) { return mean_ratio(comparison, engine); };
    const auto is_variant = [](const Engine& engine) { return !engine.variant_of.empty(); };

    print_block(
        comparison, "milliseconds",
        select(comparison, [](const Engine& engine) { return engine.name == "native"; }),
        [](const KernelRow& row, std::size_t engine) { return row.times[engine].seconds * 1e3; },
        {});
    print_block(comparison, "x native time",
                select(comparison, [&](const Engine& engine) { return !is_variant(engine); }),
                ratio_cell, mean_cell);
    print_block(comparison, "x full engine", select(comparison, is_variant), ratio_cell, mean_cell);
    print_block(comparison, "Msteps/s",
                select(comparison,
                       [&](const Engine& engine) { return engine.is_own && !is_variant(engine); }),
                [](const KernelRow& row, std::size_t engine) {
                    return million_steps_per_second(row.times[engine]);
                },
                {});
}

}  // namespace lockstep::bench
