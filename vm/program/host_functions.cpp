#include "vm/program/host_functions.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "base/check.hpp"

namespace lockstep::vm {

namespace {

constexpr std::string_view kHostModule = "lockstep";

/// The parameters are all i32, and so is the result of the one that has one.
struct HostFunction {
    std::string_view name;
    std::string_view signature;
    Opcode opcode;
    std::size_t parameters;
    std::size_t results;
};

constexpr auto kHostFunctions = std::to_array<HostFunction>({
    {"input_size", "() -> i32", Opcode::input_size, 0, 1},
    {"input_read", "(i32, i32, i32) -> ()", Opcode::input_read, 3, 0},
    {"output_write", "(i32, i32) -> ()", Opcode::output_write, 2, 0},
    {"halt", "(i32) -> ()", Opcode::halt, 1, 0},
});

bool has_type(const HostFunction& function, const FunctionType& type) {
    const auto is_i32 = [](ValueType value) { return value == ValueType::i32; };
    return type.parameters.size() == function.parameters &&
           type.results.size() == function.results &&
           std::ranges::all_of(type.parameters, is_i32) &&
           std::ranges::all_of(type.results, is_i32);
}

}  // namespace

Load<std::vector<Opcode>> resolve_imports(const Module& module) {
    std::vector<Opcode> opcodes;
    opcodes.reserve(module.imported_function_count);
    for (std::size_t i = 0; i < module.imports.size(); ++i) {
        const Import& import = module.imports[i];
        const auto* const function =
            std::ranges::find(kHostFunctions, import.name, &HostFunction::name);
        if (import.module != kHostModule || import.kind != ExternKind::function ||
            function == kHostFunctions.end()) {
            return refuse(LoadErrorCode::unsupported_import, import.offset, i);
        }
        if (!has_type(*function, module.function_type(import.index))) {
            return std::unexpected(LoadError{LoadErrorCode::import_type_mismatch, import.offset, i,
                                             function->signature});
        }
        opcodes.push_back(function->opcode);
    }
    LOCKSTEP_CHECK(opcodes.size() == module.imported_function_count);
    return opcodes;
}

}  // namespace lockstep::vm
