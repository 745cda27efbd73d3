#include "vm/program/function_names.hpp"

namespace lockstep::vm {

std::vector<std::string> name_functions(const Module& module) {
    std::vector<std::string> names(module.functions.size());
    for (const FunctionName& entry : module.function_names) {
        names[entry.function_index] = entry.name;
    }
    for (const Export& item : module.exports) {
        if (item.kind == ExternKind::function && names[item.index].empty()) {
            names[item.index] = item.name;
        }
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i].empty()) {
            names[i] = "function[" + std::to_string(i) + "]";
        }
    }
    return names;
}

}  // namespace lockstep::vm
