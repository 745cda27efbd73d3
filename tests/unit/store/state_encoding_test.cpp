// A state as an entry and pieces.

#include "store/state_encoding.hpp"

#include <map>
#include <random>

#include <gtest/gtest.h>

#include "merkle/sha256.hpp"
#include "store/state_root.hpp"
#include "tests/property/store/sample_run.hpp"
#include "vm/machine/limits.hpp"

namespace lockstep::store {
namespace {

constexpr std::size_t kPieceBytes = 64;

struct Pieces {
    std::map<Hash256, Bytes> by_hash;

    PieceSink sink() {
        return [this](const Hash256& hash, ByteView piece) {
            EXPECT_EQ(hash, merkle::sha256(piece));
            by_hash[hash] = Bytes(piece.begin(), piece.end());
        };
    }
    PieceSource source() const {
        return [this](const Hash256& hash) -> StoreResult<Bytes> {
            const auto piece = by_hash.find(hash);
            if (piece == by_hash.end()) {
                return std::unexpected(StoreError{StoreErrorKind::missing, "no such piece"});
            }
            return piece->second;
        };
    }
};

std::vector<std::uint64_t> some_slots(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<std::uint64_t> slots(count);
    for (std::uint64_t& slot : slots) {
        slot = random() % 3 == 0 ? random() : 0;
    }
    return slots;
}

StoredState some_state(std::size_t slots) {
    StoredState state;
    state.root.value.bytes.fill(1);
    trace::StateParts& parts = state.parts;
    parts = {.status = vm::Status::halted,
             .code = 1,
             .pc = 2,
             .slots_used = 3,
             .steps = Step(4),
             .gas = Gas(5),
             .values = some_slots(slots, 1),
             .locals = some_slots(slots + 7, 2),
             .locals_begin = 6,
             .callers = {},
             .next_frame_id = 7,
             .globals = some_slots(slots / 2, 3),
             .tables = {},
             .pages = {8, 0},
             .output_length = 9};
    for (std::uint32_t i = 0; i < slots; ++i) {
        parts.callers.push_back({.id = i, .locals_begin = i, .return_pc = 3 * i});
    }
    parts.tables.push_back({.slots = some_slots(slots * 3, 4), .size = 10});
    parts.tables.push_back({.slots = {}, .size = 0});
    state.table_max = {11, 12};
    Hash256 root;
    root.bytes.fill(13);
    state.memories = {{.pages = 8, .max_pages = 65'536, .root = root},
                      {.pages = 0, .max_pages = 0, .root = {}}};
    return state;
}

void expect_same(const StoredState& state, const StoredState& expected) {
    EXPECT_EQ(state.root, expected.root);
    EXPECT_EQ(state.memories, expected.memories);
    EXPECT_EQ(state.table_max, expected.table_max);
    const trace::StateParts& parts = state.parts;
    const trace::StateParts& other = expected.parts;
    EXPECT_EQ(parts.status, other.status);
    EXPECT_EQ(parts.code, other.code);
    EXPECT_EQ(parts.pc, other.pc);
    EXPECT_EQ(parts.slots_used, other.slots_used);
    EXPECT_EQ(parts.steps, other.steps);
    EXPECT_EQ(parts.gas, other.gas);
    EXPECT_EQ(parts.values, other.values);
    EXPECT_EQ(parts.locals, other.locals);
    EXPECT_EQ(parts.locals_begin, other.locals_begin);
    EXPECT_EQ(parts.next_frame_id, other.next_frame_id);
    EXPECT_EQ(parts.globals, other.globals);
    EXPECT_EQ(parts.tables, other.tables);
    EXPECT_EQ(parts.pages, other.pages);
    EXPECT_EQ(parts.output_length, other.output_length);
    ASSERT_EQ(parts.callers.size(), other.callers.size());
    for (std::size_t i = 0; i < parts.callers.size(); ++i) {
        EXPECT_EQ(parts.callers[i].id, other.callers[i].id);
        EXPECT_EQ(parts.callers[i].locals_begin, other.callers[i].locals_begin);
        EXPECT_EQ(parts.callers[i].return_pc, other.callers[i].return_pc);
    }
}

TEST(StateEncoding, IsReadAsItWasWritten) {
    for (const std::size_t slots : {0U, 1U, 7U, 8U, 9U, 16U, 64U, 500U, 5'000U}) {
        for (const std::size_t piece_bytes : {std::size_t{64}, std::size_t{1'024}}) {
            const StoredState state = some_state(slots);
            Pieces pieces;
            const Bytes entry = encode(state, piece_bytes, pieces.sink());
            // What is not in pieces is less than one for each level of each of the arrays.
            EXPECT_LT(entry.size(), 400 + 6 * 12 * piece_bytes);
            const auto decoded = decode_state(entry, piece_bytes, pieces.source());
            ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
            expect_same(*decoded, state);
            const auto references = decode_references(entry, piece_bytes, pieces.source());
            ASSERT_TRUE(references.has_value());
            EXPECT_EQ(references->memories, state.memories);
            EXPECT_EQ(references->root, state.root);
            std::map<Hash256, Bytes> referred;
            for (const Hash256& hash : references->pieces) {
                referred.emplace(hash, pieces.by_hash.at(hash));
            }
            EXPECT_EQ(referred, pieces.by_hash);
        }
    }
}

TEST(StateEncoding, AMissingPieceIsAnError) {
    const StoredState state = some_state(200);
    Pieces pieces;
    const Bytes entry = encode(state, kPieceBytes, pieces.sink());
    ASSERT_GT(pieces.by_hash.size(), 50U);
    for (const auto& [hash, piece] : pieces.by_hash) {
        Pieces without = pieces;
        without.by_hash.erase(hash);
        const auto decoded = decode_state(entry, kPieceBytes, without.source());
        ASSERT_FALSE(decoded.has_value());
        EXPECT_EQ(decoded.error().kind, StoreErrorKind::missing);
        Pieces shorter = pieces;
        shorter.by_hash[hash].pop_back();
        EXPECT_FALSE(decode_state(entry, kPieceBytes, shorter.source()).has_value());
    }
}

TEST(StateEncoding, TruncatedAndDamagedEntriesAreErrorsOrOtherStates) {
    const StoredState state = some_state(20);
    Pieces pieces;
    const Bytes entry = encode(state, kPieceBytes, pieces.sink());
    for (std::size_t size = 0; size < entry.size(); ++size) {
        const auto decoded =
            decode_state(ByteView(entry).first(size), kPieceBytes, pieces.source());
        ASSERT_FALSE(decoded.has_value()) << size;
        EXPECT_EQ(decoded.error().kind, StoreErrorKind::corrupted);
    }
    for (std::size_t at = 0; at < entry.size(); ++at) {
        for (const std::uint8_t mask : std::initializer_list<std::uint8_t>{0x01, 0x80, 0xFF}) {
            Bytes damaged = entry;
            damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ mask);
            const auto decoded = decode_state(damaged, kPieceBytes, pieces.source());
            if (decoded) {
                // Written again it is the same entry: nothing was passed over.
                EXPECT_EQ(encode(*decoded, kPieceBytes, [](const Hash256&, ByteView) {}), damaged);
            }
        }
    }
    Bytes longer = entry;
    longer.push_back(0);
    EXPECT_FALSE(decode_state(longer, kPieceBytes, pieces.source()).has_value());
}

/// Lengths that nothing bears out are refused before anything is allocated for them.
TEST(StateEncoding, HugeLengthsAreRefused) {
    StoredState state = some_state(0);
    Pieces pieces;
    const Bytes entry = encode(state, kPieceBytes, pieces.sink());
    constexpr std::size_t kValuesAt = 32 + 1 + 3 * 4 + 2 * 8 + 4 + 2 * 8;
    for (const std::uint64_t length :
         {std::uint64_t{8}, std::uint64_t{vm::kMaxSlots}, std::uint64_t{1} << 35U,
          ~std::uint64_t{7}, ~std::uint64_t{0}, std::uint64_t{1}}) {
        Bytes greedy = entry;
        store_be(greedy.data() + kValuesAt, length);
        EXPECT_FALSE(decode_state(greedy, kPieceBytes, pieces.source()).has_value());
    }
    for (std::size_t at = kValuesAt; at + 4 <= entry.size(); ++at) {
        Bytes greedy = entry;
        store_be<std::uint32_t>(greedy.data() + at, 0xFFFF'FFF8U);
        (void)decode_state(greedy, kPieceBytes, pieces.source());
    }
    // A few pieces that stand for many bytes, many times the same: there is a limit to them all.
    Pieces zeros;
    StoredState large = some_state(0);
    large.parts.globals.assign(1U << 16U, 0);
    const Bytes repeated = encode(large, kPieceBytes, zeros.sink());
    EXPECT_LT(zeros.by_hash.size(), 50U);
    EXPECT_TRUE(decode_state(repeated, kPieceBytes, zeros.source()).has_value());
    EXPECT_TRUE(decode_state(repeated, kPieceBytes, zeros.source(), 1U << 20U).has_value());
    EXPECT_FALSE(decode_state(repeated, kPieceBytes, zeros.source(), 1U << 19U).has_value());
}

/// The root without a program is the one with it.
TEST(StateRoot, IsTheOneOfTheCommitment) {
    for (std::uint64_t seed = 100; seed < 130; ++seed) {
        const auto run = sample_run(seed);
        const std::uint64_t length = run->length();
        for (const std::uint64_t step : {std::uint64_t{0}, length / 3, length - 1, length}) {
            const trace::CommittedState state = run->at(Step(step));
            const trace::Snapshot snapshot(state);
            StoredState stored{.root = snapshot.root(), .parts = snapshot.parts()};
            for (std::uint32_t i = 0; i < stored.parts.pages.size(); ++i) {
                const trace::MemoryRecord& record = state.committer.memory_record(i);
                stored.memories.push_back({record.pages, record.max_pages, record.root});
            }
            for (std::uint32_t i = 0; i < stored.parts.tables.size(); ++i) {
                stored.table_max.push_back(state.committer.table_record(i).max);
            }
            EXPECT_EQ(state_root(run->record(), stored, state.machine.output), snapshot.root());
            stored.parts.gas = stored.parts.gas + 1;
            EXPECT_NE(state_root(run->record(), stored, state.machine.output), snapshot.root());
        }
    }
}

TEST(StateRoot, OfFramesOutOfOrderIsNone) {
    const auto run = sample_run(1);
    StoredState state;
    state.parts.locals = {1, 2, 3, 4};
    state.parts.locals_begin = 5;
    EXPECT_FALSE(state_root(run->record(), state, {}).has_value());
    state.parts.locals_begin = 0;
    state.parts.callers = {{.id = 1, .locals_begin = 3, .return_pc = 0}};
    EXPECT_FALSE(state_root(run->record(), state, {}).has_value());
    state.parts.callers = {};
    state.parts.tables = {{.slots = {1, 2, 3, 4, 5}, .size = 5}};
    state.table_max = {4};
    EXPECT_FALSE(state_root(run->record(), state, {}).has_value());
}

}  // namespace
}  // namespace lockstep::store
