#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "vm/module/types.hpp"

namespace lockstep::vm {

/// Function types without repetition, in order of first occurrence.
class CanonicalTypes {
public:
    /// The index of the type, which is added where it is new.
    std::uint32_t add(const FunctionType& type);
    /// Those of several types.
    [[nodiscard]] std::vector<std::uint32_t> add_all(const std::vector<FunctionType>& types);

    [[nodiscard]] const std::vector<FunctionType>& types() const { return types_; }

private:
    std::vector<FunctionType> types_;
    std::map<std::string, std::uint32_t> index_of_;
};

}  // namespace lockstep::vm
