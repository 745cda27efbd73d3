// What is shared, what is removed and what stays.

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "store/database.hpp"
#include "store/keys.hpp"
#include "tests/property/store/sample_run.hpp"

namespace lockstep::store {
namespace {

constexpr std::uint32_t kPages = 256;

vm::Program memory_program() {
    vm::Program program;
    program.code.push_back({.opcode = vm::Opcode::return_});
    program.functions.push_back({.type = 0, .entry = 1});
    program.memories = {{.pages = kPages, .max_pages = kPages}};
    return program;
}

/// States made by hand, with as much in them as the test wants.
class HandmadeStates : public testing::Test {
protected:
    HandmadeStates()
        : program_(memory_program()),
          image_(program_),
          state_(begin()),
          record_{.initial_root = state_.committer.root(state_.machine),
                  .image = image_.root,
                  .function = FunctionIndex(0),
                  .input_root = state_.committer.io().input,
                  .gas_limit = Gas(1'000'000)} {}

    trace::CommittedState begin() {
        vm::MachineState machine;
        machine.gas = Gas(1'000'000);
        machine.locals.assign(4, 0);
        machine.memories.emplace_back(kPages, kPages);
        machine.input = std::make_shared<Bytes>();
        trace::Committer committer(image_, program_, machine);
        (void)committer.commit(machine);
        return {.machine = std::move(machine), .committer = std::move(committer)};
    }

    void write_byte(std::uint64_t at, std::uint8_t byte) {
        *state_.machine.memories[0].write(at, 1) = byte;
    }

    /// The state at the next step, kept.
    void keep(TraceWriter& writer) {
        state_.machine.steps = state_.machine.steps + 1;
        const StateRoot root = state_.committer.root(state_.machine);
        roots_.push_back(root);
        const auto appended = writer.append(std::span(&root, 1));
        ASSERT_TRUE(appended.has_value()) << appended.error().message;
        outcome_ = writer.checkpoint(trace::Snapshot(state_));
    }

