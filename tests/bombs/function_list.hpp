#pragma once

// Pieces of modules, and modules of many equal functions.

#include <algorithm>
#include <cstddef>

#include "tests/unit/vm/module/wasm_bytes.hpp"
#include "vm/module/limits.hpp"

namespace lockstep::bombs {

// Bombs are spelled out like the modules of other tests.
using vm::test::append;
using vm::test::code;
using vm::test::code_section;
using vm::test::custom_section;
using vm::test::data_count_section;
using vm::test::data_section;
using vm::test::element_section;
using vm::test::export_section;
using vm::test::function_section;
using vm::test::function_type;
using vm::test::global_section;
using vm::test::import_section;
using vm::test::join;
using vm::test::kEnd;
using vm::test::kI32;
using vm::test::kI64;
using vm::test::leb;
using vm::test::list;
using vm::test::list_of;
using vm::test::memory_section;
using vm::test::module_of;
using vm::test::module_with_body;
using vm::test::repeat;
using vm::test::section;
using vm::test::SectionId;
using vm::test::sized;
using vm::test::table_section;
using vm::test::type_section;

/// How many of something of `each` bytes make up `bytes`, at least one and not beyond a limit.
inline std::size_t count_of(std::size_t bytes, std::size_t each, std::size_t limit) {
    return std::clamp<std::size_t>(bytes / each, 1, limit);
}

/// As many functions of a type as make up `bytes`. `entry` is a code entry without its size: runs of
/// locals, body, `end`.
inline Bytes module_of_functions(const Bytes& type, const Bytes& entry, std::size_t bytes,
                                 const std::vector<Bytes>& sections = {}) {
    const Bytes code = sized(entry);
    const std::size_t count = count_of(bytes, code.size() + 1, vm::kMaxFunctions);
    return module_of({section(type_section, list({type})),
                      section(function_section, list_of(count, {0})), join(sections),
                      section(code_section, list_of(count, code))});
}

/// The same, of functions [] -> [] without locals.
inline Bytes module_of_bodies(const Bytes& body, std::size_t bytes,
                              const std::vector<Bytes>& sections = {}) {
    return module_of_functions(function_type({}, {}), join({{0}, body, {kEnd}}), bytes, sections);
}

}  // namespace lockstep::bombs
