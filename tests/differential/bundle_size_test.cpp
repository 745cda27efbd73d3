// How large the bundles of real programs are, whose memory may grow to 64 MiB.

#include <algorithm>
#include <array>
#include <iomanip>
#include <iostream>
#include <map>

#include <gtest/gtest.h>

#include "tests/programs/program_run.hpp"
#include "trace/committer.hpp"
#include "trace/image.hpp"
#include "trace/witness.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::differential {
namespace {

constexpr std::size_t kWithoutMemory = 1200;
constexpr std::size_t kWithMemory = 2200;
constexpr std::size_t kAny = 3000;
constexpr std::size_t kSteps = 4000;

struct Sizes {
    std::size_t steps = 0;
    std::size_t bytes = 0;
    std::size_t largest = 0;
};

constexpr std::array<std::string_view, 8> kFamilies{"",     "control", "variable", "memory",
                                                    "bulk", "table",   "numeric",  "host"};

std::size_t limit(vm::Family family) {
    switch (family) {
        case vm::Family::memory: return kWithMemory;
        case vm::Family::bulk:
        case vm::Family::host: return kAny;
        default: return kWithoutMemory;
    }
}

TEST(BundleSize, StaysBelowItsLimit) {
    std::map<vm::Family, Sizes> families;
    for (const programs::ProgramRun& run : programs::c_runs()) {
        ASSERT_EQ(run.program->memories.front().max_pages, 1024U) << run.label;
        const trace::Image image(*run.program);
        vm::MachineState state = programs::initial_state(run);
        trace::Committer committer(image, *run.program, state);
        while (state.status == vm::Status::running && state.steps < Step(kSteps)) {
            const vm::Family family = vm::traits(run.program->code[state.pc].opcode).family;
            const std::size_t size = trace::record_step(*run.program, state, committer).size();
            Sizes& sizes = families[family];
            ++sizes.steps;
            sizes.bytes += size;
            sizes.largest = std::max(sizes.largest, size);
            ASSERT_LE(size, limit(family)) << run.label << ", step " << state.steps.value - 1;
        }
    }
    std::cout << "family      steps    mean  largest\n";
    for (const auto& [family, sizes] : families) {
        std::cout << std::left << std::setw(10) << kFamilies.at(static_cast<std::size_t>(family))
                  << std::right << std::setw(7) << sizes.steps << std::setw(8)
                  << sizes.bytes / sizes.steps << std::setw(9) << sizes.largest << '\n';
    }
}

}  // namespace
}  // namespace lockstep::differential
