#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/hash256.hpp"
#include "merkle/chain.hpp"

namespace lockstep::trace {

/// The links of a value stack as last committed.
class ValueChain {
public:
    /// Links what differs from the last commitment: costs that, and a comparison of the rest.
    void commit(std::span<const std::uint64_t> values);

    [[nodiscard]] std::size_t height() const { return links_.size(); }
    /// The chain of the lowest `height` values.
    [[nodiscard]] const Hash256& link(std::size_t height) const {
        return height == 0 ? merkle::kEmptyChain : links_[height - 1];
    }
    [[nodiscard]] const Hash256& head() const { return link(height()); }

    /// Puts a value on the lowest `height`, whose chain is the previous link of `link`; what was above
    /// them is gone.
    void replace(std::size_t height, std::uint64_t value, const Hash256& link);
    void truncate(std::size_t height);

private:
    std::vector<std::uint64_t> values_;
    std::vector<Hash256> links_;  // links_[i]: the chain of values_[0 .. i]
};

}  // namespace lockstep::trace
