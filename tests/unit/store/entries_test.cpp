// Keys, seals and records of a store: what is written is read, and nothing else is.

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "store/execution_record.hpp"
#include "store/keys.hpp"
#include "store/sealed_value.hpp"
#include "store/trace_record.hpp"

namespace lockstep::store {
namespace {

Hash256 hash_of(std::uint8_t byte) {
    Hash256 hash;
    hash.bytes.fill(byte);
    return hash;
}

TraceKey some_trace() {
    return {.execution = ExecutionKey(hash_of(7)), .first = Step(1'000), .stride = 64};
}

TEST(StoreKeys, AreReadAsTheyWereWritten) {
    const ExecutionKey execution(hash_of(7));
    const auto row = parse_key(row_key(some_trace(), 16, 300));
    ASSERT_TRUE(row.has_value());
    EXPECT_EQ(row->kind, EntryKind::row);
    EXPECT_EQ(row->trace(), some_trace());
    EXPECT_EQ(row->level, 16);
    EXPECT_EQ(row->number, 300U);
    const auto trace = parse_key(trace_key(some_trace()));
    ASSERT_TRUE(trace.has_value());
    EXPECT_EQ(trace->kind, EntryKind::trace);
    EXPECT_EQ(trace->trace(), some_trace());
    const auto state = parse_key(checkpoint_key(execution, Step(12)));
    ASSERT_TRUE(state.has_value());
    EXPECT_EQ(state->kind, EntryKind::checkpoint);
    EXPECT_EQ(state->hash, execution.value);
    EXPECT_EQ(state->number, 12U);
    EXPECT_EQ(parse_key(output_key(execution, 5))->number, 5U);
    EXPECT_EQ(parse_key(execution_key(execution))->kind, EntryKind::execution);
    EXPECT_EQ(parse_key(content_key(EntryKind::chunk, hash_of(1)))->hash, hash_of(1));
    EXPECT_EQ(parse_key(format_key())->kind, EntryKind::format);
}

TEST(StoreKeys, OfStatesAndBlocksSortByNumber) {
    const ExecutionKey execution(hash_of(7));
    EXPECT_LT(checkpoint_key(execution, Step(255)), checkpoint_key(execution, Step(256)));
    EXPECT_LT(row_key(some_trace(), 0, 1'000), row_key(some_trace(), 8, 0));
    EXPECT_LT(row_key(some_trace(), 8, 0xFF), row_key(some_trace(), 8, 0x100));
}

TEST(StoreKeys, OfAnyOtherShapeAreNone) {
    std::set<std::string> described;
    for (const Bytes& key :
         {format_key(), trace_key(some_trace()), row_key(some_trace(), 8, 1),
          checkpoint_key(some_trace().execution, Step(1)), output_key(some_trace().execution, 1),
          execution_key(some_trace().execution), content_key(EntryKind::block, hash_of(1)),
          content_key(EntryKind::chunk, hash_of(1)), content_key(EntryKind::piece, hash_of(1))}) {
        EXPECT_TRUE(parse_key(key).has_value());
        EXPECT_TRUE(described.insert(describe_key(key)).second);
        for (std::size_t size = 0; size < key.size(); ++size) {
            EXPECT_FALSE(parse_key(ByteView(key).first(size)).has_value());
        }
        Bytes longer = key;
        longer.push_back(0);
        EXPECT_FALSE(parse_key(longer).has_value());
        EXPECT_NE(describe_key(longer).find("0x"), std::string::npos);
    }
    TraceKey still = some_trace();
    still.stride = 0;
    EXPECT_FALSE(parse_key(trace_key(still)).has_value());
    EXPECT_FALSE(parse_key(content_key(static_cast<EntryKind>('x'), hash_of(1))).has_value());
}

TEST(SealedValue, IsOpenedWithItsKeyOnly) {
    const Bytes key = checkpoint_key(ExecutionKey(hash_of(3)), Step(1));
    const Bytes other = checkpoint_key(ExecutionKey(hash_of(3)), Step(2));
    for (const Bytes& body : {Bytes(), Bytes{1}, Bytes(1'000, 5)}) {
        const Bytes value = seal(key, body);
        ASSERT_EQ(value.size(), body.size() + kSealBytes);
        const auto opened = unseal(key, value);
        ASSERT_TRUE(opened.has_value());
        EXPECT_TRUE(std::ranges::equal(*opened, body));
        EXPECT_FALSE(unseal(other, value).has_value());
        for (std::size_t at = 0; at < value.size(); ++at) {
            Bytes damaged = value;
            damaged[at] ^= 0x10U;
            EXPECT_FALSE(unseal(key, damaged).has_value());
            EXPECT_FALSE(unseal(key, ByteView(value).first(at)).has_value());
        }
    }
}

StoredExecution some_execution() {
    return {.record = {.initial_root = StateRoot(hash_of(1)),
                       .image = ImageRoot(hash_of(2)),
                       .function = FunctionIndex(4),
                       .arguments = {5, 6},
                       .input_root = hash_of(3),
                       .input_length = 77,
                       .gas_limit = Gas(88)},
            .created = 9,
            .used = 10,
            .output_length = 11};
}

TEST(ExecutionRecord, IsReadAsItWasWritten) {
    const Bytes bytes = encode(some_execution());
    EXPECT_EQ(decode_execution(bytes), some_execution());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode_execution(ByteView(bytes).first(size)).has_value());
    }
    Bytes longer = bytes;
    longer.push_back(0);
    EXPECT_FALSE(decode_execution(longer).has_value());
    // A number of arguments that the bytes do not bear out.
    Bytes greedy = bytes;
    store_be<std::uint32_t>(greedy.data() + 32 + 32 + 4, 0xFFFF'FFFF);
    EXPECT_FALSE(decode_execution(greedy).has_value());
}

TraceRecord some_record(std::uint64_t count) {
    trace::HistoryBuilder builder;
    builder.append(std::vector<StateRoot>(count, StateRoot(hash_of(4))));
    return {.expected = 100, .count = count, .frontier = builder.frontier()};
}

TEST(TraceRecord, IsReadAsItWasWritten) {
    for (const std::uint64_t count : std::initializer_list<std::uint64_t>{0, 1, 7, 100}) {
        for (const bool has_frontier : {true, false}) {
            TraceRecord record = some_record(count);
            record.stopped = count == 7;
            if (!has_frontier) {
                record.frontier.reset();
            }
            const Bytes bytes = encode(record);
            EXPECT_EQ(decode_trace(bytes), record);
            for (std::size_t size = 0; size < bytes.size(); ++size) {
                EXPECT_FALSE(decode_trace(ByteView(bytes).first(size)).has_value());
            }
            Bytes longer = bytes;
            longer.push_back(0);
            EXPECT_FALSE(decode_trace(longer).has_value());
        }
    }
}

TEST(TraceRecord, ThatContradictsItselfIsNone) {
    TraceRecord record = some_record(7);
    record.count = 8;  // but the frontier has 7
    EXPECT_FALSE(decode_trace(encode(record)).has_value());
    record = some_record(7);
    record.expected = 6;
    EXPECT_FALSE(decode_trace(encode(record)).has_value());
    record = some_record(0);
    record.stopped = true;
    EXPECT_FALSE(decode_trace(encode(record)).has_value());
    record = some_record(7);
    record.expected = ~std::uint64_t{0};
    EXPECT_FALSE(decode_trace(encode(record)).has_value());
}

}  // namespace
}  // namespace lockstep::store
