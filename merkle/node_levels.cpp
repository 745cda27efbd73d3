#include "merkle/node_levels.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "base/check.hpp"
#include "merkle/sha256.hpp"
#include "merkle/zero_hash.hpp"

namespace lockstep::merkle {

namespace {

constexpr unsigned kMaxRows = (kMaxDepth + NodeBlock::kLevels - 1) / NodeBlock::kLevels;
/// So many pairs are hashed at once when writes are hashed in order.
constexpr std::size_t kOrderedPairs = 64;

const NodeBlock* child_block(const NodeBlock& block, std::size_t place) {
    return static_cast<const NodeBlock*>(block.children[place].get());
}

NodeBlock* copied(const NodeBlock& block) {
    block.fetch_children();
    return new NodeBlock(block);
}

}  // namespace

NodeLevels::NodeLevels(Shape shape, unsigned lowest, unsigned highest)
    : shape_(shape), lowest_(lowest), highest_(highest) {
    LOCKSTEP_CHECK(lowest <= highest && highest <= kMaxDepth);
    LOCKSTEP_CHECK(shape == Shape::plain || lowest >= kChunkLevel);
    root_ = zero_hash(shape, highest);
}

unsigned NodeLevels::rows() const {
    return std::max(1U, (highest_ - lowest_ + NodeBlock::kLevels - 1) / NodeBlock::kLevels);
}

unsigned NodeLevels::height_of_row(unsigned row) const {
    return std::min(NodeBlock::kLevels, highest_ - level_of_row(row));
}

const NodeBlock* NodeLevels::block(unsigned row, std::uint64_t block_index) const {
    const NodeBlock* at = top_.get();
    for (unsigned above = rows() - 1; above > row && at != nullptr; --above) {
        const unsigned shift = NodeBlock::kLevels * (above - row - 1);
        at = child_block(*at, place_in_block(block_index >> shift));
    }
    return at;
}

const NodeBlock* NodeLevels::block_of(std::uint64_t index) const {
    LOCKSTEP_CHECK(index >> (highest_ - lowest_) == 0);
    return block(0, index / NodeBlock::kNodes);
}

NodeBlock& NodeLevels::own_top() {
    if (!top_) {
        top_ = CountedPtr(new NodeBlock(shape_, level_of_row(rows() - 1)));
    } else if (!top_->is_held_once()) {
        top_ = CountedPtr(copied(*top_));
    }
    return *top_;
}

NodeBlock& NodeLevels::own_child(NodeBlock& parent, unsigned place, unsigned row) const {
    CountedPtr<Counted>& child = parent.children[place];
    if (!child) {
        child = CountedPtr<Counted>(new NodeBlock(shape_, level_of_row(row)));
    } else if (!child->is_held_once()) {
        child = CountedPtr<Counted>(copied(static_cast<const NodeBlock&>(*child)));
    }
    return static_cast<NodeBlock&>(*child);
}

NodeBlock& NodeLevels::own_block_of(std::uint64_t index) {
    LOCKSTEP_CHECK(index >> (highest_ - lowest_) == 0);
    NodeBlock* at = &own_top();
    for (unsigned row = rows() - 1; row > 0; --row) {
        at = &own_child(*at, place_in_block(index >> NodeBlock::kLevels * row), row - 1);
    }
    return *at;
}

NodeBlock& NodeLevels::stale_block_of(std::uint64_t index) {
    // Only when all of them exist: what is stale must lead to its cause.
    NodeBlock& lowest = own_block_of(index);
    NodeBlock* at = top_.get();
    for (unsigned row = rows() - 1;; --row) {
        const unsigned place = place_in_block(index >> NodeBlock::kLevels * row);
        at->fetch_nodes_above(place);
        at->stale = static_cast<std::uint16_t>(at->stale | 1U << place);
        if (row == 0) {
            return lowest;
        }
        at = static_cast<NodeBlock*>(at->children[place].get());
    }
}

void NodeLevels::set(std::uint64_t index, const Hash256& node) {
    const NodeBlock* const old = block_of(index);
    const unsigned place = place_in_block(index);
    if ((old != nullptr ? old->node(0, place) : zero_hash(shape_, lowest_)) == node) {
        return;
    }
    stale_block_of(index).node(0, place) = node;
}

void NodeLevels::fill(std::vector<Hash256> nodes) {
    LOCKSTEP_CHECK(!top_);
    LOCKSTEP_CHECK(nodes.empty() || (nodes.size() - 1) >> (highest_ - lowest_) == 0);
    for (std::size_t at = 0; at < nodes.size(); at += NodeBlock::kNodes) {
        const std::size_t count = std::min(NodeBlock::kNodes, nodes.size() - at);
        NodeBlock& block = stale_block_of(at);
        std::copy_n(nodes.begin() + static_cast<std::ptrdiff_t>(at), count, block.nodes.begin());
        block.stale = static_cast<std::uint16_t>((1U << count) - 1);
    }
    // There may be gigabytes of them.
    nodes = std::vector<Hash256>();
    rehash();
}

void NodeLevels::rehash() {
    if (!is_stale()) {
        return;
    }
    // Row after row, from the top down; then hashed from the bottom up.
    std::vector<StaleBlock> blocks;
    blocks.reserve(std::size_t{4} * rows());
    blocks.push_back({&own_top(), &root_});
    std::array<std::size_t, kMaxRows + 1> row_begin{};
    std::size_t row_end = 1;
    for (unsigned row = rows() - 1; row > 0; --row) {
        row_begin[row - 1] = row_end;
        for (std::size_t i = row_begin[row]; i < row_end; ++i) {
            NodeBlock& parent = *blocks[i].block;
            for (std::uint32_t stale = parent.stale; stale != 0; stale &= stale - 1) {
                const auto place = static_cast<unsigned>(std::countr_zero(stale));
                blocks.push_back({&own_child(parent, place, row - 1), &parent.node(0, place)});
            }
        }
        row_end = blocks.size();
    }
    for (unsigned row = 0; row < rows(); ++row) {
        const std::size_t end = row == 0 ? blocks.size() : row_begin[row - 1];
        rehash_blocks(std::span(blocks).subspan(row_begin[row], end - row_begin[row]),
                      height_of_row(row));
    }
    if (highest_ == lowest_) {
        root_ = top_->node(0, 0);
    }
}

Hash256 NodeLevels::node(unsigned level, std::uint64_t index) const {
    LOCKSTEP_CHECK(level >= lowest_ && level <= highest_);
    LOCKSTEP_CHECK(index >> (highest_ - level) == 0);
    LOCKSTEP_CHECK(level == lowest_ || !is_stale());
    if (level == highest_ && level != lowest_) {
        return root_;
    }
    const unsigned row = (level - lowest_) / NodeBlock::kLevels;
    const unsigned level_in_block = (level - lowest_) % NodeBlock::kLevels;
    const unsigned shift = NodeBlock::kLevels - level_in_block;
    const NodeBlock* const found = block(row, index >> shift);
    return found != nullptr ? found->node(level_in_block, index & ((std::uint64_t{1} << shift) - 1))
                            : zero_hash(shape_, level);
}

void NodeLevels::mark(std::uint64_t index, bool marked) {
    std::array<NodeBlock*, kMaxRows> path{};
    NodeBlock* at = top_.get();
    for (unsigned row = rows() - 1;; --row) {
        path[row] = at;
        if (row == 0) {
            break;
        }
        const unsigned place = place_in_block(index >> NodeBlock::kLevels * row);
        at = static_cast<NodeBlock*>(at->children[place].get());
    }
    // A block is marked as long as anything in it is.
    for (unsigned row = 0; row < rows(); ++row) {
        const std::uint32_t bit = 1U << place_in_block(index >> NodeBlock::kLevels * row);
        const std::uint32_t before = path[row]->marked;
        path[row]->marked = static_cast<std::uint16_t>(marked ? before | bit : before & ~bit);
        if (path[row]->marked == before || (!marked && path[row]->marked != 0)) {
            return;
        }
    }
}

void NodeLevels::for_each_marked(const std::function<void(std::uint64_t index)>& function) const {
    if (top_) {
        find_marked(*top_, rows() - 1, 0, function);
    }
}

void NodeLevels::find_marked(const NodeBlock& block, unsigned row, std::uint64_t first_index,
                             const std::function<void(std::uint64_t index)>& function) const {
    for (std::uint32_t marked = block.marked; marked != 0; marked &= marked - 1) {
        const auto place = static_cast<unsigned>(std::countr_zero(marked));
        if (row == 0) {
            function(first_index + place);
        } else {
            find_marked(*child_block(block, place), row - 1,
                        (first_index + place) << NodeBlock::kLevels, function);
        }
    }
}

std::vector<std::pair<std::uint64_t, NodeBlock*>> NodeLevels::own_blocks() {
    std::vector<std::pair<std::uint64_t, NodeBlock*>> blocks;
    if (!top_) {
        return blocks;
    }
    blocks.emplace_back(0, &own_top());
    for (unsigned row = rows() - 1; row > 0; --row) {
        std::vector<std::pair<std::uint64_t, NodeBlock*>> below;
        for (const auto& [first_index, block] : blocks) {
            for (unsigned place = 0; place < NodeBlock::kNodes; ++place) {
                if (block->children[place]) {
                    below.emplace_back((first_index + place) << NodeBlock::kLevels,
                                       &own_child(*block, place, row - 1));
                }
            }
        }
        blocks = std::move(below);
    }
    return blocks;
}

void NodeLevels::own_paths(std::span<const LeafWrite> writes, unsigned index_shift,
                           std::vector<NodeBlock*>& paths) {
    paths.resize(rows() * writes.size());
    for (std::size_t i = 0; i < writes.size(); ++i) {
        const std::uint64_t index = writes[i].index >> index_shift;
        LOCKSTEP_CHECK(index >> (highest_ - lowest_) == 0);
        const std::uint64_t previous = i == 0 ? ~index : writes[i - 1].index >> index_shift;
        NodeBlock* at = &own_top();
        for (unsigned row = rows() - 1;; --row) {
            paths[row * writes.size() + i] = at;
            if (row == 0) {
                break;
            }
            const unsigned shift = NodeBlock::kLevels * row;
            at = index >> shift == previous >> shift
                     ? paths[(row - 1) * writes.size() + i - 1]
                     : &own_child(*at, place_in_block(index >> shift), row - 1);
        }
    }
}

void NodeLevels::write_in_order(std::span<const LeafWrite> writes, unsigned index_shift,
                                std::span<NodeBlock* const> paths, std::span<Hash256> nodes) {
    LOCKSTEP_CHECK(paths.size() == rows() * writes.size() && nodes.size() == writes.size());
    LOCKSTEP_CHECK(!is_stale());
    // Not to be filled with zeros at each call.
    static thread_local std::array<Hash256, 2 * kOrderedPairs> children;
    for (unsigned level = lowest_; level < highest_; ++level) {
        const unsigned row = (level - lowest_) / NodeBlock::kLevels;
        const unsigned level_in_block = (level - lowest_) % NodeBlock::kLevels;
        const std::uint64_t last_place = (NodeBlock::kNodes >> level_in_block) - 1;
        const auto blocks = paths.subspan(row * writes.size(), writes.size());
        for (std::size_t begin = 0; begin < writes.size(); begin += kOrderedPairs) {
            const std::size_t count = std::min(kOrderedPairs, writes.size() - begin);
            for (std::size_t i = 0; i < count; ++i) {
                const std::uint64_t index =
                    writes[begin + i].index >> (index_shift + level - lowest_);
                NodeBlock& block = *blocks[begin + i];
                Hash256* const pair = &block.node(level_in_block, index & last_place & ~1ULL);
                pair[index % 2] = nodes[begin + i];
                children[2 * i] = pair[0];
                children[2 * i + 1] = pair[1];
            }
            hash_pairs(std::span(children).first(2 * count), nodes.subspan(begin, count));
        }
    }
    if (!writes.empty()) {
        root_ = nodes.back();
        if (highest_ == lowest_) {
            top_->node(0, 0) = root_;
        }
    }
}

void NodeLevels::for_each_difference(
    const NodeLevels& other, const std::function<void(std::uint64_t index)>& differs) const {
    LOCKSTEP_CHECK(shape_ == other.shape_ && lowest_ == other.lowest_ &&
                   highest_ == other.highest_);
    find_differences(top_.get(), other.top_.get(), rows() - 1, 0, differs);
}

void NodeLevels::find_differences(const NodeBlock* mine, const NodeBlock* others, unsigned row,
                                  std::uint64_t first_index,
                                  const std::function<void(std::uint64_t index)>& differs) const {
    if (mine == others) {
        return;
    }
    const Hash256& zero = zero_hash(shape_, level_of_row(row));
    const std::uint32_t stale =
        (mine != nullptr ? mine->stale : 0U) | (others != nullptr ? others->stale : 0U);
    for (unsigned place = 0; place < std::size_t{1} << height_of_row(row); ++place) {
        const bool known = row == 0 || (stale >> place & 1U) == 0;
        if (known && (mine != nullptr ? mine->node(0, place) : zero) ==
                         (others != nullptr ? others->node(0, place) : zero)) {
            continue;
        }
        const std::uint64_t index = first_index + place;
        if (row == 0) {
            differs(index);
        } else {
            find_differences(mine != nullptr ? child_block(*mine, place) : nullptr,
                             others != nullptr ? child_block(*others, place) : nullptr, row - 1,
                             index << NodeBlock::kLevels, differs);
        }
    }
}

}  // namespace lockstep::merkle
