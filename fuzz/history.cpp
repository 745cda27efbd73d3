// Input: choices: a small history, a statement about it that is true, and what is done to the proof of
// it; or bytes that look like a frontier.
//
// Legal outcomes: the proof as it was made is accepted; every other byte string is rejected with an
// error that has a name. A frontier that is read is written as the same bytes.

#include <cstdint>
#include <functional>
#include <vector>

#include "base/check.hpp"
#include "fuzz/choices.hpp"
#include "fuzz/fuzz_target.hpp"
#include "trace/history_proof.hpp"

namespace lockstep::fuzz {
namespace {

/// Leaves that tend to be equal.
std::vector<StateRoot> choose_leaves(Choices& choices) {
    std::vector<StateRoot> leaves(1 + choices.below(20));
    for (StateRoot& leaf : leaves) {
        leaf.value.bytes[0] = static_cast<std::uint8_t>(choices.below(4));
    }
    return leaves;
}

struct History {
    trace::HistoryRows rows{2};
    trace::HistoryBuilder builder;
    trace::HistoryReader reader;

    History(const std::vector<StateRoot>& leaves, unsigned height)
        : builder({}, rows.sink(), 2), reader(filled(leaves), leaves.size(), height, 2) {}

    [[nodiscard]] trace::HistoryRoot root() const {
        return {.root = builder.finish(reader.height()), .height = reader.height()};
    }

private:
    trace::HistoryRows& filled(const std::vector<StateRoot>& leaves) {
        rows.append_leaves(leaves);
        builder.append(leaves);
        return rows;
    }
};

/// The honest proof, often changed: bytes exchanged, cut off, added.
Bytes choose_bytes(Choices& choices, const Bytes& honest) {
    Bytes bytes = honest;
    for (std::uint64_t changes = choices.below(4); changes > 0 && !bytes.empty(); --changes) {
        const std::uint64_t place = choices.below(bytes.size());
        bytes[place] = static_cast<std::uint8_t>(bytes[place] ^ choices.any<std::uint8_t>());
    }
    bytes.resize(bytes.size() - (choices.coin() ? choices.below(bytes.size() + 1) : 0));
    for (std::uint64_t more = choices.coin() ? choices.below(40) : 0; more > 0; --more) {
        bytes.push_back(choices.any<std::uint8_t>());
    }
    return bytes;
}

/// verify() gives a std::expected with a HistoryError.
template <typename Verify>
void check(Choices& choices, const Bytes& honest, const Verify& verify) {
    LOCKSTEP_CHECK(verify(honest).has_value());
    const Bytes bytes = choose_bytes(choices, honest);
    const auto verified = verify(bytes);
    LOCKSTEP_CHECK(verified.has_value() == (bytes == honest));
    LOCKSTEP_CHECK(verified || trace::history_error_name(verified.error()) != "unknown");
}

void check_inclusion(Choices& choices, History& history) {
    const unsigned height = history.reader.height();
    const auto level = static_cast<unsigned>(choices.below(height + 1));
    const std::uint64_t index = choices.below(std::uint64_t{1} << (height - level));
    ByteWriter writer;
    trace::append_inclusion(writer, history.reader, level, index, height - level);
    check(choices, writer.bytes(), [&](ByteView proof) {
        return trace::verify_inclusion(history.root().root,
                                       {.height = height, .level = level, .index = index},
                                       history.reader.node(level, index), proof);
    });
}

void check_prefix(Choices& choices, History& history) {
    const unsigned height = history.reader.height();
    const std::uint64_t count = 1 + choices.below(std::uint64_t{1} << height);
    ByteWriter writer;
    trace::append_prefix(writer, history.reader, count);
    check(choices, writer.bytes(), [&](ByteView proof) {
        return trace::verify_prefix(history.root().root, height, count, proof);
    });
}

void check_common_prefix(Choices& choices, History& history, std::vector<StateRoot> leaves) {
    const std::uint64_t count = 1 + choices.below(leaves.size());
    for (std::uint64_t i = count; i < leaves.size(); ++i) {
        leaves[i].value.bytes[1] = choices.any<std::uint8_t>();
    }
    History other(leaves, history.reader.height() + static_cast<unsigned>(choices.below(3)));
    ByteWriter writer;
    trace::append_common_prefix(writer, history.reader, other.reader, count);
    check(choices, writer.bytes(), [&](ByteView proof) {
        return trace::verify_common_prefix(history.root(), other.root(), count, proof);
    });
}

/// Goes down to some node and opens the root that it begins with.
void check_agreed_root(Choices& choices, History& history) {
    trace::HistoryNode node{.level = history.reader.height(),
                            .index = 0,
                            .span = history.root().root,
                            .base = trace::HistoryStart{}};
    for (std::uint64_t dissections = choices.below(8); dissections > 0; --dissections) {
        const auto layers = static_cast<unsigned>(choices.below(node.level + 1));
        const auto children =
            trace::dissect(node, history.reader.children(node.level, node.index, layers));
        LOCKSTEP_CHECK(children.has_value());
        node = (*children)[choices.below(children->size())];
    }
    ByteWriter writer;
    trace::append_agreed_root(writer, history.reader, node);
    const std::uint64_t first = node.index << node.level;
    check(choices, writer.bytes(), [&](ByteView proof) {
        const auto agreed = trace::verify_agreed_root(hash(node.base), proof);
        LOCKSTEP_CHECK(!agreed ||
                       *agreed == (first == 0 ? StateRoot() : history.reader.leaf(first - 1)));
        return agreed;
    });
}

void check_frontier(Choices& choices) {
    Bytes bytes(choices.below(200));
    for (std::uint8_t& byte : bytes) {
        byte = choices.any<std::uint8_t>();
    }
    ByteReader reader(bytes);
    if (const auto frontier = trace::read_history_frontier(reader)) {
        ByteWriter writer;
        trace::append(writer, *frontier);
        bytes.resize(reader.offset());
        LOCKSTEP_CHECK(writer.bytes() == bytes);
        LOCKSTEP_CHECK(trace::HistoryBuilder(*frontier).frontier() == *frontier);
    }
}

void check_statement(Choices& choices) {
    const std::uint64_t kind = choices.below(5);
    if (kind == 4) {
        check_frontier(choices);
        return;
    }
    const std::vector<StateRoot> leaves = choose_leaves(choices);
    const unsigned height =
        trace::history_height(leaves.size()) + static_cast<unsigned>(choices.below(3));
    History history(leaves, height);
    switch (kind) {
        case 0: check_inclusion(choices, history); break;
        case 1: check_prefix(choices, history); break;
        case 2: check_common_prefix(choices, history, leaves); break;
        default: check_agreed_root(choices, history);
    }
}

}  // namespace
}  // namespace lockstep::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    lockstep::fuzz::Choices choices(lockstep::ByteView(data, size));
    lockstep::fuzz::check_statement(choices);
    return 0;
}
