#pragma once

// Proofs about histories, as bytes (docs/spec/history.md, sections 4 and 5). Whoever verifies knows
// the root, the height and the positions; everything else is the prover's and believed in nothing.
// Every proof has one encoding.

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "base/byte_writer.hpp"
#include "base/bytes.hpp"
#include "base/hash256.hpp"
#include "trace/history_reader.hpp"

namespace lockstep::trace {

/// Why bytes prove nothing about a history.
enum class HistoryError : std::uint8_t {
    bad_position,           // no such node, leaf or number of leaves in a history of this height
    truncated,              // the bytes end before the proof is complete
    trailing_bytes,         // bytes are left when the proof is complete
    non_zero_padding,       // an unused bit of the bitmap is set
    non_canonical_sibling,  // given, although it equals the node beside it
    bad_kind,               // of what opens a base
    wrong_root,             // the proof leads to another root
    wrong_base,             // what opens a base does not hash to it
    wrong_children,         // nodes that do not hash to the one they should stand below
};

[[nodiscard]] std::string_view history_error_name(HistoryError error);

/// A node in a history, or in a sub-tree of one: counted in its own level from the left.
struct HistoryPosition {
    /// Of the whole tree.
    unsigned height = 0;
    unsigned level = 0;
    std::uint64_t index = 0;
};

/// The path from a node of the reader's history up to the node `layers` levels above it: its siblings
/// below that node, the lowest first; those that equal the node beside them are left out.
void append_inclusion(ByteWriter& writer, HistoryReader& reader, unsigned level,
                      std::uint64_t index, unsigned layers);

/// `proof` shows that `node` stands at this position of the history with this root.
[[nodiscard]] std::expected<void, HistoryError> verify_inclusion(const Hash256& root,
                                                                 const HistoryPosition& position,
                                                                 const Hash256& node,
                                                                 ByteView proof);

/// The roots of the largest aligned sub-trees over the first `count` leaves, from left to right, and
/// then of those over the rest: all that says with which leaves a history begins.
void append_prefix(ByteWriter& writer, HistoryReader& reader, std::uint64_t count);

/// Gives the peaks (HistoryFrontier) of the `count` leaves that the history begins with.
[[nodiscard]] std::expected<std::vector<Hash256>, HistoryError> verify_prefix(const Hash256& root,
                                                                              unsigned height,
                                                                              std::uint64_t count,
                                                                              ByteView proof);

/// That two histories begin with the same `count` leaves: their peaks, and the rest of each.
void append_common_prefix(ByteWriter& writer, HistoryReader& one, HistoryReader& other,
                          std::uint64_t count);

struct HistoryRoot {
    Hash256 root;
    unsigned height = 0;
};

[[nodiscard]] std::expected<void, HistoryError> verify_common_prefix(const HistoryRoot& one,
                                                                     const HistoryRoot& other,
                                                                     std::uint64_t count,
                                                                     ByteView proof);

/// What a base is the hash of, where nothing of the level was agreed before.
struct HistoryStart {
    Hash256 context;
    StateRoot agreed;

    bool operator==(const HistoryStart&) const = default;
};

/// What a base is the hash of behind a node that was agreed.
struct HistoryLink {
    Hash256 base;  // of the agreed node
    Hash256 child;
    unsigned height = 0;  // of the agreed node

    bool operator==(const HistoryLink&) const = default;
};

using HistoryBase = std::variant<HistoryStart, HistoryLink>;

[[nodiscard]] Hash256 hash(const HistoryBase& base);

/// A node of a dispute: what it claims, and what was agreed before.
struct HistoryNode {
    unsigned level = 0;
    std::uint64_t index = 0;
    Hash256 span;
    HistoryBase base;
};

/// The children of a node, with the chain of what each is based on. Their number is a power of two.
[[nodiscard]] std::expected<std::vector<HistoryNode>, HistoryError> dissect(
    const HistoryNode& parent, std::span<const Hash256> children);

/// Opens the base of a node of the reader's history down to the state root that the node starts from.
void append_agreed_root(ByteWriter& writer, HistoryReader& reader, const HistoryNode& node);

/// The state root that whatever has this base starts from.
[[nodiscard]] std::expected<StateRoot, HistoryError> verify_agreed_root(const Hash256& base,
                                                                        ByteView proof);

}  // namespace lockstep::trace
