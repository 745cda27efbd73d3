#pragma once

// Containers of a C++ guest without a standard library: all memory is that of one arena, and nothing
// is ever given back to it.

#include "text_output.h"

using Size = decltype(sizeof 0);

inline void* operator new(Size /*size*/, void* place) noexcept {
    return place;
}

namespace guest {

constexpr u32 kMaxObjects = 32768;
constexpr u32 kMaxObjectBytes = 64;
constexpr u32 kArenaBytes = kMaxObjects * kMaxObjectBytes;
constexpr u32 kCodeOutOfMemory = 3;

/// What it holds is counted in objects, not bytes: pointers have another size where a guest is built
/// for the host.
class Arena {
public:
    template <typename T, typename... Arguments>
    T* make(const Arguments&... arguments) {
        return new (take<T>(1)) T{arguments...};
    }

    template <typename T>
    T* make_array(u32 count) {
        T* first = static_cast<T*>(take<T>(count));
        for (u32 i = 0; i < count; ++i) {
            new (first + i) T{};
        }
        return first;
    }

private:
    template <typename T>
    void* take(u32 count) {
        static_assert(sizeof(T) + 7 <= kMaxObjectBytes && alignof(T) <= 8);
        if (count > kMaxObjects - objects_) {
            stop(kCodeOutOfMemory);
        }
        objects_ += count;
        u8* first = bytes_ + used_;
        used_ += sizeof(T) * count;
        used_ = (used_ + 7) / 8 * 8;
        return first;
    }

    alignas(8) u8 bytes_[kArenaBytes] = {};
    Size used_ = 0;
    u32 objects_ = 0;
};

template <typename T>
void swap(T& a, T& b) {
    const T kept = a;
    a = b;
    b = kept;
}

template <typename T>
class Vector {
public:
    explicit Vector(Arena& arena) : arena_(arena) {}

    void push(const T& value) {
        if (size_ == room_) {
            grow();
        }
        items_[size_++] = value;
    }
    void clear() { size_ = 0; }
    u32 size() const { return size_; }
    T& operator[](u32 i) { return items_[i]; }
    T* begin() { return items_; }
    T* end() { return items_ + size_; }

private:
    void grow() {
        const u32 room = room_ == 0 ? 8 : 2 * room_;
        T* items = arena_.make_array<T>(room);
        for (u32 i = 0; i < size_; ++i) {
            items[i] = items_[i];
        }
        items_ = items;
        room_ = room;
    }

    Arena& arena_;
    T* items_ = nullptr;
    u32 size_ = 0;
    u32 room_ = 0;
};

/// Quicksort with the median of three, heapsort where that goes too deep, insertion for short ranges.
template <typename T, typename Less>
class Sorter {
public:
    explicit Sorter(Less less) : less_(less) {}

    void sort(T* first, T* last) {
        u32 depth = 0;
        for (u32 size = static_cast<u32>(last - first); size > 1; size /= 2) {
            depth += 2;
        }
        sort_range(first, last, depth);
    }

    u32 heap_sorts() const { return heap_sorts_; }

private:
    void sort_range(T* first, T* last, u32 depth) {
        while (last - first > 12) {
            if (depth-- == 0) {
                heap_sort(first, static_cast<u32>(last - first));
                return;
            }
            T* cut = partition(first, last);
            sort_range(cut, last, depth);
            last = cut;
        }
        insert_all(first, last);
    }

    /// Nothing from the cut on is less than anything in front of it; neither part is empty.
    T* partition(T* first, T* last) {
        T* middle = first + (last - first) / 2;
        order(*first, *middle);
        order(*middle, last[-1]);
        order(*first, *middle);
        const T pivot = *middle;
        for (;;) {
            while (less_(*first, pivot)) {
                ++first;
            }
            do {
                --last;
            } while (less_(pivot, *last));
            if (first >= last) {
                return first;
            }
            swap(*first, *last);
            ++first;
        }
    }

    void order(T& a, T& b) {
        if (less_(b, a)) {
            swap(a, b);
        }
    }

    void sift_down(T* heap, u32 root, u32 size) {
        for (u32 child = 2 * root + 1; child < size; child = 2 * root + 1) {
            if (child + 1 < size && less_(heap[child], heap[child + 1])) {
                ++child;
            }
            if (!less_(heap[root], heap[child])) {
                return;
            }
            swap(heap[root], heap[child]);
            root = child;
        }
    }

    void heap_sort(T* heap, u32 size) {
        ++heap_sorts_;
        for (u32 i = size / 2; i-- != 0;) {
            sift_down(heap, i, size);
        }
        while (size-- > 1) {
            swap(heap[0], heap[size]);
            sift_down(heap, 0, size);
        }
    }

    void insert_all(T* first, T* last) {
        for (T* next = first; next != last; ++next) {
            for (T* place = next; place != first && less_(*place, place[-1]); --place) {
                swap(*place, place[-1]);
            }
        }
    }

    Less less_;
    u32 heap_sorts_ = 0;
};

/// Open addressing with linear probing; erasing moves later items back, so there are no tombstones.
template <typename Key, typename Value, typename Hash>
class HashMap {
public:
    explicit HashMap(Arena& arena) : arena_(arena) { rehash(16); }

    Value* find(const Key& key) {
        Slot& slot = slots_[place_of(key)];
        return slot.is_used ? &slot.value : nullptr;
    }

    void insert(const Key& key, const Value& value) {
        if (4 * (size_ + 1) > 3 * room_) {
            rehash(2 * room_);
        }
        Slot& slot = slots_[place_of(key)];
        size_ += slot.is_used ? 0 : 1;
        slot = Slot{key, value, true};
    }

    bool erase(const Key& key) {
        u32 hole = place_of(key);
        if (!slots_[hole].is_used) {
            return false;
        }
        for (u32 next = (hole + 1) % room_; slots_[next].is_used; next = (next + 1) % room_) {
            const u32 wanted = Hash{}(slots_[next].key) % room_;
            // May it stand in the hole? Not if its wanted place lies between the two.
            if ((next + room_ - wanted) % room_ >= (next + room_ - hole) % room_) {
                slots_[hole] = slots_[next];
                hole = next;
            }
        }
        slots_[hole].is_used = false;
        --size_;
        return true;
    }

    u32 size() const { return size_; }

private:
    struct Slot {
        Key key{};
        Value value{};
        bool is_used = false;
    };

    u32 place_of(const Key& key) const {
        u32 place = Hash{}(key) % room_;
        while (slots_[place].is_used && !(slots_[place].key == key)) {
            place = (place + 1) % room_;
        }
        return place;
    }

    void rehash(u32 room) {
        Slot* old = slots_;
        const u32 old_room = room_;
        slots_ = arena_.make_array<Slot>(room);
        room_ = room;
        for (u32 i = 0; i < old_room; ++i) {
            if (old[i].is_used) {
                slots_[place_of(old[i].key)] = old[i];
            }
        }
    }

    Arena& arena_;
    Slot* slots_ = nullptr;
    u32 room_ = 0;
    u32 size_ = 0;
};

}  // namespace guest
