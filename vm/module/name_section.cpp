#include "vm/module/name_section.hpp"

#include "base/check.hpp"
#include "vm/module/limits.hpp"

namespace lockstep::vm {

namespace {

constexpr std::uint8_t kFunctionNamesId = 1;

Load<std::vector<FunctionName>> decode_name_map(WasmReader& map, std::size_t function_count) {
    LOCKSTEP_TRY(const std::uint32_t count, map.read_count(kMaxFunctions, "max_functions"));
    std::vector<FunctionName> names;
    names.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::size_t start = map.offset();
        LOCKSTEP_TRY(const std::uint32_t index, map.read_u32());
        if (index >= function_count || (!names.empty() && index <= names.back().function_index)) {
            return refuse(LoadErrorCode::unknown_function, start, index);
        }
        LOCKSTEP_TRY(const std::string_view name, map.read_name());
        names.push_back({.function_index = index, .name = name});
    }
    if (!map.at_end()) {
        return refuse(LoadErrorCode::section_size_mismatch, map.offset());
    }
    return names;
}

Load<std::vector<FunctionName>> decode_subsections(WasmReader& contents,
                                                   std::size_t function_count) {
    std::vector<FunctionName> names;
    while (!contents.at_end()) {
        LOCKSTEP_TRY(const std::uint8_t id, contents.read_u8());
        LOCKSTEP_TRY(const std::uint32_t size, contents.read_u32());
        LOCKSTEP_TRY(WasmReader subsection, contents.read_part(size));
        if (id == kFunctionNamesId) {
            LOCKSTEP_TRY(names, decode_name_map(subsection, function_count));
        }
    }
    return names;
}

}  // namespace

std::vector<FunctionName> decode_function_names(WasmReader contents, std::size_t function_count) {
    return decode_subsections(contents, function_count).value_or(std::vector<FunctionName>());
}

}  // namespace lockstep::vm
