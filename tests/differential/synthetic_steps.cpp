#include "tests/differential/synthetic_steps.hpp"

#include <algorithm>
#include <bit>
#include <span>

#include "base/byte_writer.hpp"
#include "merkle/multiproof.hpp"
#include "merkle/zero_hash.hpp"
#include "tests/differential/recording.hpp"
#include "trace/records.hpp"
#include "vm/machine/gas.hpp"

namespace lockstep::differential {

namespace {

using vm::Opcode;

constexpr std::uint64_t kMost = 0xFFFF'FFFF;  // bytes of input or output
constexpr std::uint64_t kLastLeaf = kMost / 32;
constexpr std::uint64_t kSource = 1024;

/// The last leaf of a tree whose other leaves are zero.
merkle::Opening last_leaf(const Hash256& leaf) {
    merkle::Opening opening{.shape = merkle::Shape::plain,
                            .depth = trace::kIoDepth,
                            .indices = {kLastLeaf},
                            .leaves = {leaf},
                            .charged = {},
                            .siblings = {}};
    for (unsigned level = 0; level < trace::kIoDepth; ++level) {
        opening.siblings.push_back(merkle::zero_hash(merkle::Shape::plain, level));
    }
    return opening;
}

Hash256 filled(std::uint8_t byte, std::size_t count) {
    Hash256 leaf;
    std::fill_n(leaf.bytes.begin(), count, byte);
    return leaf;
}

/// A machine of ordinary size whose io record is then replaced.
class Forge {
public:
    Forge(std::string label, Opcode opcode, const std::vector<std::uint64_t>& operands)
        : label_(std::move(label)) {
        Scenario scenario(label_, {.opcode = opcode});
        scenario.memory(1, 1).written(kSource, counting(64)).operands(operands);
        const StepCase step_case = scenario.next();
        const trace::Image image(*step_case.program);
        vm::MachineState state = step_case.before;
        trace::Committer committer = committer_of(image, *step_case.program, state);
        record_ = committer.commit(state);
        environment_ = committer.environment();
        memory_record_ = committer.memory_record(0);
        memory_ = merkle::make_opening(committer.memory(0), std::span(&kMemoryLeaf, 1));
        base_ = committer.value_link(state.values.size() - operands.size());
        const Bytes bundle = record(step_case).front().bundle;
        const auto length =
            193 + 33 + 32 + 1 + 32 * code_siblings(bundle) + 32 + 8 * operands.size();
        front_.assign(bundle.begin() + 193, bundle.begin() + static_cast<std::ptrdiff_t>(length));
    }

    Forge& io(const trace::IoRecord& io) {
        io_ = io;
        environment_.io = trace::hash(io);
        record_.environment = trace::hash(environment_);
        return *this;
    }

    [[nodiscard]] RecordedStep next(const trace::IoRecord& io_after, std::uint64_t gas,
                                    const std::vector<merkle::Opening>& openings,
                                    const merkle::Opening* memory_after = nullptr) const {
        trace::StateRecord after = record_;
        trace::EnvironmentRecord environment = environment_;
        environment.io = trace::hash(io_after);
        if (memory_after != nullptr) {
            trace::MemoryRecord memory = memory_record_;
            memory.root = merkle::root(*memory_after);
            environment.memories = trace::hash(memory);
        }
        after.environment = trace::hash(environment);
        after.values = base_;
        after.pc += 1;
        after.gas -= gas;
        return finished(after, openings);
    }

    [[nodiscard]] RecordedStep trap(vm::Trap trap) const {
        trace::StateRecord after = record_;
        after.values = {};
        after.locals = {};
        after.callers = {};
        after.status = 2;
        after.code = static_cast<std::uint32_t>(trap);
        after.call_depth = 0;
        after.slots_used = 0;
        return finished(after, {});
    }

    /// The leaf at kSource.
    [[nodiscard]] const merkle::Opening& memory() const { return memory_; }

private:
    static constexpr std::uint64_t kMemoryLeaf = kSource / 32;

    /// Explicit siblings of the instruction's multiproof: its bitmap is one byte.
    static std::size_t code_siblings(const Bytes& bundle) {
        return static_cast<std::size_t>(std::popcount(bundle[193 + 33 + 32]));
    }

