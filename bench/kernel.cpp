#include "bench/kernel.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "vm/machine/limits.hpp"
#include "vm/machine/start.hpp"
#include "vm/module/decode.hpp"
#include "vm/module/validate.hpp"
#include "vm/program/lowering.hpp"

extern "C" {
std::uint32_t native_fib(std::uint32_t n);
std::uint32_t native_sha256(std::uint32_t n);
std::uint32_t native_sieve(std::uint32_t n);
std::uint32_t native_scatter(std::uint32_t n);
std::uint32_t native_quicksort(std::uint32_t n);
}

namespace lockstep::bench {

const std::array<Kernel, 5>& kernels() {
    static constexpr std::array<Kernel, 5> kKernels{{
        {"fib", native_fib, 27, 10},
        {"sha256", native_sha256, 2'000, 2},
        {"sieve", native_sieve, 400'000, 500},
        {"scatter", native_scatter, 600'000, 500},
        {"quicksort", native_quicksort, 50'000, 200},
    }};
    return kKernels;
}

vm::Program load_kernel(const std::string& name) {
    std::ifstream stream(LOCKSTEP_KERNEL_FOLDER "/" + name + ".wasm", std::ios::binary);
    const std::vector<char> text{std::istreambuf_iterator<char>(stream), {}};
    auto module = vm::decode(Bytes(text.begin(), text.end()));
    auto valid = module ? vm::validate(std::move(*module)) : std::unexpected(module.error());
    auto program = valid ? vm::lower(*valid) : std::unexpected(valid.error());
    if (!program) {
        throw std::runtime_error("kernel " + name + ": " +
                                 std::string(vm::load_error_text(program.error().code)));
    }
    return std::move(*program);
}

vm::MachineState start_kernel(const vm::Program& program, std::uint32_t size) {
    auto state = vm::start(program, {.function = program.exported_functions.at("kernel"),
                                     .arguments = {size},
                                     .input = std::make_shared<Bytes>(),
                                     .gas_limit = Gas(vm::kMaxGasLimit)});
    if (!state) {
        throw std::runtime_error("a kernel takes one i32");
    }
    return std::move(*state);
}

}  // namespace lockstep::bench
