#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

namespace lockstep::merkle {

/// What several trees share: it counts those who hold it, on whatever threads they are, and is
/// changed only by one who holds it alone.
class Counted {
public:
    Counted() = default;
    /// A copy is held by nobody but its maker.
    Counted(const Counted& /*other*/) noexcept {}
    Counted& operator=(const Counted&) = delete;
    Counted(Counted&&) = delete;
    Counted& operator=(Counted&&) = delete;
    virtual ~Counted() = default;

    /// A line of the cache. The general operator new for such an alignment cuts pieces off what it takes
    /// and leaves them lying about.
    static constexpr std::size_t kAlignment = 64;
    static void* operator new(std::size_t bytes) {
        auto* const taken = static_cast<std::uint8_t*>(::operator new(bytes + kAlignment));
        const std::size_t skipped =
            kAlignment - reinterpret_cast<std::uintptr_t>(taken) % kAlignment;
        // At least the alignment of the general one: there is room in front for the number.
        taken[skipped - 1] = static_cast<std::uint8_t>(skipped);
        return taken + skipped;
    }
    static void operator delete(void* memory) noexcept {
        auto* const bytes = static_cast<std::uint8_t*>(memory);
        ::operator delete(bytes - bytes[-1]);
    }

    void share() const noexcept { holders_.fetch_add(1, std::memory_order_relaxed); }

    /// True for the last holder, who must then delete it.
    [[nodiscard]] bool give_up() const noexcept {
        return holders_.fetch_sub(1, std::memory_order_acq_rel) == 1;
    }

    /// When true, what other threads did with it before they gave it up is visible to this one. Says
    /// something only to who holds it, and holds alone what led to it.
    [[nodiscard]] bool is_held_once() const noexcept {
        return holders_.load(std::memory_order_acquire) == 1;
    }

private:
    mutable std::atomic<std::uint32_t> holders_{1};
};

/// Holds a T, which derives from Counted, or nothing.
template <class T>
class CountedPtr {
public:
    CountedPtr() = default;
    /// Takes over the hold that `made` was made with.
    explicit CountedPtr(T* made) noexcept : held_(made) {}
    CountedPtr(const CountedPtr& other) noexcept : held_(other.held_) {
        if (held_ != nullptr) {
            held_->share();
        }
    }
    CountedPtr(CountedPtr&& other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
    CountedPtr& operator=(const CountedPtr& other) noexcept {
        if (this != &other) {
            CountedPtr(other).swap(*this);
        }
        return *this;
    }
    CountedPtr& operator=(CountedPtr&& other) noexcept {
        CountedPtr(std::move(other)).swap(*this);
        return *this;
    }
    ~CountedPtr() {
        if (held_ != nullptr && held_->give_up()) {
            delete held_;
        }
    }

    void swap(CountedPtr& other) noexcept { std::swap(held_, other.held_); }
    [[nodiscard]] T* get() const noexcept { return held_; }
    explicit operator bool() const noexcept { return held_ != nullptr; }
    T& operator*() const noexcept { return *held_; }
    T* operator->() const noexcept { return held_; }

private:
    T* held_ = nullptr;
};

}  // namespace lockstep::merkle
