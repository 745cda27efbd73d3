#include "merkle/tree.hpp"

#include <span>

#include "base/check.hpp"
#include "merkle/sha256.hpp"
#include "merkle/zero_hash.hpp"

namespace lockstep::merkle {

Hash256 tree_root(std::vector<Hash256> leaves, unsigned depth) {
    LOCKSTEP_CHECK(depth <= kMaxDepth);
    LOCKSTEP_CHECK(leaves.size() <= std::uint64_t{1} << depth);
    std::vector<Hash256>& nodes = leaves;
    for (unsigned level = 0; level < depth && !nodes.empty(); ++level) {
        if (nodes.size() % 2 != 0) {
            nodes.push_back(zero_hash(Shape::plain, level));
        }
        const std::size_t parents = nodes.size() / 2;
        hash_pairs(nodes, std::span(nodes).first(parents));
        nodes.resize(parents);
    }
    return nodes.empty() ? zero_hash(Shape::plain, depth) : nodes.front();
}

}  // namespace lockstep::merkle
