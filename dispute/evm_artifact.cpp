#include "dispute/evm_artifact.hpp"

#include <string>

#include <boost/json.hpp>

#include "base/check.hpp"
#include "base/hex.hpp"

namespace lockstep::dispute {

namespace {

/// The string object[outer][inner], or an empty one.
std::string_view find_text(const boost::json::value& artifact, std::string_view outer,
                           std::string_view inner) {
    if (!artifact.is_object()) {
        return {};
    }
    const boost::json::value* part = artifact.get_object().if_contains(outer);
    if (part == nullptr || !part->is_object()) {
        return {};
    }
    const boost::json::value* text = part->get_object().if_contains(inner);
    if (text == nullptr || !text->is_string()) {
        return {};
    }
    return {text->get_string().data(), text->get_string().size()};
}

/// An even number of digits after 0x are bytes.
std::expected<Bytes, ArtifactError> parse_code(std::string_view text) {
    auto code = bytes_from_hex(text);
    if (!code || code->empty()) {
        return std::unexpected(ArtifactError::no_bytecode);
    }
    return *std::move(code);
}

}  // namespace

std::expected<Bytes, ArtifactError> creation_code_from_artifact(std::string_view json,
                                                                const Method& method) {
    boost::json::error_code error;
    const boost::json::value artifact =
        boost::json::parse({json.data(), json.size()}, error, {}, {.max_depth = 128});
    if (error) {
        return std::unexpected(ArtifactError::not_json);
    }
    LOCKSTEP_TRY(Bytes code, parse_code(find_text(artifact, "bytecode", "object")));
    const std::string selector =
        "0x" + std::string(find_text(artifact, "methodIdentifiers", method.signature));
    const auto bytes = bytes_from_hex(selector);
    if (!bytes || bytes->size() != 4 || load_be<std::uint32_t>(bytes->data()) != method.selector) {
        return std::unexpected(ArtifactError::no_method);
    }
    return code;
}

}  // namespace lockstep::dispute
