// Whatever is stored comes back as it was: roots, histories, and states with all hashes computed anew.

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/property/store/sample_run.hpp"

namespace lockstep::store {
namespace {

std::string first_message(const std::vector<StoreError>& errors) {
    return errors.empty() ? "" : errors.front().message;
}

/// Nothing differs, nothing fails, nothing is found wrong.
void expect_whole(const SampleRun& run, const Store& store) {
    std::vector<StoreError> errors;
    const std::string what = difference(run, store, errors);
    RC_ASSERT(what == "");
    RC_ASSERT(first_message(errors) == "");
    const auto report = verify(store, {.deep = true});
    RC_ASSERT(report.has_value());
    RC_ASSERT(report->problems.empty());
}

RC_GTEST_PROP(StoreRoundTrip, StatesRootsAndHistoriesAreThoseOfTheRun, ()) {
    const auto run = sample_run(*rc::gen::inRange<std::uint64_t>(0, 1U << 30U));
    const std::uint64_t length = run->length();
    const trace::TraceRange range{.first = Step(*rc::gen::inRange<std::uint64_t>(0, length + 3)),
                                  .stride = *rc::gen::inRange<std::uint64_t>(1, length / 8 + 2),
                                  .count = *rc::gen::inRange<std::uint64_t>(1, 60)};
    const auto checkpoint_steps = *rc::gen::inRange<std::uint64_t>(1, length / 3 + 2);
    const TemporaryFolder folder;
    const TraceKey key{.execution = run->key(), .first = range.first, .stride = range.stride};
    {
        auto store = Store::open(folder.path(), tiny_options());
        RC_ASSERT(store.has_value());
        const auto traced = run->trace(*store, range, checkpoint_steps);
        RC_ASSERT((traced ? "" : traced.error().message) == "");
        expect_whole(*run, *store);
    }
    // Another process reads it, with other caches.
    StoreOptions options = tiny_options();
    options.read_only = true;
    options.cache_bytes = *rc::gen::element<std::size_t>(0, 1, 1U << 20U);
    const auto store = Store::open(folder.path(), options);
    RC_ASSERT(store.has_value());
    expect_whole(*run, *store);
    const auto record = store->trace(key);
    RC_ASSERT(record.has_value() && record->has_value() && (*record)->is_complete());
    // With what follows from the end of the run.
    const auto index = *rc::gen::inRange<std::uint64_t>(0, range.count);
    const auto count = *rc::gen::inRange<std::uint64_t>(0, range.count - index + 1);
    const auto roots = store->roots(key, index, count);
    RC_ASSERT(roots.has_value());
    const std::vector<StateRoot> all = run->roots(range);
    RC_ASSERT(std::ranges::equal(*roots, std::span(all).subspan(index, count)));
    RC_ASSERT(!store->roots(key, index, range.count - index + 1).has_value());
}

RC_GTEST_PROP(StoreRoundTrip, TheNearestStateIsRestored, ()) {
    const auto run = sample_run(*rc::gen::inRange<std::uint64_t>(0, 1U << 30U));
    const std::uint64_t length = run->length();
    const TemporaryFolder folder;
    auto store = Store::open(folder.path(), tiny_options());
    RC_ASSERT(store.has_value());
    RC_ASSERT(run->trace(*store, {.first = Step(length / 5), .stride = 3, .count = length / 6},
                         length / 11 + 1)
                  .has_value());
    const auto steps = store->checkpoints(run->key());
    RC_ASSERT(steps.has_value() && steps->size() >= 2);
    for (int i = 0; i < 8; ++i) {
        const Step at_most(*rc::gen::inRange<std::uint64_t>(0, length + 10));
        const auto after = std::ranges::upper_bound(*steps, at_most);
        const auto restored = run->restore(*store, at_most);
        RC_ASSERT(restored.has_value());
        RC_ASSERT(restored->has_value() == (after != steps->begin()));
        if (*restored) {
            RC_ASSERT((*restored)->machine.steps == *std::prev(after));
        }
    }
}

RC_GTEST_PROP(StoreRoundTrip, SeveralTracesAndExecutionsShareAStore, ()) {
    const TemporaryFolder folder;
    auto store = Store::open(folder.path(), tiny_options());
    RC_ASSERT(store.has_value());
    std::vector<std::unique_ptr<SampleRun>> runs;
    for (int i = 0; i < 3; ++i) {
        runs.push_back(sample_run(*rc::gen::inRange<std::uint64_t>(0, 1U << 30U)));
        const SampleRun& run = *runs.back();
        const std::uint64_t length = run.length();
        for (const std::uint64_t stride : {length / 20 + 1, length / 7 + 1}) {
            RC_ASSERT(
                run.trace(*store, {.first = Step(0), .stride = stride, .count = 15}, length / 4)
                    .has_value());
        }
    }
    for (const auto& run : runs) {
        expect_whole(*run, *store);
        const auto traces = store->traces(run->key());
        RC_ASSERT(traces.has_value() && traces->size() == 2);
    }
}

}  // namespace
}  // namespace lockstep::store
