#pragma once

// A map as a red-black tree: no red node has a red child, and all paths from the root to a leaf have
// as many black nodes.

#include "containers.hpp"

namespace guest {

template <typename Key, typename Value>
class RedBlackTree {
public:
    explicit RedBlackTree(Arena& arena) : arena_(arena) { root_ = &leaf_; }

    Value* find(const Key& key) {
        Node* node = root_;
        while (node != &leaf_ && !(node->key == key)) {
            node = node->child[node->key < key ? 1 : 0];
        }
        return node == &leaf_ ? nullptr : &node->value;
    }

    void insert(const Key& key, const Value& value) {
        Node* parent = &leaf_;
        Node** link = &root_;
        while (*link != &leaf_) {
            parent = *link;
            if (parent->key == key) {
                parent->value = value;
                return;
            }
            link = &parent->child[parent->key < key ? 1 : 0];
        }
        Node* node = take_node();
        *node = Node{key, value, {&leaf_, &leaf_}, parent, true};
        *link = node;
        ++size_;
        repair_insertion(node);
    }

    bool erase(const Key& key) {
        Node* node = root_;
        while (node != &leaf_ && !(node->key == key)) {
            node = node->child[node->key < key ? 1 : 0];
        }
        if (node == &leaf_) {
            return false;
        }
        remove(node);
        --size_;
        return true;
    }

    /// Calls visit(key, value) for the keys from `low` to `high`, in order.
    template <typename Visitor>
    void visit(const Key& low, const Key& high, Visitor& visitor) {
        visit_from(root_, low, high, visitor);
    }

    u32 size() const { return size_; }

    /// The black nodes of each path, 0 where the tree is none.
    u32 black_height() const { return root_->is_red ? 0 : check(root_); }

private:
    struct Node {
        Key key{};
        Value value{};
        Node* child[2] = {};
        Node* parent = nullptr;
        bool is_red = false;
    };

    Node* take_node() {
        if (free_ == nullptr) {
            return arena_.make<Node>();
        }
        Node* node = free_;
        free_ = node->parent;
        return node;
    }

    u32 side_of(const Node* node) const { return node == node->parent->child[1] ? 1 : 0; }

    void put_in_place_of(Node* old, Node* replacement) {
        if (old->parent == &leaf_) {
            root_ = replacement;
        } else {
            old->parent->child[side_of(old)] = replacement;
        }
        replacement->parent = old->parent;
    }

    /// The child at the other side takes the place of the node, which goes down on `side`.
    void rotate(Node* node, u32 side) {
        Node* up = node->child[1 - side];
        node->child[1 - side] = up->child[side];
        if (up->child[side] != &leaf_) {
            up->child[side]->parent = node;
        }
        put_in_place_of(node, up);
        up->child[side] = node;
        node->parent = up;
    }

    void repair_insertion(Node* node) {
        while (node->parent->is_red) {
            Node* grandparent = node->parent->parent;
            const u32 side = side_of(node->parent);
            Node* uncle = grandparent->child[1 - side];
            if (uncle->is_red) {
                node->parent->is_red = false;
                uncle->is_red = false;
                grandparent->is_red = true;
                node = grandparent;
                continue;
            }
            if (side_of(node) != side) {
                node = node->parent;
                rotate(node, side);
            }
            node->parent->is_red = false;
            grandparent->is_red = true;
            rotate(grandparent, 1 - side);
        }
        root_->is_red = false;
    }

    void remove(Node* node) {
        Node* moved = node;  // what leaves its place
        bool was_red = moved->is_red;
        Node* filler = nullptr;  // what takes that place; its parent is set even if it is the leaf
        if (node->child[0] == &leaf_ || node->child[1] == &leaf_) {
            filler = node->child[node->child[0] == &leaf_ ? 1 : 0];
            put_in_place_of(node, filler);
        } else {
            moved = node->child[1];
            while (moved->child[0] != &leaf_) {
                moved = moved->child[0];
            }
            was_red = moved->is_red;
            filler = moved->child[1];
            if (moved->parent == node) {
                filler->parent = moved;
            } else {
                put_in_place_of(moved, filler);
                moved->child[1] = node->child[1];
                moved->child[1]->parent = moved;
            }
            put_in_place_of(node, moved);
            moved->child[0] = node->child[0];
            moved->child[0]->parent = moved;
            moved->is_red = node->is_red;
        }
        if (!was_red) {
            repair_removal(filler);
        }
        node->parent = free_;
        free_ = node;
    }

    /// The paths through the node lack a black one.
    void repair_removal(Node* node) {
        while (node != root_ && !node->is_red) {
            Node* parent = node->parent;
            const u32 side = node == parent->child[1] ? 1 : 0;
            Node* sibling = parent->child[1 - side];
            if (sibling->is_red) {
                sibling->is_red = false;
                parent->is_red = true;
                rotate(parent, side);
                sibling = parent->child[1 - side];
            }
            if (!sibling->child[0]->is_red && !sibling->child[1]->is_red) {
                sibling->is_red = true;
                node = parent;
                continue;
            }
            if (!sibling->child[1 - side]->is_red) {
                sibling->child[side]->is_red = false;
                sibling->is_red = true;
                rotate(sibling, 1 - side);
                sibling = parent->child[1 - side];
            }
            sibling->is_red = parent->is_red;
            parent->is_red = false;
            sibling->child[1 - side]->is_red = false;
            rotate(parent, side);
            node = root_;
        }
        node->is_red = false;
    }

    template <typename Visitor>
    void visit_from(Node* node, const Key& low, const Key& high, Visitor& visitor) {
        if (node == &leaf_) {
            return;
        }
        if (low < node->key) {
            visit_from(node->child[0], low, high, visitor);
        }
        if (!(node->key < low) && !(high < node->key)) {
            visitor(node->key, node->value);
        }
        if (node->key < high) {
            visit_from(node->child[1], low, high, visitor);
        }
    }

    u32 check(const Node* node) const {
        if (node == &leaf_) {
            return 1;
        }
        const u32 heights[2] = {check(node->child[0]), check(node->child[1])};
        const bool is_ordered = (node->child[0] == &leaf_ || node->child[0]->key < node->key) &&
                                (node->child[1] == &leaf_ || node->key < node->child[1]->key);
        const bool is_red_red = node->is_red && (node->child[0]->is_red || node->child[1]->is_red);
        if (heights[0] == 0 || heights[0] != heights[1] || !is_ordered || is_red_red) {
            return 0;
        }
        return heights[0] + (node->is_red ? 0 : 1);
    }

    Arena& arena_;
    Node leaf_;  // stands for all leaves; black
    Node* root_ = nullptr;
    Node* free_ = nullptr;
    u32 size_ = 0;
};

}  // namespace guest
