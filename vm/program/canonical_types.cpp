#include "vm/program/canonical_types.hpp"

#include <map>
#include <string>

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

CanonicalTypes make_canonical(const std::vector<FunctionType>& types) {
    CanonicalTypes canonical;
    canonical.indices.reserve(types.size());
    std::map<std::string, std::uint32_t> index_of;
    for (const FunctionType& type : types) {
        const auto next = static_cast<std::uint32_t>(canonical.types.size());
        const auto [entry, is_new] = index_of.try_emplace(key_of(type), next);
        if (is_new) {
            canonical.types.push_back(type);
        }
        canonical.indices.push_back(entry->second);
    }
    return canonical;
}

}  // namespace lockstep::vm
