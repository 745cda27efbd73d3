#include "vm/program/canonical_types.hpp"
namespace lockstep::vm {

namespace {

/// Equal for equal types, and for no others.
std::string key_of(const FunctionType& type) {
    std::string key;
    key.reserve(type.parameters.size() + type.results.size() + 1);
    for (const ValueType parameter : type.parameters) {
        key.push_back(static_cast<char>(parameter));
    }
    key.push_back('\0');
    for (const ValueType result : type.results) {
        key.push_back(static_cast<char>(result));
    }
    return key;
}

}  // namespace

std::uint32_t CanonicalTypes::add(const FunctionType& type) {
    const auto next = static_cast<std::uint32_t>(types_.size());
    const auto [entry, is_new] = index_of_.try_emplace(key_of(type), next);
    if (is_new) {
        types_.push_back(type);
    }
    return entry->second;
}

std::vector<std::uint32_t> CanonicalTypes::add_all(const std::vector<FunctionType>& types) {
    std::vector<std::uint32_t> indices;
    indices.reserve(types.size());
    for (const FunctionType& type : types) {
        indices.push_back(add(type));
    }
    return indices;
}

}  // namespace lockstep::vm
