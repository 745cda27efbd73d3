// Keeps a red-black tree and a hash map of the same contents by a script of commands, one a line:
//   + KEY VALUE   inserts or replaces      - KEY   erases      ? KEY   writes the value
//   [ LOW HIGH    writes the range         s       sorts the values, up, then down by their last digits
//   # COUNT SEED  inserts so many pseudo-random pairs, then erases every third of them
//   !             checks the tree and writes the sizes
// Commands are objects with virtual functions. Where the two maps disagree the exit code is 9.

#include "red_black_tree.hpp"

#ifdef __wasm__
extern "C" void __cxa_pure_virtual() {
    __builtin_trap();
}
#endif

namespace guest {
namespace {

constexpr u32 kMaxScript = 16384;
constexpr u32 kCodeSyntax = 1;
constexpr u32 kCodeTooLong = 2;
constexpr u32 kCodeDisagreement = 9;

struct KeyHash {
    u32 operator()(const u32& key) const {
        u32 hash = key * 0x9E3779B1U;
        return hash ^ hash >> 15U;
    }
};

struct Store {
    Arena& arena;
    RedBlackTree<u32, i64> tree;
    HashMap<u32, i64, KeyHash> map;

    explicit Store(Arena& owner) : arena(owner), tree(owner), map(owner) {}

    void insert(u32 key, i64 value) {
        tree.insert(key, value);
        map.insert(key, value);
    }
    bool erase(u32 key) {
        const bool is_erased = tree.erase(key);
        if (map.erase(key) != is_erased) {
            stop(kCodeDisagreement);
        }
        return is_erased;
    }
    const i64* find(u32 key) {
        const i64* value = tree.find(key);
        const i64* other = map.find(key);
        if ((value == nullptr) != (other == nullptr) || (value != nullptr && *value != *other)) {
            stop(kCodeDisagreement);
        }
        return value;
    }
};

class Script {
public:
    Script(const u8* text, u32 size) : text_(text), size_(size) {}

    bool at_end() {
        skip_blanks();
        return at_ == size_;
    }
    u8 take_letter() { return text_[at_++]; }
    i64 take_number() {
        skip_blanks();
        const bool is_negative = at_ < size_ && text_[at_] == '-';
        at_ += is_negative ? 1 : 0;
        const u32 first = at_;
        u64 number = 0;
        while (at_ < size_ && text_[at_] >= '0' && text_[at_] <= '9') {
            number = number * 10 + (text_[at_++] - '0');
        }
        if (at_ == first) {
            stop(kCodeSyntax);
        }
        return static_cast<i64>(is_negative ? 0 - number : number);
    }
    u32 take_key() { return static_cast<u32>(take_number()); }

private:
    void skip_blanks() {
        while (at_ < size_ && (text_[at_] == ' ' || text_[at_] == '\n')) {
            ++at_;
        }
    }

