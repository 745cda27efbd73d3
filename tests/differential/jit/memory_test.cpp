// Loads and stores at the ends of memory, of chunks and of what an address can say.

#include <gtest/gtest.h>

#include "fuzz/load_program.hpp"
#include "tests/differential/jit/comparison.hpp"
#include "tests/differential/jit/text_module.hpp"
#include "tests/random_modules/instruction_writer.hpp"
#include "tests/random_modules/module_shape.hpp"

namespace lockstep::jit_test {
namespace {

using random_modules::InstructionWriter;
using random_modules::ModuleShape;
using vm::ValueType;
using vm::WasmOpcode;

constexpr std::uint32_t kPageBytes = 65'536;

struct Access {
    WasmOpcode opcode{};
    ValueType type = ValueType::i32;
    std::uint32_t size = 0;
    bool is_store = false;
};

constexpr auto kAccesses = std::to_array<Access>({
    {WasmOpcode::i32_load, ValueType::i32, 4},
    {WasmOpcode::i64_load, ValueType::i64, 8},
    {WasmOpcode::f32_load, ValueType::f32, 4},
    {WasmOpcode::f64_load, ValueType::f64, 8},
    {WasmOpcode::i32_load8_s, ValueType::i32, 1},
    {WasmOpcode::i32_load8_u, ValueType::i32, 1},
    {WasmOpcode::i32_load16_s, ValueType::i32, 2},
    {WasmOpcode::i32_load16_u, ValueType::i32, 2},
    {WasmOpcode::i64_load8_s, ValueType::i64, 1},
    {WasmOpcode::i64_load8_u, ValueType::i64, 1},
    {WasmOpcode::i64_load16_s, ValueType::i64, 2},
    {WasmOpcode::i64_load16_u, ValueType::i64, 2},
    {WasmOpcode::i64_load32_s, ValueType::i64, 4},
    {WasmOpcode::i64_load32_u, ValueType::i64, 4},
    {WasmOpcode::i32_store, ValueType::i32, 4, true},
    {WasmOpcode::i64_store, ValueType::i64, 8, true},
    {WasmOpcode::f32_store, ValueType::f32, 4, true},
    {WasmOpcode::f64_store, ValueType::f64, 8, true},
    {WasmOpcode::i32_store8, ValueType::i32, 1, true},
    {WasmOpcode::i32_store16, ValueType::i32, 2, true},
    {WasmOpcode::i64_store8, ValueType::i64, 1, true},
    {WasmOpcode::i64_store16, ValueType::i64, 2, true},
    {WasmOpcode::i64_store32, ValueType::i64, 4, true},
});

constexpr auto kOffsets =
    std::to_array<std::uint32_t>({0, 1, 2, 3, 4, 8, 4093, 65'535, 65'536, 0x7FFE'FFFF, 0x7FFF'0000,
                                  0x7FFF'0001, 0x8000'0000, 0xFFFE'FFFF, 0xFFFF'FFF8, 0xFFFF'FFFF});

/// One access. What it is of comes from the address that the function is called with, or is constant.
struct Variant {
    Access access;
    std::uint32_t offset = 0;
    std::uint32_t address = 0;
    bool constant_address = false;
    bool constant_value = false;
    bool written = false;  // all of the memory, before
};

class BodyWriter {
public:
    explicit BodyWriter(const Variant& variant) : variant_(variant) {}

    Bytes write() {
        out_.number(1);
        out_.number(1);
        out_.type(ValueType::i64);
        if (variant_.written) {
            out_.constant(ValueType::i32, 0);
            out_.constant(ValueType::i32, 0xA5);
            out_.op(WasmOpcode::memory_size, 0);
            out_.constant(ValueType::i32, 16);
            out_.op(WasmOpcode::i32_shl);
            out_.op(WasmOpcode::memory_fill, 0);
        }
        access();
        out_.op(WasmOpcode::local_set, 1);
        access();
        out_.op(WasmOpcode::local_get, 1);
        out_.op(WasmOpcode::i64_add);
        out_.op(WasmOpcode::end);
        return out_.take();
    }

private:
    /// It leaves an i64.
    void access() {
        if (variant_.constant_address) {
            out_.constant(ValueType::i32, variant_.address);
        } else {
            out_.op(WasmOpcode::local_get, 0);
        }
        if (variant_.access.is_store) {
            value();
        }
        out_.op(variant_.access.opcode);
        out_.number(0);
        out_.number(variant_.offset);
        if (variant_.access.is_store) {
            out_.constant(ValueType::i64, 1);
            return;
        }
        switch (variant_.access.type) {
            case ValueType::i32: out_.op(WasmOpcode::i64_extend_i32_u); break;
            case ValueType::f32:
                out_.op(WasmOpcode::f64_promote_f32);
                out_.op(WasmOpcode::i64_reinterpret_f64);
                break;
            case ValueType::f64:
                out_.constant(ValueType::f64, 0);
                out_.op(WasmOpcode::f64_add);
                out_.op(WasmOpcode::i64_reinterpret_f64);
                break;
            default: break;
        }
    }

    void value() {
        const ValueType type = variant_.access.type;
        if (variant_.constant_value) {
            out_.constant(type, 0xFEDC'BA98'8765'4321);
            return;
        }
        out_.op(WasmOpcode::local_get, 0);
        switch (type) {
            case ValueType::i64: out_.op(WasmOpcode::i64_extend_i32_s); break;
            case ValueType::f32: out_.op(WasmOpcode::f32_convert_i32_s); break;
            case ValueType::f64:
                out_.op(WasmOpcode::f64_convert_i32_s);
                out_.constant(ValueType::f64, 0);
                out_.op(WasmOpcode::f64_div);
                break;
            default: break;
        }
    }

    const Variant& variant_;
    InstructionWriter out_;
};

Bytes module_of(const std::vector<Variant>& variants, std::uint32_t pages) {
    ModuleShape shape;
    shape.types.push_back({.parameters = {ValueType::i32}, .results = {ValueType::i64}});
    std::vector<Bytes> bodies;
    for (const Variant& variant : variants) {
        shape.functions.push_back(0);
        bodies.push_back(BodyWriter(variant).write());
    }
    shape.memory = vm::Limits{.min = pages, .max = pages + 1};
    return random_modules::encode_module(shape, bodies);
}

/// Around each end that the access may meet.
std::uint32_t any_address(const Variant& variant, std::uint32_t pages, std::mt19937_64& random) {
    const std::uint32_t near = static_cast<std::uint32_t>(random() % 20) - 10;
    switch (random() % 8) {
        case 0: return near;
        case 1: return 4096 + near;
        case 2: return pages * kPageBytes + near;
        case 3:
        case 4:
            return pages * kPageBytes - variant.offset - variant.access.size +
                   static_cast<std::uint32_t>(random() % 3) - 1;
        case 5: return 4096 - variant.offset + near;
        case 6: return 0x8000'0000 + near;
        default: return static_cast<std::uint32_t>(random());
    }
}

std::vector<Variant> variants_of(std::uint32_t pages, std::mt19937_64& random) {
    std::vector<Variant> variants;
    for (const Access& access : kAccesses) {
        for (const std::uint32_t offset : kOffsets) {
            for (const bool constant_address : {false, true, true}) {
                Variant variant{.access = access,
                                .offset = offset,
                                .constant_address = constant_address,
                                .constant_value = random() % 2 == 0,
                                .written = random() % 2 == 0};
                variant.address = any_address(variant, pages, random);
                variants.push_back(variant);
            }
        }
    }
    return variants;
}

void compare_accesses(std::uint32_t pages) {
    std::mt19937_64 random(pages);
    Counts counts;
    const std::vector<Variant> variants = variants_of(pages, random);
    const vm::Program program = fuzz::load_program(module_of(variants, pages)).value();
    const unsigned addresses = is_deep() ? 40 : 3;
    for (const bool guard_pages : {true, false}) {
        const auto compiled = compile(program, {.guard_pages = guard_pages});
        for (std::size_t i = 0; i < variants.size(); ++i) {
            for (unsigned j = 0; j < (variants[i].constant_address ? 1 : addresses); ++j) {
                const std::uint32_t address = any_address(variants[i], pages, random);
                ASSERT_EQ(compare(*compiled, start(program, "f" + std::to_string(i), {address}),
                                  {.strides = Strides::one_piece}, random, counts),
                          "")
                    << "opcode " << static_cast<int>(variants[i].access.opcode) << " offset "
                    << variants[i].offset << " address "
                    << (variants[i].constant_address ? variants[i].address : address)
                    << (guard_pages ? ", guarded" : ", not guarded");
            }
        }
    }
}

TEST(JitMemory, AccessesWithoutPages) {
    compare_accesses(0);
}

TEST(JitMemory, AccessesInOnePage) {
    compare_accesses(1);
}

TEST(JitMemory, AccessesInSeveralPages) {
    compare_accesses(3);
}

}  // namespace
}  // namespace lockstep::jit_test
