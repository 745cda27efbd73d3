#include "tests/bombs/bomb.hpp"
#include "tests/bombs/function_list.hpp"

namespace lockstep::bombs {

namespace {

Bytes name_of(std::string_view text) {
    return sized(Bytes(text.begin(), text.end()));
}

/// As many of the segment as make up `bytes`, before an empty function, with a table and a memory.
Bytes elements_module(std::size_t bytes, const Bytes& segment) {
    return module_with_body(
        {}, {section(table_section, {1, 0x70, 0, 4}),
             section(element_section,
                     list_of(count_of(bytes, segment.size(), vm::kMaxElementSegments), segment))});
}

Bytes data_module(std::size_t bytes, const Bytes& segment) {
    return module_of(
        {section(memory_section, {1, 0, 1}),
         section(data_section,
                 list_of(count_of(bytes, segment.size(), vm::kMaxDataSegments), segment))});
}

/// As few segments as hold so many elements of `element`'s bytes.
Bytes long_segments(std::size_t bytes, std::uint8_t flags, std::uint8_t kind,
                    const Bytes& element) {
    const std::size_t elements = bytes / element.size();
    const std::size_t segments = elements / vm::kMaxElementsPerSegment + 1;
    return elements_module(bytes, join({{flags, kind}, list_of(elements / segments, element)}));
}

Bytes custom_sections(std::size_t bytes, const Bytes& contents) {
    const Bytes one = section(custom_section, contents);
    return module_of({repeat(one, bytes / one.size())});
}

/// `bytes` zeros in one custom section.
Bytes one_custom_section(std::size_t bytes) {
    return module_of({section(custom_section, join({{0}, Bytes(bytes)}))});
}

Bytes name_section(const Bytes& subsections) {
    return section(custom_section, join({name_of("name"), subsections}));
}

Bytes function_names(std::size_t bytes) {
    const std::size_t count = count_of(bytes, 9, vm::kMaxFunctions);
    Bytes names = leb(count);
    for (std::size_t i = 0; i < count; ++i) {
        append(names, join({leb(i), {1, 'f'}}));
    }
    return module_of({section(type_section, list({function_type({}, {})})),
                      section(function_section, list_of(count, {0})),
                      section(code_section, list_of(count, code({}))),
                      name_section(join({{1}, sized(names)}))});
}

/// Each is decoded in place of the one before.
Bytes repeated_subsections(std::size_t bytes) {
    const Bytes subsection = join({{1}, sized({1, 0, 1, 'f'})});
    return join(
        {module_with_body({}), name_section(repeat(subsection, bytes / subsection.size()))});
}

Bytes repeated_name_sections(std::size_t bytes) {
    const Bytes one = name_section(join({{1}, sized({1, 0, 1, 'f'})}));
    return join({module_with_body({}), repeat(one, bytes / one.size())});
}

/// A name of functions that there are not: the section is left alone.
Bytes names_of_nothing(std::size_t bytes) {
    Bytes names = leb(bytes / 3);
    for (std::size_t i = 0; i < bytes / 3; ++i) {
        append(names, {static_cast<std::uint8_t>(i % 128), 1, 'f'});
    }
    return join({module_with_body({}), name_section(join({{1}, sized(names)}))});
}

}  // namespace

Families section_bombs() {
    const std::size_t least = 20'000;
    return {
        {"zeros", [](std::size_t n) { return Bytes(n); },
         vm::load_error_text(vm::LoadErrorCode::bad_magic), least, vm::kMaxModuleBytes},
        {"too_many_bytes", [](std::size_t n) { return Bytes(vm::kMaxModuleBytes + n); },
         "max_module_bytes"},
        {"custom_sections", [](std::size_t n) { return custom_sections(n, {0}); }},
        {"custom_sections_of_one_name",
         [](std::size_t n) { return custom_sections(n, name_of("producers")); }},
        {"one_custom_section", one_custom_section},
        {"function_names", function_names, kLoads, least, 800'000},
        {"repeated_name_subsections", repeated_subsections},
        {"repeated_name_sections", repeated_name_sections},
        {"names_of_nothing", names_of_nothing},
        {"element_segments", [](std::size_t n) { return elements_module(n, {1, 0, 0}); }, kLoads,
         least, 300'000},
        {"active_element_segments",
         [](std::size_t n) { return elements_module(n, {0, 0x41, 0, kEnd, 1, 0}); }, kLoads, least,
         600'000},
        {"declarative_segments", [](std::size_t n) { return elements_module(n, {3, 0, 1, 0}); },
         kLoads, least, 400'000},
        {"function_indices", [](std::size_t n) { return long_segments(n, 1, 0, {0}); }},
        {"element_expressions",
         [](std::size_t n) { return long_segments(n, 5, 0x70, {0xD2, 0, kEnd}); }},
        {"nulls", [](std::size_t n) { return long_segments(n, 5, 0x70, {0xD0, 0x70, kEnd}); }},
        {"data_segments", [](std::size_t n) { return data_module(n, {1, 0}); }, kLoads, least,
         200'000},
        {"bytes_of_data", [](std::size_t n) { return data_module(n, {1, 1, 7}); }, kLoads, least,
         300'000},
        {"active_data_segments",
         [](std::size_t n) { return data_module(n, {0, 0x41, 0, kEnd, 1, 7}); }, kLoads, least,
         600'000},
        {"one_data_segment",
         [](std::size_t n) { return data_module(1, join({{1}, sized(Bytes(n, 7))})); }},
    };
}

}  // namespace lockstep::bombs
