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

RC_GTEST_PROP(TreeProperty, EqualsTheSlowTwinAfterAnyOperations, ()) {
    const auto depth = static_cast<unsigned>(any_below(6));
    std::vector<Twins> pool = {{Tree(depth), slow::PlainTree(depth)}};
    const std::uint64_t operations = any_below(40);
    for (std::uint64_t i = 0; i < operations; ++i) {
        Twins& twins = pool[any_below(pool.size())];
        switch (any_below(5)) {
            case 0: RC_ASSERT(twins.tree.root() == twins.slow.root()); break;
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
