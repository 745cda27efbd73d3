#include "vm/program/host_functions.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace lockstep::vm {

namespace {

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

Load<Opcode> find_host_function(const Module& module, std::size_t import) {
    const Import& wanted = module.imports[import];
    const auto* const function =
        std::ranges::find(kHostFunctions, wanted.name, &HostFunction::name);
    if (wanted.kind != ExternKind::function || function == kHostFunctions.end()) {
        return refuse(LoadErrorCode::unsupported_import, wanted.offset, import);
    }
    if (!has_type(*function, module.function_type(wanted.index))) {
        return std::unexpected(LoadError{LoadErrorCode::import_type_mismatch, wanted.offset, import,
                                         function->signature});
    }
    return function->opcode;
}

bool uses_memory(Opcode host_function) {
    return host_function == Opcode::input_read || host_function == Opcode::output_write;
}

}  // namespace lockstep::vm