    TraceWriter open_writer(Store& store) {
        auto writer =
            TraceWriter::open(store, record_, {.first = Step(1), .stride = 1, .count = 1'000},
                              {.existing = Existing::resume, .checkpoint_steps = 1});
        EXPECT_TRUE(writer.has_value());
        return std::move(*writer);
    }

    void expect_restorable(const Store& store) {
        const auto steps = store.checkpoints(record_.key());
        ASSERT_TRUE(steps.has_value());
        ASSERT_FALSE(steps->empty());
        for (const Step step : *steps) {
            auto restored =
                store.restore(record_.key(), step, image_, program_, std::make_shared<Bytes>());
            ASSERT_TRUE(restored.has_value()) << restored.error().message;
            ASSERT_TRUE(restored->has_value());
            EXPECT_EQ((*restored)->committer.root((*restored)->machine), roots_.at(step.value - 1));
        }
    }

    vm::Program program_;
    trace::Image image_;
    trace::CommittedState state_;
    ExecutionRecord record_;
    std::vector<StateRoot> roots_;
    StoreResult<void> outcome_;
    TemporaryFolder folder_;
};

Store open_store(const std::string& folder, const StoreOptions& options) {
    auto store = Store::open(folder, options);
    EXPECT_TRUE(store.has_value()) << store.error().message;
    return std::move(*store);
}

StoreStats stats_of(const Store& store) {
    auto result = stats(store);
    EXPECT_TRUE(result.has_value());
    return std::move(*result);
}

TEST_F(HandmadeStates, OneChunkWrittenIsOneChunkMore) {
    Store store = open_store(folder_.path(), {.create = true, .sync = false});
    TraceWriter writer = open_writer(store);
    for (std::uint64_t chunk = 0; chunk < 512; ++chunk) {
        write_byte(chunk * vm::kChunkBytes, static_cast<std::uint8_t>(chunk));
        write_byte(chunk * vm::kChunkBytes + 9, static_cast<std::uint8_t>(chunk >> 8U));
    }
    keep(writer);
    ASSERT_TRUE(outcome_.has_value());
    StoreStats before = stats_of(store);
    EXPECT_EQ(before.chunks, 512U);
    // Chunks 0 to 511 by sixteen, these by sixteen, the root of depth 19.
    EXPECT_EQ(before.blocks, 32U + 2 + 1);

    write_byte(77 * vm::kChunkBytes + 5, 1);
    keep(writer);
    StoreStats after = stats_of(store);
    EXPECT_EQ(after.chunks, before.chunks + 1);
    EXPECT_EQ(after.blocks, before.blocks + 3);

    // Nothing written: only the state's own entry.
    keep(writer);
    EXPECT_EQ(stats_of(store).chunks, after.chunks);
    EXPECT_EQ(stats_of(store).blocks, after.blocks);

    // As it was before: nothing new either.
    write_byte(77 * vm::kChunkBytes + 5, 0);
    keep(writer);
    EXPECT_EQ(stats_of(store).chunks, after.chunks);
    EXPECT_EQ(stats_of(store).blocks, after.blocks);
    EXPECT_EQ(stats_of(store).executions.at(0).checkpoints, 4U);
    EXPECT_EQ(stats_of(store).executions.at(0).roots, 4U);
    expect_restorable(store);
}

TEST_F(HandmadeStates, AnotherWriterSharesWhatIsThere) {
    Store store = open_store(folder_.path(), {.create = true, .sync = false});
    for (int i = 0; i < 6; ++i) {
        // It knows no state before its first one, and asks the store.
        TraceWriter writer = open_writer(store);
        for (std::uint64_t chunk = 0; chunk < 100; ++chunk) {
            write_byte(chunk * vm::kChunkBytes, static_cast<std::uint8_t>(chunk + 1));
        }
        write_byte(50 * vm::kChunkBytes + 50, static_cast<std::uint8_t>(i + 1));
        keep(writer);
        ASSERT_TRUE(outcome_.has_value());
        EXPECT_EQ(stats_of(store).chunks, 100U + static_cast<std::uint64_t>(i));
    }
    expect_restorable(store);
}

TEST_F(HandmadeStates, DeepStacksAreSharedButForTheirTop) {
    Store store = open_store(folder_.path(), {.create = true, .sync = false});
    TraceWriter writer = open_writer(store);
    for (std::uint64_t i = 0; i < 500'000; ++i) {
        state_.machine.values.push_back(i * i);
    }
    keep(writer);
    const StoreStats before = stats_of(store);
    EXPECT_GE(before.pieces, 500'000U * 8 / 16'384);
    for (std::uint64_t i = 0; i < 10; ++i) {
        state_.machine.values.pop_back();
        state_.machine.values.push_back(i);
        keep(writer);
    }
    EXPECT_LE(stats_of(store).pieces, before.pieces + 10);
    EXPECT_LT(stats_of(store).executions.at(0).bytes, 11 * 2 * 16'384U + 4'096);
    expect_restorable(store);
}

TEST_F(HandmadeStates, SweepingRemovesExactlyWhatIsUnreachable) {
    Store store = open_store(folder_.path(), tiny_options());
    TraceWriter writer = open_writer(store);
    for (std::uint64_t i = 0; i < 20; ++i) {
        // One chunk stays, one is new in each state.
        write_byte(0, 200);
        write_byte((i + 1) * 3 * vm::kChunkBytes, static_cast<std::uint8_t>(i + 1));
        state_.machine.values.assign(40 + i, i);
        keep(writer);
        ASSERT_TRUE(outcome_.has_value());
    }
    auto report = prune(store, {});
    ASSERT_TRUE(report.has_value());
    EXPECT_EQ(report->chunks + report->blocks + report->pieces + report->orphans, 0U);
    EXPECT_EQ(stats_of(store).chunks, 21U);

    // Chunks that a state after it no longer has.
    write_byte(3 * vm::kChunkBytes, 99);
    keep(writer);
    EXPECT_EQ(stats_of(store).chunks, 22U);
    report = prune(store, {.keep_one_in = 4});
    ASSERT_TRUE(report.has_value());
    EXPECT_EQ(report->checkpoints, 15U);
    const auto steps = store.checkpoints(record_.key());
    ASSERT_TRUE(steps.has_value());
    EXPECT_EQ(*steps, (std::vector{Step(1), Step(5), Step(9), Step(13), Step(17), Step(21)}));
    EXPECT_EQ(report->chunks, 0U);
    EXPECT_GT(report->blocks, 10U);
    EXPECT_GT(report->pieces, 10U);
    expect_restorable(store);
    auto verified = verify(store, {.deep = true});
    ASSERT_TRUE(verified.has_value());
    EXPECT_TRUE(verified->problems.empty());

    // The writer's last state is there still, and it goes on.
    write_byte(200 * vm::kChunkBytes, 1);
    keep(writer);
    ASSERT_TRUE(outcome_.has_value());
    expect_restorable(store);
    report = prune(store, {.keep_one_in = 1'000});
    ASSERT_TRUE(report.has_value());
    EXPECT_EQ(store.checkpoints(record_.key())->size(), 2U);
    EXPECT_EQ(report->chunks, 0U);
    expect_restorable(store);
}

/// Chunks that are overwritten in each state, so that each holds much that no other has.
TEST_F(HandmadeStates, TheLimitThinsStates) {
    StoreOptions options = tiny_options();
    options.max_bytes = 1'500'000;
    Store store = open_store(folder_.path(), options);
    TraceWriter writer = open_writer(store);
    std::uint64_t random = 1;
    for (std::uint64_t i = 0; i < 60; ++i) {
        for (std::uint64_t at = 0; at < 20 * vm::kChunkBytes; at += 8) {
            random = random * 6'364'136'223'846'793'005U + 1;
            write_byte(at, static_cast<std::uint8_t>(random >> 56U));
        }
        keep(writer);
        ASSERT_TRUE(outcome_.has_value()) << outcome_.error().message;
        EXPECT_LT(store.disk_bytes().value(), 2'000'000U);
    }
    const auto steps = store.checkpoints(record_.key());
    ASSERT_TRUE(steps.has_value());
    EXPECT_GE(steps->size(), 2U);
    EXPECT_LT(steps->size(), 40U);
    // States are further apart by now: the last one may not have been kept at once.
    ASSERT_TRUE(writer.finish(false).has_value());
    EXPECT_EQ(store.checkpoints(record_.key())->back(), Step(60));
    expect_restorable(store);
    const auto verified = verify(store, {.deep = true});
    ASSERT_TRUE(verified.has_value());
    EXPECT_TRUE(verified->problems.empty());
    EXPECT_EQ(verified->roots, 60U);
}

TEST_F(HandmadeStates, ALimitThatNothingFitsIntoIsAnErrorAndLosesNothing) {
    StoreOptions options = tiny_options();
    options.max_bytes = 100'000;
    std::uint64_t kept = 0;
    {
        Store store = open_store(folder_.path(), options);
        TraceWriter writer = open_writer(store);
        std::uint64_t random = 1;
        for (std::uint64_t i = 0; i < 10 && outcome_; ++i) {
            for (std::uint64_t at = i * 65'536; at < (i + 1) * 65'536; ++at) {
                random = random * 6'364'136'223'846'793'005U + 1;
                write_byte(at, static_cast<std::uint8_t>(random >> 56U));
            }
            keep(writer);
            ++kept;
        }
        ASSERT_FALSE(outcome_.has_value());
        EXPECT_EQ(outcome_.error().kind, StoreErrorKind::over_limit);
        EXPECT_NE(outcome_.error().message.find("limit is 100000"), std::string::npos);
        expect_restorable(store);
        // And it stays an error.
        EXPECT_FALSE(writer.finish(false).has_value());
    }
    options.max_bytes = 100'000'000;
    Store store = open_store(folder_.path(), options);
    TraceWriter writer = open_writer(store);
    EXPECT_EQ(writer.count(), kept);
    outcome_ = {};
    keep(writer);
    ASSERT_TRUE(outcome_.has_value());
    expect_restorable(store);
    const TraceKey key{.execution = record_.key(), .first = Step(1), .stride = 1};
    EXPECT_EQ(store.roots(key, 0, kept + 1).value(), roots_);
}

/// Three runs in one store, of which some go.
TEST(Prune, ExecutionsGoWithAllThatIsTheirsAlone) {
    const TemporaryFolder folder;
    const TemporaryFolder single;
    std::vector<std::unique_ptr<SampleRun>> runs;
    Store store = open_store(folder.path(), tiny_options());
    const auto trace_into = [](const SampleRun& run, Store& into) {
        ASSERT_TRUE(
            run.trace(into, {Step(1), run.length() / 30 + 1, 25}, run.length() / 6).has_value());
    };
    for (std::uint64_t seed = 3; seed < 6; ++seed) {
        runs.push_back(sample_run(seed));
        trace_into(*runs.back(), store);
    }
    EXPECT_EQ(stats_of(store).executions.size(), 3U);
    const auto report = prune(store, {.keep = std::vector{runs[1]->key()}});
    ASSERT_TRUE(report.has_value());
    EXPECT_EQ(report->executions, 2U);
    EXPECT_GT(report->orphans, 0U);
    EXPECT_FALSE(store.execution(runs[0]->key())->has_value());

    // Nothing is left but what a store of the one run has.
    Store alone = open_store(single.path(), tiny_options());
    trace_into(*runs[1], alone);
    const StoreStats left = stats_of(store);
    const StoreStats expected = stats_of(alone);
    ASSERT_EQ(left.executions.size(), 1U);
    EXPECT_EQ(left.chunks, expected.chunks);
    EXPECT_EQ(left.blocks, expected.blocks);
    EXPECT_EQ(left.pieces, expected.pieces);
    EXPECT_EQ(left.shared_bytes, expected.shared_bytes);
    EXPECT_EQ(left.executions[0].bytes, expected.executions[0].bytes);
    EXPECT_EQ(verify(store)->entries, verify(alone)->entries);
    std::vector<StoreError> errors;
    EXPECT_EQ(difference(*runs[1], store, errors), "");
    EXPECT_TRUE(errors.empty());

    // What has been dropped may come again.
    trace_into(*runs[0], store);
    EXPECT_EQ(difference(*runs[0], store, errors), "");
    EXPECT_TRUE(errors.empty());
    const std::uint64_t used = store.execution(runs[0]->key())->value().used;
    EXPECT_EQ(prune(store, {.used_before = used})->executions, 0U);
    EXPECT_EQ(prune(store, {.used_before = used + 1})->executions, 2U);
    EXPECT_EQ(stats_of(store).chunks + stats_of(store).blocks + stats_of(store).pieces, 0U);
    EXPECT_EQ(verify(store)->entries, 1U);
}

/// Wherever pruning stops, what is kept is whole: the batches of changes up to each one are replayed by
/// hand, by removing keys in the order in which sweeping does.
TEST(Prune, AnInterruptedOneLeavesAStore) {
    const TemporaryFolder folder;
    const TemporaryFolder copy;
    const auto kept = sample_run(6);
    const auto dropped = sample_run(7);
    {
        Store store = open_store(folder.path(), tiny_options());
        for (const SampleRun* run : {kept.get(), dropped.get()}) {
            ASSERT_TRUE(run->trace(store, {Step(1), run->length() / 30 + 1, 25}, run->length() / 6)
                            .has_value());
        }
        // The first thing that pruning does; then it is killed.
        Batch batch;
        for (const EntryKind kind :
             {EntryKind::checkpoint, EntryKind::trace, EntryKind::execution}) {
            const Database::Visit visit = [&](ByteView key, ByteView) -> StoreResult<bool> {
                batch.erase(key);
                return true;
            };
            ASSERT_TRUE(store.database().scan(key_prefix(kind, dropped->key()), visit).has_value());
        }
        ASSERT_TRUE(store.database().write(batch).has_value());
    }
    copy_folder(folder.path(), copy.path());
    Store store = open_store(copy.path(), tiny_options());
    const auto verified = verify(store, {.deep = true});
    ASSERT_TRUE(verified.has_value());
    EXPECT_TRUE(verified->problems.empty());
    std::vector<StoreError> errors;
    EXPECT_EQ(difference(*kept, store, errors), "");
    // Without sweeping first, what is left of the dropped one is taken up again.
    ASSERT_TRUE(
        dropped->trace(store, {Step(1), dropped->length() / 30 + 1, 25}, dropped->length() / 6)
            .has_value());
    EXPECT_EQ(difference(*dropped, store, errors), "");
    EXPECT_TRUE(errors.empty());
    EXPECT_EQ(prune(store, {})->orphans, 0U);
}

TEST(Verify, FindsWhatIsConsistentButWrong) {
    const TemporaryFolder folder;
    const auto run = sample_run(8);
    Store store = open_store(folder.path(), tiny_options());
    const trace::TraceRange range{.first = Step(1), .stride = 2, .count = 30};
    ASSERT_TRUE(run->trace(store, range, run->length() / 6).has_value());
    const TraceKey key{.execution = run->key(), .first = range.first, .stride = range.stride};
    ASSERT_TRUE(verify(store, {.deep = true})->problems.empty());

    // Somebody who can write to the store, and make checksums, changes a root.
    const Bytes block = row_key(key, 0, 1);
    Bytes hashes = store.database().get_sealed(block)->value();
    hashes[5] ^= 1U;
    Batch batch;
    batch.put_sealed(block, hashes);
    ASSERT_TRUE(store.database().write(batch).has_value());
    EXPECT_TRUE(verify(store)->problems.empty());
    const auto deep = verify(store, {.deep = true});
    ASSERT_TRUE(deep.has_value());
    ASSERT_FALSE(deep->problems.empty());
    EXPECT_NE(deep->problems.front().find("does not"), std::string::npos) << deep->problems.front();
}

TEST(Rebuild, MakesALostHistoryAnew) {
    const TemporaryFolder folder;
    const auto run = sample_run(9, 1'000);
    StoreOptions options = tiny_options();
    const trace::TraceRange half{.first = Step(1), .stride = 1, .count = 300};
    const trace::TraceRange range{.first = Step(1), .stride = 1, .count = 700};
    const TraceKey key{.execution = run->key(), .first = range.first, .stride = range.stride};
    {
        Store store = open_store(folder.path(), options);
        ASSERT_TRUE(run->trace(store, half, 100).has_value());
        Batch batch;
        batch.erase(row_key(key, trace::kHistoryRowStep, 0));
        ASSERT_TRUE(store.database().write(batch).has_value());
        EXPECT_FALSE(verify(store)->problems.empty());
        EXPECT_FALSE(run->trace(store, range, 100).has_value());
    }
    const auto report = rebuild(folder.path(), options);
    ASSERT_TRUE(report.has_value()) << report.error().message;
    EXPECT_EQ(report->traces_shortened, 0U);
    EXPECT_EQ(report->roots_left, half.count);
    Store store = open_store(folder.path(), options);
    EXPECT_FALSE(store.trace(key)->value().frontier.has_value());
    ASSERT_TRUE(run->trace(store, range, 100).has_value());
    std::vector<StoreError> errors;
    EXPECT_EQ(difference(*run, store, errors), "");
    EXPECT_TRUE(errors.empty());
    EXPECT_TRUE(store.trace(key)->value().frontier.has_value());
    EXPECT_TRUE(verify(store, {.deep = true})->problems.empty());
}

}  // namespace
}  // namespace lockstep::store
