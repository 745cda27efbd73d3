#include "trace/value_chain.hpp"

#include <algorithm>
#include <cstring>

#include "base/check.hpp"

namespace lockstep::trace {

namespace {

/// How many values are the same from the bottom up. Most are, so whole blocks are compared first.
std::size_t count_same(std::span<const std::uint64_t> left, std::span<const std::uint64_t> right) {
    constexpr std::size_t kBlock = 512;
    const std::size_t count = std::min(left.size(), right.size());
    std::size_t same = 0;
    while (count - same >= kBlock && std::memcmp(left.data() + same, right.data() + same,
                                                 kBlock * sizeof(std::uint64_t)) == 0) {
        same += kBlock;
    }
    while (same < count && left[same] == right[same]) {
        ++same;
    }
    return same;
}

}  // namespace

void ValueChain::commit(std::span<const std::uint64_t> values) {
    std::size_t height = count_same(values_, values);
    truncate(height);
    for (; height < values.size(); ++height) {
        replace(height, values[height], merkle::value_link(link(height), values[height]));
    }
}

void ValueChain::replace(std::size_t height, std::uint64_t value, const Hash256& link) {
    truncate(height);
    values_.push_back(value);
    links_.push_back(link);
}

void ValueChain::truncate(std::size_t height) {
    LOCKSTEP_CHECK(height <= links_.size());
    values_.resize(height);
    links_.resize(height);
}

}  // namespace lockstep::trace
