// Input: one byte that says what it is, then what a store might hold: a state's entry and pieces that it
// refers to, a block of tree nodes, the record of a trace or of an execution, a key.
//
// Legal outcomes: it cannot be read; or it says something, and written again it says the same.

#include <algorithm>
#include <map>

#include "base/byte_reader.hpp"
#include "base/check.hpp"
#include "fuzz/fuzz_target.hpp"
#include "merkle/sha256.hpp"
#include "store/execution_record.hpp"
#include "store/keys.hpp"
#include "store/memory_nodes.hpp"
#include "store/state_encoding.hpp"
#include "store/state_root.hpp"
#include "store/trace_record.hpp"

namespace {

using lockstep::ByteReader;
using lockstep::Bytes;
using lockstep::ByteView;
using lockstep::Hash256;
namespace merkle = lockstep::merkle;
namespace store = lockstep::store;

constexpr std::size_t kPieceBytes = 64;
constexpr std::uint64_t kMaxBytes = 1U << 20U;

/// Length of the entry 2 | entry | pieces, 64 bytes each.
void read_state(ByteView input) {
    ByteReader reader(input);
    const std::size_t length = reader.read<std::uint16_t>().value_or(0);
    const ByteView entry =
        reader.read_bytes(std::min(length, reader.remaining())).value_or(ByteView{});
    std::map<Hash256, Bytes> pieces;
    while (reader.remaining() != 0) {
        const ByteView piece =
            reader.read_bytes(std::min(kPieceBytes, reader.remaining())).value_or(ByteView{});
        pieces.emplace(merkle::sha256(piece), Bytes(piece.begin(), piece.end()));
    }
    const store::PieceSource source = [&](const Hash256& hash) -> store::StoreResult<Bytes> {
        const auto piece = pieces.find(hash);
        if (piece == pieces.end()) {
            return std::unexpected(store::StoreError{store::StoreErrorKind::missing, "no piece"});
        }
        return piece->second;
    };
    const auto state = store::decode_state(entry, kPieceBytes, source, kMaxBytes);
    if (!state) {
        LOCKSTEP_CHECK(!state.error().message.empty());
        return;
    }
    const Bytes again = store::encode(*state, kPieceBytes, [&](const Hash256& hash, ByteView) {
        LOCKSTEP_CHECK(pieces.contains(hash));
    });
    LOCKSTEP_CHECK(std::ranges::equal(again, entry));
    const auto references = store::decode_references(entry, kPieceBytes, source);
    LOCKSTEP_CHECK(references && references->root == state->root &&
                   references->memories == state->memories &&
                   references->output_length == state->parts.output_length);
    (void)store::state_root({}, *state, {});
}

void read_block(ByteView input) {
    const auto block = store::decode_block(input);
    if (block) {
        const auto again = store::decode_block(store::encode(*block));
        LOCKSTEP_CHECK(again && again->level == block->level && again->node() == block->node());
    }
}

void read_trace(ByteView input) {
    const auto record = store::decode_trace(input);
    LOCKSTEP_CHECK(!record || std::ranges::equal(store::encode(*record), input));
}

void read_execution(ByteView input) {
    const auto execution = store::decode_execution(input);
    LOCKSTEP_CHECK(!execution || std::ranges::equal(store::encode(*execution), input));
}

void read_key(ByteView input) {
    LOCKSTEP_CHECK(!store::describe_key(input).empty());
    const auto key = store::parse_key(input);
    LOCKSTEP_CHECK(!key || input.front() == static_cast<std::uint8_t>(key->kind));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const ByteView input(data + 1, size - 1);
    switch (data[0] % 5) {
        case 0: read_state(input); break;
        case 1: read_block(input); break;
        case 2: read_trace(input); break;
        case 3: read_execution(input); break;
        default: read_key(input); break;
    }
    return 0;
}
