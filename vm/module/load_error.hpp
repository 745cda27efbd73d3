#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>

namespace lockstep::vm {

/// Why a module was refused. The order groups the codes by class.
enum class LoadErrorCode : std::uint8_t {
    // Malformed: not the binary format of a module.
    unexpected_end,
    bad_magic,
    bad_version,
    integer_too_long,
    integer_too_large,
    bad_utf8,
    bad_section_id,
    section_out_of_order,
    section_size_mismatch,
    function_and_code_counts_differ,
    data_count_mismatch,
    data_count_required,
    bad_value_type,
    bad_reference_type,
    bad_function_type,
    bad_limits_flags,
    bad_mutability,
    bad_import_kind,
    bad_export_kind,
    bad_segment_flags,
    bad_element_kind,
    bad_block_type,
    unknown_opcode,
    zero_byte_expected,
    bad_memory_argument,
    misplaced_else,
    code_size_mismatch,

    // Invalid: well-formed, but breaks a validation rule.
    unknown_type,
    unknown_function,
    unknown_table,
    unknown_memory,
    unknown_global,
    unknown_local,
    unknown_label,
    unknown_element_segment,
    unknown_data_segment,
    type_mismatch,
    invalid_result_arity,
    undeclared_function_reference,
    immutable_global,
    constant_expression_required,
    alignment_too_large,
    limits_min_above_max,
    memory_too_large,
    duplicate_export,
    bad_start_function,

    // Well-formed under a proposal or a later version; `name` tells which.
    unsupported_feature,

    // Valid, but can't be lowered. `value` is the import's place in Module::imports, and `name` of a
    // mismatch the signature of the host function.
    unsupported_import,
    import_type_mismatch,

    // Beyond a constant of vm/module/limits.hpp; `name` tells which and `value` its value.
    limit_exceeded,
};

inline constexpr std::size_t kLoadErrorCodeCount =
    static_cast<std::size_t>(LoadErrorCode::limit_exceeded) + 1;

enum class LoadErrorClass : std::uint8_t { malformed, invalid, unsupported, limit };

struct LoadError {
    LoadErrorCode code{};
    /// In the module's bytes, of what is wrong or of the construct that contains it.
    std::size_t offset = 0;
    /// The index, byte or count that is wrong, or the value of the limit; 0 where there is none.
    std::uint64_t value = 0;
    /// The feature or the limit; empty where there is none. Always a string literal.
    std::string_view name;

    bool operator==(const LoadError&) const = default;
};

template <typename T>
using Load = std::expected<T, LoadError>;

[[nodiscard]] inline std::unexpected<LoadError> refuse(LoadErrorCode code, std::size_t offset,
                                                       std::uint64_t value = 0) {
    return std::unexpected(LoadError{code, offset, value, {}});
}

[[nodiscard]] inline std::unexpected<LoadError> refuse_feature(std::string_view name,
                                                               std::size_t offset) {
    return std::unexpected(LoadError{LoadErrorCode::unsupported_feature, offset, 0, name});
}

[[nodiscard]] inline std::unexpected<LoadError> refuse_limit(std::string_view name,
                                                             std::uint64_t limit,
                                                             std::size_t offset) {
    return std::unexpected(LoadError{LoadErrorCode::limit_exceeded, offset, limit, name});
}

[[nodiscard]] LoadErrorClass load_error_class(LoadErrorCode code);

/// A short English phrase for each code: the specification's test suite's own where it has one.
[[nodiscard]] std::string_view load_error_text(LoadErrorCode code);

}  // namespace lockstep::vm
