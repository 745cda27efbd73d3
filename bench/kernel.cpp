#include "bench/kernel.hpp"

#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>
#include <vector>

#include "vm/machine/limits.hpp"
#include "vm/machine/start.hpp"
#include "vm/module/decode.hpp"
#include "vm/module/validate.hpp"
#include "vm/program/lowering.hpp"

namespace lockstep::bench {

std::span<const Kernel> kernels() {
    static constexpr auto kKernels = std::to_array<Kernel>({
        {"fib", 35, 12},
        {"queens", 12, 6},
        {"callind", 6'000'000, 500},
        {"vmswitch", 5'000, 10},
        {"sha256", 50'000, 3},
        {"blake2b", 70'000, 3},
        {"keccak", 25'000, 2},
        {"bigmul", 4'000, 2},
        {"crc32", 60, 1},
        {"base64", 150, 1},
        {"lz", 500'000, 1'000},
        {"hashtable", 150'000, 200},
        {"quicksort", 150'000, 300},
        {"sieve", 2'000'000, 2'000},
        {"scatter", 5'000'000, 1'000},
        {"matmul_i64", 220, 10},
        {"matmul_f64", 250, 10},
        {"nbody", 200'000, 50},
        {"mandelbrot", 400, 10},
    });
    return kKernels;
}

std::string kernel_file(const std::string& name, const std::string& extension) {
    return LOCKSTEP_KERNEL_FOLDER "/" + name + extension;
}

Bytes read_kernel(const std::string& name) {
    std::ifstream stream(kernel_file(name, ".wasm"), std::ios::binary);
    const std::vector<char> text{std::istreambuf_iterator<char>(stream), {}};
    return {text.begin(), text.end()};
}

vm::Program load_program(Bytes wasm) {
    auto module = vm::decode(std::move(wasm));
    auto valid = module ? vm::validate(std::move(*module)) : std::unexpected(module.error());
    auto program = valid ? vm::lower(*valid) : std::unexpected(valid.error());
    if (!program) {
        throw std::runtime_error("a module does not load: " +
                                 std::string(vm::load_error_text(program.error().code)));
    }
    return std::move(*program);
}

vm::Program load_kernel(const std::string& name) {
    return load_program(read_kernel(name));
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
