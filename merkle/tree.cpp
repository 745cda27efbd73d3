#include "merkle/tree.hpp"

#include <span>

#include "base/check.hpp"
#include "merkle/sha256.hpp"
#include "merkle/zero_hash.hpp"

namespace lockstep::merkle {

void Tree::set_leaves(std::span<const LeafWrite> writes, std::span<Hash256> roots) {
    LOCKSTEP_CHECK(writes.size() == roots.size());
    LOCKSTEP_CHECK(!levels_.is_stale());
    // Many calls of few writes each: the room is kept.
    static thread_local std::vector<NodeBlock*> paths;
    levels_.own_paths(writes, 0, paths);
    for (std::size_t i = 0; i < writes.size(); ++i) {
        roots[i] = writes[i].leaf;
    }
    levels_.write_in_order(writes, 0, paths, roots);
}

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
