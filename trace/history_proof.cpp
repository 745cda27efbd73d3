#include "trace/history_proof.hpp"

#include <algorithm>
#include <bit>

#include "base/byte_reader.hpp"
#include "base/check.hpp"

namespace lockstep::trace {

namespace {

constexpr std::size_t kHashBytes = 32;
/// Of the opening of a base: the first byte.
constexpr std::uint8_t kStartKind = 0;
constexpr std::uint8_t kLinkKind = 1;

bool is_within(const HistoryPosition& position) {
    return position.height <= kMaxHistoryHeight && position.level <= position.height &&
           position.index >> (position.height - position.level) == 0;
}

Hash256 parent_of(const Hash256& node, const Hash256& sibling, std::uint64_t index) {
    return index % 2 == 0 ? history_node(node, sibling) : history_node(sibling, node);
}

/// Climbs from the node by the siblings that the reader gives, `layers` levels up.
std::expected<Hash256, HistoryError> read_inclusion(ByteReader& reader, Hash256 node,
                                                    std::uint64_t index, unsigned layers) {
    const auto bitmap = reader.read_bytes((layers + 7) / 8);
    if (!bitmap) {
        return std::unexpected(HistoryError::truncated);
    }
    if (layers % 8 != 0 && bitmap->back() >> (layers % 8) != 0) {
        return std::unexpected(HistoryError::non_zero_padding);
    }
    for (unsigned layer = 0; layer < layers; ++layer) {
        Hash256 sibling = node;
        if (((*bitmap)[layer / 8] >> (layer % 8) & 1U) != 0) {
            const auto given = reader.read_hash();
            if (!given) {
                return std::unexpected(HistoryError::truncated);
            }
            if (*given == node) {
                return std::unexpected(HistoryError::non_canonical_sibling);
            }
            sibling = *given;
        }
        node = parent_of(node, sibling, index);
        index /= 2;
    }
    return node;
}

std::expected<void, HistoryError> check_end(const ByteReader& reader) {
    if (reader.remaining() != 0) {
        return std::unexpected(HistoryError::trailing_bytes);
    }
    return {};
}

/// What is right of the first `count` leaves.
std::uint64_t rest_of(std::uint64_t count, unsigned height) {
    return (std::uint64_t{1} << height) - count;
}

bool is_prefix(std::uint64_t count, unsigned height) {
    return height <= kMaxHistoryHeight && count >= 1 && count <= std::uint64_t{1} << height;
}

std::size_t count_peaks(std::uint64_t count) {
    return static_cast<std::size_t>(std::popcount(count));
}

/// The largest aligned sub-trees over the first `count` leaves, from left to right.
std::vector<Hash256> read_peaks(HistoryReader& reader, std::uint64_t count) {
    std::vector<Hash256> peaks;
    for (unsigned level = reader.height() + 1; level-- > 0;) {
        if ((count >> level & 1U) != 0) {
            peaks.push_back(reader.node(level, (count >> level) - 1));
        }
    }
    return peaks;
}

/// The same over the other leaves.
std::vector<Hash256> read_rest(HistoryReader& reader, std::uint64_t count) {
    std::vector<Hash256> rest;
    const std::uint64_t left = rest_of(count, reader.height());
    for (unsigned level = 0; level < reader.height(); ++level) {
        if ((left >> level & 1U) != 0) {
            // The sub-trees right of the leaves begin where those below this level end.
            const std::uint64_t below = left & ((std::uint64_t{1} << level) - 1);
            rest.push_back(reader.node(level, (count + below) >> level));
        }
    }
    return rest;
}

/// The root above peaks and rest, both from left to right, which are as many as they must be.
Hash256 root_above(std::span<const Hash256> peaks, std::span<const Hash256> rest,
                   std::uint64_t count, unsigned height) {
    const auto lowest = static_cast<unsigned>(std::countr_zero(count));
    Hash256 node = peaks.back();
    std::size_t left = peaks.size() - 1;
    std::size_t right = 0;
    for (unsigned level = lowest; level < height; ++level) {
        const bool has_peak = level != lowest && (count >> level & 1U) != 0;
        node = has_peak ? history_node(peaks[--left], node) : history_node(node, rest[right++]);
    }
    return node;
}

std::vector<Hash256> take_hashes(ByteReader& reader, std::size_t count) {
    std::vector<Hash256> hashes(count);
    std::ranges::generate(hashes, [&] { return reader.read_hash().value_or(Hash256{}); });
    return hashes;
}

/// Whether the proof is as long as it must be, which is known before anything is read.
std::expected<void, HistoryError> check_hash_count(ByteView proof, std::size_t count) {
    if (proof.size() != count * kHashBytes) {
        return std::unexpected(proof.size() < count * kHashBytes ? HistoryError::truncated
                                                                 : HistoryError::trailing_bytes);
    }
    return {};
}

void append_all(ByteWriter& writer, std::span<const Hash256> hashes) {
    for (const Hash256& hash : hashes) {
        writer.put(hash);
    }
}

std::expected<StateRoot, HistoryError> read_start(ByteReader& reader, const Hash256& base) {
    const auto context = reader.read_hash();
    const auto agreed = reader.read_hash();
    if (!context || !agreed) {
        return std::unexpected(HistoryError::truncated);
    }
    if (first_base(*context, StateRoot(*agreed)) != base) {
        return std::unexpected(HistoryError::wrong_base);
    }
    return StateRoot(*agreed);
}

std::expected<StateRoot, HistoryError> read_link(ByteReader& reader, const Hash256& base) {
    const auto before = reader.read_hash();
    const auto child = reader.read_hash();
    const auto height = reader.read<std::uint8_t>();
    if (!before || !child || !height) {
        return std::unexpected(HistoryError::truncated);
    }
    if (*height > kMaxHistoryHeight) {
        return std::unexpected(HistoryError::bad_position);
    }
    if (next_base(*before, *child, *height) != base) {
        return std::unexpected(HistoryError::wrong_base);
    }
    if (*height == 0) {
        return StateRoot(*child);
    }
    const auto agreed = reader.read_hash();
    if (!agreed) {
        return std::unexpected(HistoryError::truncated);
    }
    const std::uint64_t last = (std::uint64_t{1} << *height) - 1;
    LOCKSTEP_TRY(const Hash256 root, read_inclusion(reader, *agreed, last, *height));
    if (root != *child) {
        return std::unexpected(HistoryError::wrong_root);
    }
    return StateRoot(*agreed);
}

}  // namespace

std::string_view history_error_name(HistoryError error) {
    switch (error) {
        case HistoryError::bad_position: return "bad_position";
        case HistoryError::truncated: return "truncated";
        case HistoryError::trailing_bytes: return "trailing_bytes";
        case HistoryError::non_zero_padding: return "non_zero_padding";
        case HistoryError::non_canonical_sibling: return "non_canonical_sibling";
        case HistoryError::bad_kind: return "bad_kind";
        case HistoryError::wrong_root: return "wrong_root";
        case HistoryError::wrong_base: return "wrong_base";
        case HistoryError::wrong_children: return "wrong_children";
    }
    return "unknown";
}

void append_inclusion(ByteWriter& writer, HistoryReader& reader, unsigned level,
                      std::uint64_t index, unsigned layers) {
    LOCKSTEP_CHECK(is_within({.height = reader.height(), .level = level, .index = index}));
    LOCKSTEP_CHECK(layers <= reader.height() - level);
    Bytes bitmap((layers + 7) / 8);
    Bytes siblings;
    Hash256 node = reader.node(level, index);
    for (unsigned layer = 0; layer < layers; ++layer) {
        const std::uint64_t place = index >> layer;
        const Hash256 sibling = reader.node(level + layer, place ^ 1U);
        if (sibling != node) {
            bitmap[layer / 8] = static_cast<std::uint8_t>(bitmap[layer / 8] | 1U << (layer % 8));
            siblings.insert(siblings.end(), sibling.bytes.begin(), sibling.bytes.end());
        }
        node = parent_of(node, sibling, place);
    }
    writer.put(ByteView(bitmap));
    writer.put(ByteView(siblings));
}

std::expected<void, HistoryError> verify_inclusion(const Hash256& root,
                                                   const HistoryPosition& position,
                                                   const Hash256& node, ByteView proof) {
    if (!is_within(position)) {
        return std::unexpected(HistoryError::bad_position);
    }
    ByteReader reader(proof);
    LOCKSTEP_TRY(const Hash256 above,
                 read_inclusion(reader, node, position.index, position.height - position.level));
    LOCKSTEP_TRY_VOID(check_end(reader));
    if (above != root) {
        return std::unexpected(HistoryError::wrong_root);
    }
    return {};
}

void append_prefix(ByteWriter& writer, HistoryReader& reader, std::uint64_t count) {
    LOCKSTEP_CHECK(is_prefix(count, reader.height()));
    append_all(writer, read_peaks(reader, count));
    append_all(writer, read_rest(reader, count));
}

std::expected<std::vector<Hash256>, HistoryError> verify_prefix(const Hash256& root,
                                                                unsigned height,
                                                                std::uint64_t count,
                                                                ByteView proof) {
    if (!is_prefix(count, height)) {
        return std::unexpected(HistoryError::bad_position);
    }
    const std::size_t peak_count = count_peaks(count);
    const std::size_t rest_count = count_peaks(rest_of(count, height));
    LOCKSTEP_TRY_VOID(check_hash_count(proof, peak_count + rest_count));
    ByteReader reader(proof);
    std::vector<Hash256> peaks = take_hashes(reader, peak_count);
    const std::vector<Hash256> rest = take_hashes(reader, rest_count);
    if (root_above(peaks, rest, count, height) != root) {
        return std::unexpected(HistoryError::wrong_root);
    }
    return peaks;
}

void append_common_prefix(ByteWriter& writer, HistoryReader& one, HistoryReader& other,
                          std::uint64_t count) {
    LOCKSTEP_CHECK(is_prefix(count, one.height()) && is_prefix(count, other.height()));
    append_all(writer, read_peaks(one, count));
    append_all(writer, read_rest(one, count));
    append_all(writer, read_rest(other, count));
}

std::expected<void, HistoryError> verify_common_prefix(const HistoryRoot& one,
                                                       const HistoryRoot& other,
                                                       std::uint64_t count, ByteView proof) {
    if (!is_prefix(count, one.height) || !is_prefix(count, other.height)) {
        return std::unexpected(HistoryError::bad_position);
    }
    const std::size_t peak_count = count_peaks(count);
    const std::size_t one_count = count_peaks(rest_of(count, one.height));
    const std::size_t other_count = count_peaks(rest_of(count, other.height));
    LOCKSTEP_TRY_VOID(check_hash_count(proof, peak_count + one_count + other_count));
    ByteReader reader(proof);
    const std::vector<Hash256> peaks = take_hashes(reader, peak_count);
    const std::vector<Hash256> rest_of_one = take_hashes(reader, one_count);
    const std::vector<Hash256> rest_of_other = take_hashes(reader, other_count);
    if (root_above(peaks, rest_of_one, count, one.height) != one.root ||
        root_above(peaks, rest_of_other, count, other.height) != other.root) {
        return std::unexpected(HistoryError::wrong_root);
    }
    return {};
}

Hash256 hash(const HistoryBase& base) {
    if (const auto* const start = std::get_if<HistoryStart>(&base)) {
        return first_base(start->context, start->agreed);
    }
    const auto& link = std::get<HistoryLink>(base);
    return next_base(link.base, link.child, link.height);
}

std::expected<std::vector<HistoryNode>, HistoryError> dissect(const HistoryNode& parent,
                                                              std::span<const Hash256> children) {
    const unsigned layers = history_height(children.size());
    if (children.empty() || !std::has_single_bit(children.size()) || layers > parent.level) {
        return std::unexpected(HistoryError::bad_position);
    }
    std::vector<Hash256> nodes(children.begin(), children.end());
    while (nodes.size() > 1) {
        const std::size_t parents = nodes.size() / 2;
        history_nodes(nodes, std::span(nodes).first(parents));
        nodes.resize(parents);
    }
    if (nodes.front() != parent.span) {
        return std::unexpected(HistoryError::wrong_children);
    }
    std::vector<HistoryNode> dissected;
    HistoryBase base = parent.base;
    for (const Hash256& child : children) {
        const unsigned level = parent.level - layers;
        dissected.push_back({.level = level,
                             .index = (parent.index << layers) + dissected.size(),
                             .span = child,
                             .base = base});
        base = HistoryLink{.base = hash(base), .child = child, .height = level};
    }
    return dissected;
}

void append_agreed_root(ByteWriter& writer, HistoryReader& reader, const HistoryNode& node) {
    if (const auto* const start = std::get_if<HistoryStart>(&node.base)) {
        writer.put(kStartKind);
        writer.put(start->context);
        writer.put(start->agreed.value);
        return;
    }
    const auto& link = std::get<HistoryLink>(node.base);
    writer.put(kLinkKind);
    writer.put(link.base);
    writer.put(link.child);
    writer.put(static_cast<std::uint8_t>(link.height));
    if (link.height != 0) {
        const std::uint64_t last = (node.index << node.level) - 1;
        writer.put(reader.leaf(last).value);
        append_inclusion(writer, reader, 0, last, link.height);
    }
}

std::expected<StateRoot, HistoryError> verify_agreed_root(const Hash256& base, ByteView proof) {
    ByteReader reader(proof);
    const auto kind = reader.read<std::uint8_t>();
    if (!kind) {
        return std::unexpected(HistoryError::truncated);
    }
    if (*kind != kStartKind && *kind != kLinkKind) {
        return std::unexpected(HistoryError::bad_kind);
    }
    LOCKSTEP_TRY(const StateRoot agreed,
                 *kind == kStartKind ? read_start(reader, base) : read_link(reader, base));
    LOCKSTEP_TRY_VOID(check_end(reader));
    return agreed;
}

}  // namespace lockstep::trace
