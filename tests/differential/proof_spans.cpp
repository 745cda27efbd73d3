#include "tests/differential/proof_spans.hpp"

#include <algorithm>
#include <span>

#include "base/check.hpp"
#include "base/tree_depth.hpp"
#include "merkle/slot_leaf.hpp"
#include "tests/differential/recording.hpp"
#include "trace/leaf_indices.hpp"
#include "trace/recording_access.hpp"
#include "trace/witness.hpp"
#include "vm/instructions/execute.hpp"

namespace lockstep::differential {

namespace {

constexpr std::size_t kTableRecordBytes = 40;
constexpr std::size_t kMemoryRecordBytes = 40;
/// State record, code depth and program hash.
constexpr std::size_t kCodeProofOffset = 193 + 1 + 32;

/// Records as RecordingAccess does and remembers where it wrote which multiproof.
class SpyingAccess : public trace::RecordingAccess {
public:
    SpyingAccess(const vm::Program& program, vm::MachineState& state,
                 const trace::Committer& committer, ByteWriter& writer)
        : RecordingAccess(program, state, committer, writer),
          committer_(committer),
          writer_(writer) {}

    /// Positions count from the first opening.
    [[nodiscard]] const std::vector<ProofSpan>& spans() const { return spans_; }

    [[nodiscard]] std::uint64_t local(std::uint32_t index, unsigned depth) {
        const merkle::Tree tree = locals_tree();
        const std::uint64_t value = RecordingAccess::local(index, depth);
        note(tree, {index, 1}, {}, merkle::kLeafSlots);
        return value;
    }
    void set_local(std::uint32_t index, unsigned depth, std::uint64_t value) {
        const merkle::Tree tree = locals_tree();
        RecordingAccess::set_local(index, depth, value);
        note(tree, {index, 1}, {}, merkle::kLeafSlots);
    }
    [[nodiscard]] std::uint64_t global(std::uint32_t index, unsigned depth) {
        const std::uint64_t value = RecordingAccess::global(index, depth);
        note(committer_.globals(), {index, 1}, {}, merkle::kLeafSlots);
        return value;
    }
    void set_global(std::uint32_t index, unsigned depth, std::uint64_t value) {
        RecordingAccess::set_global(index, depth, value);
        note(committer_.globals(), {index, 1}, {}, merkle::kLeafSlots);
    }
    void open_memory(std::uint32_t memory, unsigned depth) {
        memory_ = memory;
        RecordingAccess::open_memory(memory, depth);
        if (depth > 0) {
            note(committer_.memories(), {memory, 1}, {}, 1, kMemoryRecordBytes);
        }
    }
    void open_memory_bytes(vm::Range first, vm::Range second) {
        RecordingAccess::open_memory_bytes(first, second);
        note(committer_.memory(memory_), first, second, merkle::kLeafBytes);
    }
    void open_table(std::uint32_t table, unsigned depth) { open_tables(table, table, depth); }
    void open_tables(std::uint32_t x, std::uint32_t y, unsigned depth) {
        RecordingAccess::open_tables(x, y, depth);
        note(committer_.tables(), {x, 1}, {y, 1}, 1, (x == y ? 1 : 2) * kTableRecordBytes);
    }
    void open_table_slots(std::uint32_t table, vm::Range range) {
        RecordingAccess::open_table_slots(table, range);
        note(committer_.table_slots(table), range, {}, merkle::kLeafSlots);
    }
    void open_table_slots_for_copy(std::uint32_t to, vm::Range written, std::uint32_t from,
                                   vm::Range read) {
        if (to == from) {
            RecordingAccess::open_table_slots_for_copy(to, written, from, read);
            note(committer_.table_slots(to), written, read, merkle::kLeafSlots);
        } else {
            open_table_slots(to, written);
            open_table_slots(from, read);
        }
    }
    void open_function(std::uint32_t index) {
        RecordingAccess::open_function(index);
        note(committer_.image().functions, {index, 1}, {}, 1);
    }
    void open_elements(vm::Range range) {
        RecordingAccess::open_elements(range);
        note(committer_.image().elements, range, {}, merkle::kLeafSlots);
    }
    void open_data(vm::Range range) {
        RecordingAccess::open_data(range);
        note(committer_.image().data, range, {}, merkle::kLeafBytes);
    }
    void open_input(vm::Range range) {
        RecordingAccess::open_input(range);
        note(committer_.input(), range, {}, merkle::kLeafBytes);
    }
    void open_output(vm::Range range) {
        RecordingAccess::open_output(range);
        note(committer_.output(), range, {}, merkle::kLeafBytes);
    }

private:
    [[nodiscard]] merkle::Tree locals_tree() const {
        const auto slots = locals();
        merkle::Tree tree(slot_tree_depth(slots.size()));
        for (std::size_t at = 0; at < slots.size(); at += merkle::kLeafSlots) {
            tree.set_leaf(at / merkle::kLeafSlots,
                          merkle::slot_leaf(slots.subspan(at, merkle::kLeafSlots)));
        }
        (void)tree.root();
        return tree;
    }

    /// The multiproof has just been written, and `behind` bytes behind it.
    template <typename Tree>
    void note(const Tree& tree, vm::Range first, vm::Range second, std::uint64_t leaf,
              std::size_t behind = 0) {
        merkle::Opening opening =
            merkle::make_opening(tree, trace::leaf_indices(first, second, leaf));
        ByteWriter proof;
        merkle::append_opening(proof, opening);
        const std::size_t end = writer_.bytes().size() - behind;
        const std::size_t begin = end - proof.bytes().size();
        const ByteView written = ByteView(writer_.bytes()).subspan(begin, proof.bytes().size());
        LOCKSTEP_CHECK(std::ranges::equal(written, proof.bytes()));
        spans_.push_back({.begin = begin, .end = end, .opening = std::move(opening)});
    }

    const trace::Committer& committer_;
    std::uint32_t memory_ = 0;
    const ByteWriter& writer_;
    std::vector<ProofSpan> spans_;
};

}  // namespace

std::vector<ProofSpan> proof_spans(const StepCase& step_case) {
    const vm::Program& program = *step_case.program;
    const trace::Image image(program);
    vm::MachineState state = step_case.before;
    trace::Committer committer = committer_of(image, program, state);
    const Bytes bundle = record(step_case).front().bundle;
    (void)committer.commit(state);
    if (state.status != vm::Status::running) {
        return {};
    }
    const std::uint64_t code_leaf = state.pc / 2;
    merkle::Opening code = merkle::make_opening(image.code, std::span(&code_leaf, 1));
    ByteWriter proof;
    merkle::append_opening(proof, code);
    const std::size_t code_end = kCodeProofOffset + proof.bytes().size();
    std::vector<ProofSpan> spans{
        {.begin = kCodeProofOffset, .end = code_end, .opening = std::move(code)}};
    ByteWriter openings;
    SpyingAccess access(program, state, committer, openings);
    (void)vm::execute(access, program.code[state.pc]);
    const std::size_t offset = bundle.size() - openings.bytes().size();
    for (ProofSpan span : access.spans()) {
        span.begin += offset;
        span.end += offset;
        spans.push_back(std::move(span));
    }
    return spans;
}

}  // namespace lockstep::differential