    [[nodiscard]] RecordedStep finished(trace::StateRecord after,
                                        const std::vector<merkle::Opening>& openings) const {
        after.steps += 1;
        ByteWriter writer;
        trace::append(writer, record_);
        writer.put(ByteView(front_));
        trace::append(writer, environment_);
        trace::append(writer, io_);
        trace::append(writer, memory_record_);
        for (const merkle::Opening& opening : openings) {
            merkle::append_opening(writer, opening);
        }
        return {.label = label_,
                .pre = StateRoot(trace::hash(record_)),
                .post = StateRoot(trace::hash(after)),
                .bundle = writer.take()};
    }

    std::string label_;
    trace::StateRecord record_;
    trace::EnvironmentRecord environment_;
    trace::MemoryRecord memory_record_;
    trace::IoRecord io_;
    merkle::Opening memory_;
    Hash256 base_;
    Bytes front_;  // instruction and operands
};

Forge writing(const std::string& detail, std::uint64_t from, std::uint64_t length,
              const merkle::Opening& output, std::uint64_t output_length) {
    Forge forge("output_write/" + detail, Opcode::output_write, {from, length});
    forge.io({.input = merkle::zero_hash(merkle::Shape::plain, trace::kIoDepth),
              .input_length = 0,
              .output = merkle::root(output),
              .output_length = output_length});
    return forge;
}

}  // namespace

std::vector<RecordedStep> synthetic_steps() {
    std::vector<RecordedStep> steps;
    const merkle::Opening full = last_leaf(filled(7, 31));
    const merkle::Opening nearly = last_leaf(filled(7, 26));
    const vm::Trap too_large = vm::Trap::output_too_large;
    steps.push_back(
        writing("output_too_large/one_past", kSource, 6, nearly, kMost - 5).trap(too_large));
    steps.push_back(writing("output_too_large/full", kSource, 1, full, kMost).trap(too_large));
    steps.push_back(writing("output_too_large/by_far", 0, 65'536, full, kMost).trap(too_large));
    steps.push_back(
        writing("output_too_large/length_that_none_has", kSource, 6, full, ~std::uint64_t{0} - 2)
            .trap(too_large));
    steps.push_back(
        writing("out_of_bounds_memory_access/before_the_output_bound", 65'536, 1, full, kMost)
            .trap(vm::Trap::out_of_bounds_memory_access));
    const Hash256 no_input = merkle::zero_hash(merkle::Shape::plain, trace::kIoDepth);
    steps.push_back(writing("success/no_length_at_full_output", kSource, 0, full, kMost)
                        .next({.input = no_input,
                               .input_length = 0,
                               .output = merkle::root(full),
                               .output_length = kMost},
                              0, {}));
    merkle::Opening filled_up = nearly;
    for (std::uint8_t i = 0; i < 5; ++i) {
        filled_up.leaves[0].bytes.at(26U + i) = static_cast<std::uint8_t>(1 + i);
    }
    const Forge last = writing("success/to_full_output", kSource, 5, nearly, kMost - 5);
    steps.push_back(last.next({.input = no_input,
                               .input_length = 0,
                               .output = merkle::root(filled_up),
                               .output_length = kMost},
                              vm::kOutputLeafGas, {last.memory(), nearly}));

    const merkle::Opening input = last_leaf(filled(9, 31));
    Forge reading("input_read/success/end_of_the_longest_input", Opcode::input_read,
                  {kSource, kMost - 4, 4});
    const trace::IoRecord io{.input = merkle::root(input),
                             .input_length = kMost,
                             .output = no_input,
                             .output_length = 0};
    reading.io(io);
    merkle::Opening memory_after = reading.memory();
    std::fill_n(memory_after.leaves[0].bytes.begin(), 4, std::uint8_t{9});
    steps.push_back(reading.next(io, vm::kBulkLeafGas, {reading.memory(), input}, &memory_after));
    Forge past("input_read/out_of_bounds_input_read/one_past_the_longest_input", Opcode::input_read,
               {kSource, kMost - 4, 5});
    past.io(io);
    RecordedStep past_step = past.trap(vm::Trap::out_of_bounds_input_read);
    // The memory record is not opened any more.
    past_step.bundle.resize(past_step.bundle.size() - 40);
    steps.push_back(past_step);
    return steps;
}

}  // namespace lockstep::differential
