#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>

#include "base/byte_reader.hpp"

namespace lockstep::fuzz {

/// Takes decisions from the front of an input; past its end all of them are 0.
class Choices {
public:
    explicit Choices(ByteView input) : reader_(input) {}

    template <std::unsigned_integral T>
    [[nodiscard]] T any() {
        return reader_.read<T>().value_or(0);
    }

    [[nodiscard]] bool coin() { return any<std::uint8_t>() % 2 != 0; }

    /// Less than `bound`, which is not 0.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) {
        return bound <= 0x100 ? any<std::uint8_t>() % bound : any<std::uint64_t>() % bound;
    }

    /// Any number, often one at the edge of a type or of a limit.
    [[nodiscard]] std::uint64_t number() {
        const auto kind = any<std::uint8_t>();
        switch (kind % 4) {
            case 0: return kind / 4;
            case 1: return (std::uint64_t{1} << (kind / 4)) - 1;
            case 2: return (std::uint64_t{1} << (kind / 4)) + any<std::uint8_t>();
            default: return any<std::uint64_t>();
        }
    }

private:
    ByteReader reader_;
};

}  // namespace lockstep::fuzz
