// Entries that LevelDB has no objection to, but that are not what was written: exchanged, removed, cut
// off, changed with a checksum that fits.

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "store/database.hpp"
#include "store/keys.hpp"
#include "store/sealed_value.hpp"
#include "tests/property/store/sample_run.hpp"

namespace lockstep::store {
namespace {

bool is_deep() {
    return std::getenv("LOCKSTEP_DEEP") != nullptr;
}

class DamagedEntries : public testing::Test {
protected:
    DamagedEntries() : run_(sample_run(4'711, 400)) {
        auto store = Store::open(folder_.path(), tiny_options());
        EXPECT_TRUE(store.has_value());
        store_.emplace(std::move(*store));
        const std::uint64_t length = run_->length();
        EXPECT_TRUE(run_->trace(*store_, {Step(1), length / 300 + 1, 280}, length / 6).has_value());
        const Database::Visit visit = [&](ByteView key, ByteView value) -> StoreResult<bool> {
            entries_.push_back({Bytes(key.begin(), key.end()), Bytes(value.begin(), value.end())});
            return true;
        };
        EXPECT_TRUE(store_->database().scan({}, visit).has_value());
    }

    void put(const Bytes& key, const Bytes& value) {
        Batch batch;
        batch.put(key, value);
        ASSERT_TRUE(store_->database().write(batch).has_value());
    }
    void erase(const Bytes& key) {
        Batch batch;
        batch.erase(key);
        ASSERT_TRUE(store_->database().write(batch).has_value());
    }

    /// Whether something that was read has said so.
    bool expect_nothing_wrong() {
        std::vector<StoreError> errors;
        EXPECT_EQ(difference(*run_, *store_, errors), "");
        for (const StoreError& error : errors) {
            EXPECT_EQ(error.kind, StoreErrorKind::corrupted) << error.message;
        }
        return errors.empty();
    }

    [[nodiscard]] static bool is_sealed(const Entry& entry) {
        const auto key = parse_key(entry.key);
        return key && key->kind != EntryKind::block && key->kind != EntryKind::chunk &&
               key->kind != EntryKind::piece;
    }
    [[nodiscard]] static EntryKind kind_of(const Entry& entry) {
        return parse_key(entry.key)->kind;
    }

    /// So that the tests show something.
    void expect_all_kinds() const {
        std::map<EntryKind, int> kinds;
        for (const Entry& entry : entries_) {
            ++kinds[kind_of(entry)];
        }
        for (const EntryKind kind : {EntryKind::checkpoint, EntryKind::chunk, EntryKind::block,
                                     EntryKind::row, EntryKind::piece}) {
            EXPECT_GE(kinds[kind], 2) << static_cast<char>(kind);
        }
    }

    std::unique_ptr<SampleRun> run_;
    TemporaryFolder folder_;
    std::optional<Store> store_;
    std::vector<Entry> entries_;
};

TEST_F(DamagedEntries, ThatWereExchangedAreFound) {
    expect_all_kinds();
    const std::size_t stride = is_deep() ? 1 : entries_.size() / 8 + 1;
    int found = 0;
    int tried = 0;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        for (std::size_t j = i % stride; j < entries_.size(); j += stride) {
            if (entries_[i].value == entries_[j].value) {
                continue;
            }
            put(entries_[i].key, entries_[j].value);
            const auto report = verify(*store_);
            ASSERT_TRUE(report.has_value());
            EXPECT_FALSE(report->problems.empty()) << describe_key(entries_[i].key);
            found += expect_nothing_wrong() ? 0 : 1;
            ++tried;
            put(entries_[i].key, entries_[i].value);
        }
    }
    // What is not read, such as a lower row of a history, is not missed.
    EXPECT_GT(found, tried / 2);
    EXPECT_TRUE(expect_nothing_wrong());
}

TEST_F(DamagedEntries, ThatAreGoneAreFound) {
    for (const Entry& entry : entries_) {
        erase(entry.key);
        (void)expect_nothing_wrong();
        const auto report = verify(*store_);
        ASSERT_TRUE(report.has_value());
        // Nothing else speaks of a state, or of the records of the trace and the format.
        const EntryKind kind = kind_of(entry);
        const bool is_missed =
            kind != EntryKind::checkpoint && kind != EntryKind::trace && kind != EntryKind::format;
        EXPECT_EQ(report->problems.empty(), !is_missed) << describe_key(entry.key);
        put(entry.key, entry.value);
    }
    EXPECT_TRUE(expect_nothing_wrong());
}

TEST_F(DamagedEntries, ThatAreCutOffAreFound) {
    for (const Entry& entry : entries_) {
        for (const std::size_t size :
             {std::size_t{0}, entry.value.size() / 2, entry.value.size() - 1}) {
            put(entry.key, Bytes(entry.value.begin(),
                                 entry.value.begin() + static_cast<std::ptrdiff_t>(size)));
            (void)expect_nothing_wrong();
            EXPECT_FALSE(verify(*store_)->problems.empty()) << describe_key(entry.key);
        }
        put(entry.key, entry.value);
    }
}

/// The record of a state changed anywhere, with a checksum that fits: no state of another root is given
/// out, and none of another step.
TEST_F(DamagedEntries, AStateDoesNotLieAboutItsRoot) {
    std::size_t found = 0;
    std::size_t tried = 0;
    for (const Entry& entry : entries_) {
        if (kind_of(entry) != EntryKind::checkpoint) {
            continue;
        }
        const Bytes body(entry.value.begin(),
                         entry.value.end() - static_cast<std::ptrdiff_t>(kSealBytes));
        const std::size_t stride = is_deep() ? 1 : body.size() / 150 + 1;
        for (std::size_t at = tried % stride; at < body.size(); at += stride) {
            Bytes damaged = body;
            damaged[at] ^= 1U;
            put(entry.key, seal(entry.key, damaged));
            const Step step(parse_key(entry.key)->number);
            const auto restored = run_->restore(*store_, step);
            if (restored) {
                ASSERT_TRUE(restored->has_value());
                EXPECT_EQ(StateRoot(trace::hash((*restored)->committer.record())),
                          run_->root(step));
            }
            found += restored ? 0U : 1U;
            ++tried;
        }
        put(entry.key, entry.value);
    }
    EXPECT_GT(found, tried * 9 / 10);
}

/// After rebuilding, each of these is a whole store again.
TEST_F(DamagedEntries, AreLeftBehindByRebuilding) {
    const TemporaryFolder copy;
    const std::size_t stride = is_deep() ? 1 : entries_.size() / 60 + 1;
    for (std::size_t i = 0; i < entries_.size(); i += stride) {
        const Entry& entry = entries_[i];
        if (kind_of(entry) == EntryKind::format) {
            continue;
        }
        Bytes damaged = entry.value;
        damaged[damaged.size() / 2] ^= 1U;
        put(entry.key, damaged);
        store_.reset();
        copy_folder(folder_.path(), copy.path());
        const auto report = rebuild(copy.path(), tiny_options());
        ASSERT_TRUE(report.has_value()) << report.error().message;
        EXPECT_EQ(report->entries_dropped, 1U) << describe_key(entry.key);
        {
            auto rebuilt = Store::open(copy.path(), tiny_options());
            ASSERT_TRUE(rebuilt.has_value());
            EXPECT_TRUE(verify(*rebuilt, {.deep = true})->problems.empty())
                << describe_key(entry.key);
            std::vector<StoreError> errors;
            EXPECT_EQ(difference(*run_, *rebuilt, errors), "");
            EXPECT_TRUE(errors.empty()) << errors.front().message;
        }
        auto store = Store::open(folder_.path(), tiny_options());
        ASSERT_TRUE(store.has_value());
        store_.emplace(std::move(*store));
        put(entry.key, entry.value);
    }
}

}  // namespace
}  // namespace lockstep::store
