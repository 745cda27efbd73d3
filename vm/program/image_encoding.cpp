#include "vm/program/image_encoding.hpp"

#include "base/bytes.hpp"
#include "base/tree_depth.hpp"

namespace lockstep::vm {

std::array<std::uint8_t, kFunctionRecordBytes> encode_function(const FunctionRecord& function) {
    std::array<std::uint8_t, kFunctionRecordBytes> bytes{};
    store_be(bytes.data(), function.type);
    store_be(bytes.data() + 4, function.entry);
    store_be(bytes.data() + 8, function.slots);
    store_be(bytes.data() + 12, function.parameters);
    store_be(bytes.data() + 14, function.results);
    store_be(bytes.data() + 16, function.locals_depth);
    store_be(bytes.data() + 17, function.parameter_kinds);
    return bytes;
}

unsigned code_tree_depth(const Program& program) {
    return ceil_log2((program.code.size() + 1) / 2);
}

unsigned functions_tree_depth(const Program& program) {
    return ceil_log2(program.functions.size());
}

unsigned data_tree_depth(const Program& program) {
    return ceil_log2((program.data_pool.size() + 31) / 32);
}

unsigned elements_tree_depth(const Program& program) {
    return slot_tree_depth(program.element_pool.size());
}

unsigned globals_tree_depth(const Program& program) {
    return slot_tree_depth(program.globals.size());
}

unsigned tables_tree_depth(const Program& program) {
    return ceil_log2(program.tables.size());
}

}  // namespace lockstep::vm
