#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/byte_writer.hpp"
#include "bench/root_bench.hpp"
#include "merkle/sha256.hpp"
#include "trace/history_proof.hpp"

namespace lockstep::bench {

namespace {

constexpr const char* kGroup = "history";
constexpr const char* kOfNodes = "of hash_pairs";
constexpr unsigned kFullHeight = 20;
constexpr unsigned kQuickHeight = 10;
/// What a run hands over at a time.
constexpr std::size_t kSpanLeaves = 512;
/// A dissection in 16 parts.
constexpr unsigned kLayers = 4;
constexpr std::uint64_t kOpenings = 512;

std::vector<StateRoot> some_roots(std::uint64_t count) {
    std::vector<StateRoot> roots(count);
    for (std::uint64_t i = 0; i < count; ++i) {
        store_be(roots[i].value.bytes.data(), i * 0x9e3779b97f4a7c15U);
    }
    return roots;
}

/// Seconds that hash_pairs() takes for the inner nodes of a tree of this height.
double tree_seconds(const Options& options, std::span<const StateRoot> roots) {
    std::vector<Hash256> nodes(roots.size());
    return median_seconds(
        options,
        [&] {
            nodes.resize(roots.size());
            std::ranges::transform(roots, nodes.begin(), &StateRoot::value);
        },
        [&] {
            while (nodes.size() > 1) {
                const std::size_t parents = nodes.size() / 2;
                merkle::hash_pairs(nodes, std::span(nodes).first(parents));
                nodes.resize(parents);
            }
            keep(nodes.front().bytes[0]);
        });
}

/// Seconds a leaf, the leaves coming in spans of this many.
double append_seconds(const Options& options, std::span<const StateRoot> roots, std::size_t span) {
    const double seconds = median_seconds(
        options, [] {},
        [&] {
            trace::HistoryBuilder builder;
            for (std::size_t i = 0; i < roots.size(); i += span) {
                builder.append(roots.subspan(i, std::min(span, roots.size() - i)));
            }
            keep(builder.finish(kFullHeight).bytes[0]);
        });
    return seconds / static_cast<double>(roots.size());
}

template <typename Open>
void measure_openings(const Options& options, const char* name, double leaf_seconds,
                      std::uint64_t positions, Results& results, const Open& open) {
    const std::uint64_t count = std::min(kOpenings, positions);
    const double seconds = median_seconds(
        options, [] {},
        [&] {
            for (std::uint64_t i = 0; i < count; ++i) {
                open(i * 0x9e3779b97f4a7c15U % positions);
            }
        });
    const double each = seconds / static_cast<double>(count);
    results.push_back({kGroup, name, each * 1e6, "us", each / leaf_seconds, "leaves"});
}

}  // namespace

void measure_histories(const Options& options, Results& results) {
    const unsigned height = options.quick ? kQuickHeight : kFullHeight;
    const std::vector<StateRoot> roots = some_roots(std::uint64_t{1} << height);
    const double leaves = static_cast<double>(roots.size());
    const double node_seconds = tree_seconds(options, roots) / leaves;
    const auto add_rate = [&](const char* name, double seconds) {
        results.push_back({kGroup, name, 1 / seconds, "1/s", seconds / node_seconds, kOfNodes});
    };
    const double leaf_seconds = append_seconds(options, roots, kSpanLeaves);
    add_rate("leaves, 512 at a time", leaf_seconds);
    add_rate("leaves, 16 at a time", append_seconds(options, roots, 16));
    add_rate("leaves, one at a time", append_seconds(options, roots, 1));

    trace::HistoryRows rows;
    trace::HistoryBuilder builder({}, rows.sink());
    builder.append(roots);
    rows.append_leaves(roots);
    // A leaf short, so that there is padding.
    trace::HistoryReader reader(rows, roots.size() - 1, height);
    const unsigned middle = height / 2;
    measure_openings(options, "16 children from the leaves", leaf_seconds, roots.size() >> kLayers,
                     results, [&](std::uint64_t index) {
                         keep(reader.children(kLayers, index, kLayers).back().bytes[0]);
                     });
    measure_openings(options, "16 children from the middle", leaf_seconds, roots.size() >> middle,
                     results, [&](std::uint64_t index) {
                         keep(reader.children(middle, index, kLayers).back().bytes[0]);
                     });
    measure_openings(options, "16 children of the root", leaf_seconds, 1, results,
                     [&](std::uint64_t index) {
                         keep(reader.children(height, index, kLayers).back().bytes[0]);
                     });
    measure_openings(options, "proof of a leaf", leaf_seconds, roots.size(), results,
                     [&](std::uint64_t index) {
                         ByteWriter writer;
                         trace::append_inclusion(writer, reader, 0, index, height);
                         keep(writer.bytes().back());
                     });
}

}  // namespace lockstep::bench
