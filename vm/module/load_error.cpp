#include "vm/module/load_error.hpp"

#include "base/check.hpp"

namespace lockstep::vm {

namespace {

std::string_view malformed_text(LoadErrorCode code) {
    switch (code) {
        case LoadErrorCode::unexpected_end: return "unexpected end";
        case LoadErrorCode::bad_magic: return "magic header not detected";
        case LoadErrorCode::bad_version: return "unknown binary version";
        case LoadErrorCode::integer_too_long: return "integer representation too long";
        case LoadErrorCode::integer_too_large: return "integer too large";
        case LoadErrorCode::bad_utf8: return "malformed UTF-8 encoding";
        case LoadErrorCode::bad_section_id: return "malformed section id";
        case LoadErrorCode::section_out_of_order: return "section out of order or repeated";
        case LoadErrorCode::section_size_mismatch: return "section size mismatch";
        case LoadErrorCode::function_and_code_counts_differ:
            return "function and code section have inconsistent lengths";
        case LoadErrorCode::data_count_mismatch:
            return "data count and data section have inconsistent lengths";
        case LoadErrorCode::data_count_required: return "data count section required";
        case LoadErrorCode::bad_value_type: return "malformed value type";
        case LoadErrorCode::bad_reference_type: return "malformed reference type";
        case LoadErrorCode::bad_function_type: return "malformed function type";
        case LoadErrorCode::bad_limits_flags: return "malformed limits flags";
        case LoadErrorCode::bad_mutability: return "malformed mutability";
        case LoadErrorCode::bad_import_kind: return "malformed import kind";
        case LoadErrorCode::bad_export_kind: return "malformed export kind";
        case LoadErrorCode::bad_segment_flags: return "malformed segment flags";
        case LoadErrorCode::bad_element_kind: return "malformed element kind";
        case LoadErrorCode::bad_block_type: return "malformed block type";
        case LoadErrorCode::unknown_opcode: return "illegal opcode";
        case LoadErrorCode::zero_byte_expected: return "zero byte expected";
        case LoadErrorCode::bad_memory_argument: return "malformed memop flags";
        case LoadErrorCode::misplaced_else: return "else without if";
        case LoadErrorCode::code_size_mismatch: return "bytes after the end of a function";
        default: return {};
    }
}

std::string_view invalid_text(LoadErrorCode code) {
    switch (code) {
        case LoadErrorCode::unknown_type: return "unknown type";
        case LoadErrorCode::unknown_function: return "unknown function";
        case LoadErrorCode::unknown_table: return "unknown table";
        case LoadErrorCode::unknown_memory: return "unknown memory";
        case LoadErrorCode::unknown_global: return "unknown global";
        case LoadErrorCode::unknown_local: return "unknown local";
        case LoadErrorCode::unknown_label: return "unknown label";
        case LoadErrorCode::unknown_element_segment: return "unknown elem segment";
        case LoadErrorCode::unknown_data_segment: return "unknown data segment";
        case LoadErrorCode::type_mismatch: return "type mismatch";
        case LoadErrorCode::invalid_result_arity: return "invalid result arity";
        case LoadErrorCode::undeclared_function_reference: return "undeclared function reference";
        case LoadErrorCode::immutable_global: return "global is immutable";
        case LoadErrorCode::constant_expression_required: return "constant expression required";
        case LoadErrorCode::alignment_too_large: return "alignment must not be larger than natural";
        case LoadErrorCode::limits_min_above_max:
            return "size minimum must not be greater than maximum";
        case LoadErrorCode::memory_too_large: return "memory size must be at most 65536 pages";
        case LoadErrorCode::duplicate_export: return "duplicate export name";
        case LoadErrorCode::bad_start_function: return "start function has parameters or results";
        default: return {};
    }
}

std::string_view unsupported_text(LoadErrorCode code) {
    switch (code) {
        case LoadErrorCode::unsupported_feature: return "unsupported feature";
        case LoadErrorCode::unsupported_import: return "unknown import";
        case LoadErrorCode::import_type_mismatch: return "incompatible import type";
        default: return {};
    }
}

}  // namespace

LoadErrorClass load_error_class(LoadErrorCode code) {
    if (code == LoadErrorCode::limit_exceeded) {
        return LoadErrorClass::limit;
    }
    if (code >= LoadErrorCode::unsupported_feature) {
        return LoadErrorClass::unsupported;
    }
    return code < LoadErrorCode::unknown_type ? LoadErrorClass::malformed : LoadErrorClass::invalid;
}

std::string_view load_error_text(LoadErrorCode code) {
    switch (load_error_class(code)) {
        case LoadErrorClass::malformed: return malformed_text(code);
        case LoadErrorClass::invalid: return invalid_text(code);
        case LoadErrorClass::unsupported: return unsupported_text(code);
        case LoadErrorClass::limit: return "limit exceeded";
    }
    LOCKSTEP_CHECK(false);
}

}  // namespace lockstep::vm
