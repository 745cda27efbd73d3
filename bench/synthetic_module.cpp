#include "bench/synthetic_module.hpp"

#include <array>
#include <cstdint>

namespace lockstep::bench {

namespace {

constexpr std::size_t kFunctionBlocks = 8;

void append_leb(Bytes& bytes, std::size_t value) {
    for (; value >= 0x80; value >>= 7U) {
        bytes.push_back(static_cast<std::uint8_t>(value | 0x80U));
    }
    bytes.push_back(static_cast<std::uint8_t>(value));
}

void append(Bytes& bytes, ByteView more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
}

void append_section(Bytes& module, std::uint8_t id, ByteView contents) {
    module.push_back(id);
    append_leb(module, contents.size());
    append(module, contents);
}

/// (func (param i32) (result i32) (local i32) ...): each block stores, loads, branches and calls.
Bytes make_body() {
    // clang-format off
    constexpr auto block = std::to_array<std::uint8_t>({
        0x03, 0x40,                          // loop
        0x20, 0x00, 0x41, 0x07, 0x6a, 0x22, 0x01,  // local.tee 1 (i32.add (local.get 0) (i32.const 7))
        0x20, 0x00, 0x36, 0x02, 0x08,        // i32.store offset=8 (local.get 1) (local.get 0)
        0x20, 0x01, 0x28, 0x02, 0x04,        // i32.load offset=4 (local.get 1)
        0x45, 0x04, 0x40,                    // if (i32.eqz)
        0x20, 0x00, 0x10, 0x00, 0x21, 0x00,  //   local.set 0 (call 0 (local.get 0))
        0x05,                                // else
        0x20, 0x00, 0x41, 0x01, 0x6b, 0x22, 0x00, 0x0d, 0x01,  // br_if 1 (local.tee 0 (i32.sub ...))
        0x0b, 0x0b,                          // end end
    });
    // clang-format on
    Bytes body{0x01, 0x01, 0x7f};
    for (std::size_t i = 0; i < kFunctionBlocks; ++i) {
        append(body, block);
    }
    append(body, std::to_array<std::uint8_t>({0x20, 0x00, 0x0b}));
    return body;
}

}  // namespace

Bytes make_synthetic_module(std::size_t size_bytes) {
    const Bytes body = make_body();
    const std::size_t count = size_bytes * 3 / 4 / (body.size() + 3) + 1;
    Bytes functions;
    Bytes code;
    append_leb(functions, count);
    append_leb(code, count);
    for (std::size_t i = 0; i < count; ++i) {
        functions.push_back(0);
        append_leb(code, body.size());
        append(code, body);
    }
    const Bytes pool(size_bytes / 4, 0x5A);
    Bytes data{0x01, 0x01};  // one segment, passive
    append_leb(data, pool.size());
    append(data, pool);

    Bytes module{0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00};
    append_section(module, 1, std::to_array<std::uint8_t>({0x01, 0x60, 0x01, 0x7f, 0x01, 0x7f}));
    append_section(module, 3, functions);
    append_section(module, 5, std::to_array<std::uint8_t>({0x01, 0x00, 0x01}));
    append_section(module, 10, code);
    append_section(module, 11, data);
    return module;
}

}  // namespace lockstep::bench
