#pragma once

// Operands for the float instructions: an endless, fixed sequence for each, the same on every machine,
// made so that all ways of rounding, all special values and both sides of each limit come up often.

#include <cstddef>
#include <cstdint>

#include "vm/program/opcode.hpp"

namespace lockstep::differential {

/// Slots; `b` is 0 where the instruction has one operand.
struct FloatOperands {
    std::uint64_t a = 0;
    std::uint64_t b = 0;
};

/// The first so many of an instruction's operands are vectors for the contracts.
inline constexpr std::size_t kFloatVectors = 2048;

class FloatOperandSource {
public:
    explicit FloatOperandSource(vm::Opcode opcode);

    [[nodiscard]] FloatOperands next();

private:
    enum class Type : std::uint8_t { f32, f64, i32, i64 };
    /// Bits of a float's fraction and greatest exponent field.
    struct Layout {
        int fraction_bits;
        std::uint64_t max_field;
    };

    static Type type_of(vm::Opcode opcode);

    std::uint64_t random();
    std::uint64_t below(std::uint64_t bound) { return random() % bound; }
    [[nodiscard]] std::uint64_t hidden() const { return 1ULL << layout_.fraction_bits; }
    [[nodiscard]] std::uint64_t compose(std::uint64_t field, std::uint64_t fraction);
    std::uint64_t field_near(std::int64_t center, std::uint64_t distance);
    std::uint64_t fraction();
    std::uint64_t with_field(std::uint64_t field);
    std::uint64_t near(std::uint64_t value, std::uint64_t distance);
    [[nodiscard]] std::uint64_t edge(std::uint64_t number) const;
    std::uint64_t small_number();
    std::uint64_t near_whole();
    std::uint64_t narrowed();

    FloatOperands pick();
    FloatOperands close();
    FloatOperands equal();
    FloatOperands extreme_product();
    FloatOperands extreme_quotient();
    FloatOperands subnormal_tie();
    FloatOperands near_half_unit();
    FloatOperands short_factors();
    static std::uint64_t inverse(std::uint64_t odd);
    FloatOperands hard_product();
    FloatOperands hard_quotient();
    FloatOperands hard_root();
    FloatOperands nearly_opposite();
    std::uint64_t integer();

    Type type_;
    bool binary_;
    Layout layout_;
    std::uint64_t state_;
    std::uint64_t given_ = 0;
};

}  // namespace lockstep::differential
