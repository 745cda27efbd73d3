#include "tests/differential/jit/text_module.hpp"

#include <fstream>
#include <iterator>
#include <memory>

#include "base/check.hpp"
#include "fuzz/load_program.hpp"
#include "vm/machine/start.hpp"

namespace lockstep::jit_test {

vm::Program load_text_module(const std::string& name) {
    std::ifstream file(std::string(LOCKSTEP_JIT_MODULES_DIR) + "/" + name + ".wasm",
                       std::ios::binary);
    const Bytes wasm{std::istreambuf_iterator<char>(file), {}};
    auto program = fuzz::load_program(wasm);
    LOCKSTEP_CHECK(program.has_value());
    return std::move(*program);
}

vm::MachineState start(const vm::Program& program, const std::string& function,
                       const std::vector<std::uint64_t>& arguments, Gas gas_limit) {
    auto input = std::make_shared<Bytes>(300);
    for (std::size_t i = 0; i < input->size(); ++i) {
        (*input)[i] = static_cast<std::uint8_t>(7 * i + 1);
    }
    auto state = vm::start(program, {.function = program.exported_functions.at(function),
                                     .arguments = arguments,
                                     .input = std::move(input),
                                     .gas_limit = gas_limit});
    LOCKSTEP_CHECK(state.has_value());
    return std::move(*state);
}

}  // namespace lockstep::jit_test
