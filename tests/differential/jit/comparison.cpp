#include "tests/differential/jit/comparison.hpp"

#include <array>
#include <cstdlib>
#include <memory>

#include "base/check.hpp"
#include "tests/differential/jit/state_difference.hpp"
#include "trace/committer.hpp"
#include "trace/image.hpp"
#include "vm/jit/jit.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::jit_test {

namespace {

constexpr std::uint64_t kForever = ~std::uint64_t{0};

/// What a committer does to a state.
void clear_dirty(vm::MachineState& state) {
    for (vm::Memory& memory : state.memories) {
        memory.clear_logged();
    }
    for (vm::Table& table : state.tables) {
        table.slots.clear_dirty();
    }
    state.globals.clear_dirty();
}

struct Committers {
    Committers(const vm::Program& program, const vm::MachineState& native_state,
               const vm::MachineState& exact_state)
        : image(program),
          native(image, program, native_state),
          exact(image, program, exact_state) {}

    trace::Image image;
    trace::Committer native;
    trace::Committer exact;
};

class Comparison {
public:
    Comparison(const vm::jit::CompiledProgram& compiled, const vm::MachineState& initial,
               const ComparisonOptions& options, std::mt19937_64& random, Counts& counts)
        : compiled_(compiled),
          options_(options),
          random_(random),
          counts_(counts),
          native_(initial),
          exact_(initial) {
        if (options.with_roots) {
            committers_ = std::make_unique<Committers>(compiled.program(), native_, exact_);
        }
    }

    std::string run() {
        const std::uint64_t first = exact_.steps.value;
        std::string what;
        for (std::uint64_t piece = 0; what.empty() && exact_.status == vm::Status::running;
             ++piece) {
            what = run_piece(piece < options_.max_pieces ? next_length() : kForever);
        }
        counts_.steps += exact_.steps.value - first;
        return what;
    }

    vm::MachineState last() && { return std::move(exact_); }

private:
    /// Native code is entered where more than path_gas is left.
    std::uint64_t next_length() {
        const std::uint64_t slack = compiled_.image().path_gas;
        switch (options_.strides) {
            case Strides::one_piece: return kForever;
            case Strides::ones: return 1;
            case Strides::narrow: return slack + 1 + random_() % 24;
            case Strides::any: break;
        }
        switch (random_() % 6) {
            case 0: return 1 + random_() % 3;
            case 1: return 1 + random_() % 120;
            case 2: return slack + 1 + random_() % 100;
            case 3: return slack + 1 + random_() % 3000;
            case 4: return slack + 1 + random_() % 30'000;
            default: return slack + 1 + random_() % 1'000'000;
        }
    }

    std::string run_piece(std::uint64_t length) {
        const std::uint64_t from = exact_.steps.value;
        const std::uint32_t pc = exact_.pc;
        const Step until(length > kForever - from ? kForever : from + length);
        const auto native_callers = native_.callers;
        const auto exact_callers = exact_.callers;
        vm::run(compiled_.program(), exact_, until);
        if (options_.strides == Strides::any && random_() % 6 == 0) {
            vm::run(compiled_.program(), native_, until);
        } else {
            vm::jit::run(compiled_, native_, until);
        }
        ++counts_.stops;
        std::string what = difference(native_, exact_);
        if (what.empty() &&
            !same_frames_survived(native_callers, native_.callers, exact_callers, exact_.callers)) {
            what = "ids of frames";
        }
        if (what.empty() && !commit()) {
            what = "root";
        }
        return what.empty()
                   ? ""
                   : "native and exact differ: " + what + "; from step " + std::to_string(from) +
                         " at pc " + std::to_string(pc) + " to " + std::to_string(until.value) +
                         ", there pc " + std::to_string(exact_.pc);
    }

    /// Whether the roots are equal, where they are looked at.
    bool commit() {
        if (committers_ != nullptr) {
            ++counts_.roots;
            return committers_->native.root(native_) == committers_->exact.root(exact_);
        }
        if (options_.strides == Strides::any && random_() % 8 == 0) {
            clear_dirty(native_);
            clear_dirty(exact_);
        }
        return true;
    }

    const vm::jit::CompiledProgram& compiled_;
    const ComparisonOptions& options_;
    std::mt19937_64& random_;
    Counts& counts_;
    vm::MachineState native_;
    vm::MachineState exact_;
    std::unique_ptr<Committers> committers_;
};

}  // namespace

std::unique_ptr<const vm::jit::CompiledProgram> compile(const vm::Program& program,
                                                        const vm::jit::CompileOptions& options) {
    auto image = vm::jit::compile(program, options);
    LOCKSTEP_CHECK(image.has_value());
    return std::make_unique<const vm::jit::CompiledProgram>(program, std::move(*image), options);
}

std::string compare(const vm::jit::CompiledProgram& compiled, const vm::MachineState& initial,
                    const ComparisonOptions& options, std::mt19937_64& random, Counts& counts,
                    vm::MachineState* last) {
    Comparison comparison(compiled, initial, options, random, counts);
    std::string what = comparison.run();
    if (last != nullptr) {
        *last = std::move(comparison).last();
    }
    return what;
}

std::string compare_stops(const vm::jit::CompiledProgram& compiled, const vm::MachineState& initial,
                          std::uint64_t stops, std::mt19937_64& random, Counts& counts) {
    const std::uint64_t slack = compiled.image().path_gas;
    vm::MachineState exact = initial;
    for (std::uint64_t i = 1; i <= stops && exact.status == vm::Status::running; ++i) {
        // Where less than the slack is left, all is the interpreter's.
        const Step until = initial.steps + slack + i;
        vm::run(compiled.program(), exact, until);
        vm::MachineState native = initial;
        vm::jit::run(compiled, native, until);
        counts.steps += slack + i;
        ++counts.stops;
        std::string what = difference(native, exact);
        if (what.empty() && i % 8 == 0) {
            vm::MachineState further = exact;
            const Step then = until + slack + random() % 1000;
            vm::run(compiled.program(), further, then);
            vm::jit::run(compiled, native, then);
            what = difference(native, further);
        }
        if (!what.empty()) {
            return "native and exact differ: " + what + "; at step " + std::to_string(until.value) +
                   " or soon behind it";
        }
    }
    return "";
}

std::string compare_in_all_ways(const vm::Program& program, const vm::MachineState& initial,
                                std::mt19937_64& random, Counts& counts) {
    struct Way {
        const char* name;
        ComparisonOptions options;
    };
    const auto ways = std::to_array<Way>({
        {"in one piece", {.strides = Strides::one_piece}},
        {"step by step", {.strides = Strides::ones, .max_pieces = 300}},
        {"in narrow pieces", {.strides = Strides::narrow, .max_pieces = 3000}},
        {"in any pieces", {.strides = Strides::any}},
        {"with roots", {.strides = Strides::narrow, .max_pieces = 60, .with_roots = true}},
        {"with roots", {.strides = Strides::any, .max_pieces = 60, .with_roots = true}},
    });
    for (const bool guard_pages : {true, false}) {
        const auto compiled = compile(program, {.guard_pages = guard_pages});
        for (const Way& way : ways) {
            if (const std::string what = compare(*compiled, initial, way.options, random, counts);
                !what.empty()) {
                return std::string(way.name) + (guard_pages ? ", guarded: " : ", not guarded: ") +
                       what;
            }
        }
    }
    return "";
}

bool is_deep() {
    return std::getenv("LOCKSTEP_DEEP") != nullptr;
}

}  // namespace lockstep::jit_test
