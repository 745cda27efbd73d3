#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "merkle/slot_leaf.hpp"
#include "merkle/tree.hpp"
#include "tests/property/merkle/arbitrary.hpp"
#include "tests/unit/merkle/slow_tree.hpp"

namespace lockstep::merkle {
namespace {

struct Twins {
    Tree tree;
    slow::PlainTree slow;
};

void set_in_order(Twins& twins) {
    static_cast<void>(twins.tree.root());
    std::vector<LeafWrite> writes(any_below(10));
    for (LeafWrite& write : writes) {
        write = {any_below(std::uint64_t{1} << twins.slow.depth), any_leaf()};
    }
    std::vector<Hash256> roots(writes.size());
    twins.tree.set_leaves(writes, roots);
    for (std::size_t i = 0; i < writes.size(); ++i) {
        twins.slow.leaves[writes[i].index] = writes[i].leaf;
        RC_ASSERT(roots[i] == twins.slow.root());
    }
}

RC_GTEST_PROP(TreeProperty, EqualsTheSlowTwinAfterAnyOperations, ()) {
    const auto depth = static_cast<unsigned>(any_below(7));
    std::vector<Twins> pool = {{Tree(depth), slow::PlainTree(depth)}};
    const std::uint64_t operations = any_below(40);
    for (std::uint64_t i = 0; i < operations; ++i) {
        Twins& twins = pool[any_below(pool.size())];
        switch (any_below(6)) {
            case 0: RC_ASSERT(twins.tree.root() == twins.slow.root()); break;
            case 2: set_in_order(twins); break;
            case 1:
                if (pool.size() < 4) {
                    const Twins copy = twins;
                    pool.push_back(copy);
                }
                break;
            default: {
                const std::uint64_t index = any_below(std::uint64_t{1} << depth);
                const Hash256 leaf = any_leaf();
                twins.tree.set_leaf(index, leaf);
                twins.slow.leaves[index] = leaf;
            }
        }
    }
    for (Twins& twins : pool) {
        RC_ASSERT(twins.tree.root() == twins.slow.root());
    }
}

RC_GTEST_PROP(TreeProperty, SlotTreeEqualsTheTreeOfItsLeaves,
              (const std::vector<std::uint64_t>& slots)) {
    const unsigned depth = slot_tree_depth(slots.size());
    Tree tree(depth);
    for (std::size_t i = 0; i < slots.size(); ++i) {
        Hash256 leaf = tree.leaf(i / kLeafSlots);
        set_slot(leaf, i % kLeafSlots, slots[i]);
        tree.set_leaf(i / kLeafSlots, leaf);
    }
    RC_ASSERT(slot_tree_root(slots, depth) == tree.root());
}

}  // namespace
}  // namespace lockstep::merkle