    const u8* text_;
    u32 size_;
    u32 at_ = 0;
};

class Command {
public:
    virtual void run(Store& store) = 0;
    virtual bool writes() const { return false; }

protected:
    Command() = default;
    ~Command() = default;
};

class Insert final : public Command {
public:
    Insert(u32 key, i64 value) : key_(key), value_(value) {}
    void run(Store& store) override { store.insert(key_, value_); }

private:
    u32 key_;
    i64 value_;
};

class Erase final : public Command {
public:
    explicit Erase(u32 key) : key_(key) {}
    void run(Store& store) override { put_text(store.erase(key_) ? "erased" : "absent"); }
    bool writes() const override { return true; }

private:
    u32 key_;
};

class Find final : public Command {
public:
    explicit Find(u32 key) : key_(key) {}
    void run(Store& store) override {
        const i64* value = store.find(key_);
        if (value == nullptr) {
            put_text("absent");
        } else {
            put_signed(*value);
        }
    }
    bool writes() const override { return true; }

private:
    u32 key_;
};

class WritePairs {
public:
    void operator()(u32 key, i64 value) {
        put_decimal(key);
        put_character(':');
        put_signed(value);
        put_character(' ');
    }
};

class Range final : public Command {
public:
    Range(u32 low, u32 high) : low_(low), high_(high) {}
    void run(Store& store) override {
        WritePairs visitor;
        store.tree.visit(low_, high_, visitor);
    }
    bool writes() const override { return true; }

private:
    u32 low_;
    u32 high_;
};

struct Collect {
    Vector<i64>& values;
    void operator()(u32 /*key*/, i64 value) { values.push(value); }
};

struct Less {
    bool operator()(const i64& a, const i64& b) const { return a < b; }
};

struct LastDigitsDown {
    bool operator()(const i64& a, const i64& b) const {
        return a % 100 != b % 100 ? b % 100 < a % 100 : b < a;
    }
};

class Sort final : public Command {
public:
    void run(Store& store) override {
        Vector<i64> values(store.arena);
        Collect visitor{values};
        store.tree.visit(0, ~0U, visitor);
        Sorter<i64, Less> up{Less{}};
        up.sort(values.begin(), values.end());
        write(values);
        // Sorted values with a few that are not, again and again: hard for quicksort.
        for (u32 i = 0; i + 3 < values.size(); i += 3) {
            swap(values[i], values[values.size() - 1 - i]);
        }
        Sorter<i64, LastDigitsDown> down{LastDigitsDown{}};
        down.sort(values.begin(), values.end());
        write(values);
        put_decimal(up.heap_sorts() + down.heap_sorts());
    }
    bool writes() const override { return true; }

private:
    static void write(Vector<i64>& values) {
        for (const i64 value : values) {
            put_signed(value);
            put_character(' ');
        }
        put_character('\n');
    }
};

class Churn final : public Command {
public:
    Churn(u32 count, u32 seed) : count_(count), seed_(seed) {}
    void run(Store& store) override {
        Vector<u32> keys(store.arena);
        for (u32 i = 0; i < count_; ++i) {
            seed_ = seed_ * 1664525U + 1013904223U;
            keys.push(seed_ >> 20U);
            store.insert(seed_ >> 20U, static_cast<i32>(seed_));
        }
        for (u32 i = 0; i < count_; i += 3) {
            (void)store.erase(keys[i]);
        }
    }

private:
    u32 count_;
    u32 seed_;
};

class Check final : public Command {
public:
    void run(Store& store) override {
        put_decimal(store.tree.size());
        put_character(' ');
        put_decimal(store.map.size());
        put_text(store.tree.black_height() == 0 ? " no tree" : " a tree of black height ");
        put_decimal(store.tree.black_height());
    }
    bool writes() const override { return true; }
};

Command* parse(Script& script, Arena& arena) {
    const u8 letter = script.take_letter();
    const auto take_two = [&]<typename T, typename Second>() -> Command* {
        const u32 first = script.take_key();
        return arena.make<T>(first, static_cast<Second>(script.take_number()));
    };
    switch (letter) {
        case '+': return take_two.operator()<Insert, i64>();
        case '-': return arena.make<Erase>(script.take_key());
        case '?': return arena.make<Find>(script.take_key());
        case '[': return take_two.operator()<Range, u32>();
        case 's': return arena.make<Sort>();
        case '#': return take_two.operator()<Churn, u32>();
        case '!': return arena.make<Check>();
        default: stop(kCodeSyntax); return nullptr;
    }
}

u8 script_text[kMaxScript];
Arena arena;

}  // namespace
}  // namespace guest

extern "C" void _start() {
    using namespace guest;
    const u32 size = input_size();
    if (size > sizeof script_text) {
        stop(kCodeTooLong);
    }
    input_read(script_text, 0, size);
    Script script(script_text, size);
    Vector<Command*> commands(arena);
    while (!script.at_end()) {
        commands.push(parse(script, arena));
    }
    Store store(arena);
    for (Command* command : commands) {
        command->run(store);
        if (command->writes()) {
            put_character('\n');
        }
    }
    flush_text();
}
