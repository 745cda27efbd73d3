#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "base/bytes.hpp"
#include "dispute/evm_abi.hpp"

namespace lockstep::dispute {

enum class ArtifactError : std::uint8_t {
    not_json,
    no_bytecode,  // not an artifact of forge, or one with libraries that are not linked
    no_method,    // the contract has no such function, or with another selector
};

/// The creation code of a contract that has `method` from the artifact that forge makes of it: a JSON
/// object whose bytecode.object holds the code and methodIdentifiers the selectors of the functions.
[[nodiscard]] std::expected<Bytes, ArtifactError> creation_code_from_artifact(std::string_view json,
                                                                              const Method& method);

}  // namespace lockstep::dispute
