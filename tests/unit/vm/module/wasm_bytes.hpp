#pragma once

// Pieces of the binary format, for tests that spell modules out.
// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/binary/modules.html

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "vm/module/decode.hpp"
#include "vm/module/validate.hpp"

namespace lockstep::vm::test {

inline constexpr std::uint8_t kI32 = 0x7F;
inline constexpr std::uint8_t kI64 = 0x7E;
inline constexpr std::uint8_t kEnd = 0x0B;

enum SectionId : std::uint8_t {
    custom_section = 0,
    type_section = 1,
    import_section = 2,
    function_section = 3,
    table_section = 4,
    memory_section = 5,
    global_section = 6,
    export_section = 7,
    start_section = 8,
    element_section = 9,
    code_section = 10,
    data_section = 11,
    data_count_section = 12,
};

/// Unsigned LEB128, as short as may be.
inline Bytes leb(std::size_t value) {
    Bytes bytes;
    for (; value >= 0x80; value >>= 7U) {
        bytes.push_back(static_cast<std::uint8_t>((value & 0x7FU) | 0x80U));
    }
    bytes.push_back(static_cast<std::uint8_t>(value));
    return bytes;
}

inline void append(Bytes& to, const Bytes& more) {
    to.insert(to.end(), more.begin(), more.end());
}

inline Bytes join(const std::vector<Bytes>& parts) {
    Bytes bytes;
    for (const Bytes& part : parts) {
        append(bytes, part);
    }
    return bytes;
}

inline Bytes repeat(const Bytes& part, std::size_t count) {
    Bytes bytes;
    bytes.reserve(part.size() * count);
    for (std::size_t i = 0; i < count; ++i) {
        append(bytes, part);
    }
    return bytes;
}

/// A length in bytes and the contents.
inline Bytes sized(const Bytes& contents) {
    return join({leb(contents.size()), contents});
}

/// A count and the items.
inline Bytes list(const std::vector<Bytes>& items) {
    return join({leb(items.size()), join(items)});
}

/// A list of `count` equal items.
inline Bytes list_of(std::size_t count, const Bytes& item) {
    return join({leb(count), repeat(item, count)});
}

inline Bytes section(SectionId id, const Bytes& contents) {
    return join({{id}, sized(contents)});
}

inline Bytes module_of(const std::vector<Bytes>& sections) {
    return join({{0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00}, join(sections)});
}

inline Bytes function_type(const Bytes& parameters, const Bytes& results) {
    return join({{0x60}, sized(parameters), sized(results)});
}

/// A code entry without locals; `body` has no closing `end`.
inline Bytes code(const Bytes& body) {
    return sized(join({{0x00}, body, {kEnd}}));
}

/// One function of that type and body, `sections` between its function and code sections.
inline Bytes module_with_body(const Bytes& parameters, const Bytes& results, const Bytes& body,
                              const std::vector<Bytes>& sections = {}) {
    return module_of({section(type_section, list({function_type(parameters, results)})),
                      section(function_section, {1, 0}), join(sections),
                      section(code_section, list({code(body)}))});
}

/// One function [] -> [].
inline Bytes module_with_body(const Bytes& body, const std::vector<Bytes>& sections = {}) {
    return module_with_body({}, {}, body, sections);
}

/// decode() and validate().
inline Load<ValidModule> load(Bytes wasm) {
    LOCKSTEP_TRY(Module module, decode(std::move(wasm)));
    return validate(std::move(module));
}

}  // namespace lockstep::vm::test
