// history.md: trees over state roots, proofs about them, and what is rejected.

#include <algorithm>
#include <expected>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/byte_writer.hpp"
#include "tests/unit/spec/checks.hpp"
#include "trace/history_proof.hpp"

namespace lockstep::spec_test {

namespace {

using trace::HistoryError;

std::string error_of(const auto& result) {
    return result ? "none" : std::string(trace::history_error_name(result.error()));
}

std::vector<StateRoot> roots_of(const Vector& vector) {
    std::vector<StateRoot> roots;
    for (const Hash256& root : vector.hashes("roots")) {
        roots.emplace_back(root);
    }
    return roots;
}

unsigned small_number(const Vector& vector, std::string_view name) {
    return static_cast<unsigned>(vector.number(name));
}

void check_history(const Vector& vector) {
    const std::vector<StateRoot> roots = roots_of(vector);
    trace::HistoryBuilder builder;
    builder.append(roots);
    EXPECT_EQ(builder.finish(small_number(vector, "height")), vector.hash("root"));
}

void check_nodes(const Vector& vector) {
    const std::vector<StateRoot> roots = roots_of(vector);
    trace::HistoryRows rows;
    rows.append_leaves(roots);
    trace::HistoryReader reader(rows, roots.size(), small_number(vector, "height"));
    const std::vector<Hash256> nodes = vector.hashes("nodes");
    EXPECT_EQ(reader.nodes(small_number(vector, "level"), 0, nodes.size()), nodes);
}

std::expected<void, HistoryError> verify_inclusion(const Vector& vector) {
    return trace::verify_inclusion(vector.hash("root"),
                                   {.height = small_number(vector, "height"),
                                    .level = small_number(vector, "level"),
                                    .index = vector.number("index")},
                                   vector.hash("node"), vector.bytes("proof"));
}

void check_inclusion(const Vector& vector) {
    EXPECT_EQ(error_of(verify_inclusion(vector)), "none");
}

void check_rejected_inclusion(const Vector& vector) {
    EXPECT_EQ(error_of(verify_inclusion(vector)), vector.text("error"));
}

auto verify_prefix(const Vector& vector) {
    return trace::verify_prefix(vector.hash("root"), small_number(vector, "height"),
                                vector.number("count"), vector.bytes("proof"));
}

void check_prefix(const Vector& vector) {
    const auto peaks = verify_prefix(vector);
    ASSERT_EQ(error_of(peaks), "none");
    EXPECT_EQ(*peaks, vector.hashes("peaks"));
}

void check_rejected_prefix(const Vector& vector) {
    EXPECT_EQ(error_of(verify_prefix(vector)), vector.text("error"));
}

void check_common_prefix(const Vector& vector) {
    const trace::HistoryRoot one{.root = vector.hash("one"),
                                 .height = small_number(vector, "height_of_one")};
    const trace::HistoryRoot other{.root = vector.hash("other"),
                                   .height = small_number(vector, "height_of_other")};
    EXPECT_EQ(error_of(trace::verify_common_prefix(one, other, vector.number("count"),
                                                   vector.bytes("proof"))),
              "none");
}

void check_dissection(const Vector& vector) {
    const trace::HistoryNode parent{
        .level = small_number(vector, "level"),
        .index = 0,
        .span = vector.hash("parent"),
        .base = trace::HistoryStart{.context = vector.hash("context"),
                                    .agreed = StateRoot(vector.hash("agreed"))}};
    const auto children = trace::dissect(parent, vector.hashes("children"));
    ASSERT_EQ(error_of(children), "none");
    std::vector<Hash256> bases;
    std::ranges::transform(*children, std::back_inserter(bases),
                           [](const trace::HistoryNode& child) { return hash(child.base); });
    EXPECT_EQ(bases, vector.hashes("bases"));
}

auto verify_agreed_root(const Vector& vector) {
    return trace::verify_agreed_root(vector.hash("base"), vector.bytes("proof"));
}

void check_agreed_root(const Vector& vector) {
    const auto agreed = verify_agreed_root(vector);
    ASSERT_EQ(error_of(agreed), "none");
    EXPECT_EQ(agreed->value, vector.hash("agreed"));
}

void check_rejected_agreed_root(const Vector& vector) {
    EXPECT_EQ(error_of(verify_agreed_root(vector)), vector.text("error"));
}

}  // namespace

std::vector<Check> history_checks() {
    return {{"history", check_history},
            {"history_nodes", check_nodes},
            {"history_inclusion", check_inclusion},
            {"rejected_history_inclusion", check_rejected_inclusion},
            {"history_prefix", check_prefix},
            {"rejected_history_prefix", check_rejected_prefix},
            {"common_prefix", check_common_prefix},
            {"dissection", check_dissection},
            {"agreed_root", check_agreed_root},
            {"rejected_agreed_root", check_rejected_agreed_root}};
}

}  // namespace lockstep::spec_test
