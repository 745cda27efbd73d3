#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/hash256.hpp"
#include "merkle/sha256.hpp"

namespace lockstep::trace {

/// Collects messages of one size and hashes them many at a time. Of each, `kHashedBytes` at the front (a
/// multiple of a block) may have been taken into a state already. What flush() has not yet written is in
/// no hash.
template <std::size_t kBytes, std::size_t kHashedBytes = 0>
class MessageBatch {
public:
    /// Where the message is to be written, but for the bytes at the front; `hash` is written at the
    /// latest by the next flush().
    [[nodiscard]] std::uint8_t* add(Hash256& hash,
                                    const merkle::Sha256State& state = merkle::kSha256Initial) {
        if (count_ == kMessages) {
            flush();
        }
        if (count_ == padded_) {
            merkle::pad_message(std::span(blocks_).subspan(count_ * kTailBytes, kTailBytes),
                                kBytes - kHashedBytes, kBytes);
            ++padded_;
        }
        states_[count_] = state;
        targets_[count_] = &hash;
        return blocks_.data() + kTailBytes * count_++;
    }

    void flush() {
        merkle::compress_all(std::span(states_).first(count_), blocks_.data(),
                             kTailBytes / merkle::kSha256BlockBytes);
        for (std::size_t i = 0; i < count_; ++i) {
            *targets_[i] = merkle::finished(states_[i]);
        }
        count_ = 0;
    }

private:
    static_assert(kHashedBytes % merkle::kSha256BlockBytes == 0);
    static constexpr std::size_t kTailBytes = merkle::padded_bytes(kBytes - kHashedBytes);
    /// Large beside any kernel's interleaving, and all of it in the first-level cache.
    static constexpr std::size_t kMessages = 64;

    std::array<std::uint8_t, kMessages * kTailBytes> blocks_{};
    std::array<merkle::Sha256State, kMessages> states_{};
    std::array<Hash256*, kMessages> targets_{};
    std::size_t count_ = 0;
    std::size_t padded_ = 0;  // so many places have their padding already
};

}  // namespace lockstep::trace
