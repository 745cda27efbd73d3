#include "vm/module/module.hpp"

#include <algorithm>

namespace lockstep::vm {

std::optional<ValueType> local_type(const FunctionType& type, const Code& code,
                                    std::uint32_t index) {
    const std::size_t parameter_count = type.parameters.size();
    if (index < parameter_count) {
        return type.parameters[index];
    }
    const std::size_t local = index - parameter_count;
    if (local >= code.local_count) {
        return std::nullopt;
    }
    // The last run that begins at or before the local.
    const auto after = std::ranges::upper_bound(code.locals, local, {}, &LocalRun::first);
    return std::prev(after)->type;
}

std::string_view function_name(const Module& module, std::uint32_t index) {
    const auto& names = module.function_names;
    const auto found = std::ranges::lower_bound(names, index, {}, &FunctionName::function_index);
    return found != names.end() && found->function_index == index ? found->name
                                                                  : std::string_view();
}

}  // namespace lockstep::vm
