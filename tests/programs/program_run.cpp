#include "tests/programs/program_run.hpp"

#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>

#include "vm/module/decode.hpp"
#include "vm/module/validate.hpp"
#include "vm/program/lowering.hpp"

namespace lockstep::programs {

namespace {

constexpr std::uint64_t kGasLimit = 10'000'000;

Bytes read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw std::runtime_error("cannot read " + path);
    }
    return {std::istreambuf_iterator<char>(file), {}};
}

vm::Program lower_file(const std::string& path) {
    auto module = vm::decode(read_file(path));
    if (!module) {
        throw std::runtime_error(path + ": malformed");
    }
    auto valid = vm::validate(std::move(*module));
    if (!valid) {
        throw std::runtime_error(path + ": invalid");
    }
    auto program = vm::lower(*valid);
    if (!program) {
        throw std::runtime_error(path + ": cannot be lowered");
    }
    return std::move(*program);
}

}  // namespace

std::shared_ptr<const vm::Program> load_program(const std::string& name) {
    static std::map<std::string, std::shared_ptr<const vm::Program>> loaded;
    auto& program = loaded[name];
    if (!program) {
        program = std::make_shared<const vm::Program>(
            lower_file(LOCKSTEP_GUEST_PROGRAMS_DIR "/" + name + ".wasm"));
    }
    return program;
}

ProgramRuns all_runs() {
    ProgramRuns runs = c_runs();
    ProgramRuns text = text_runs();
    runs.insert(runs.end(), std::make_move_iterator(text.begin()),
                std::make_move_iterator(text.end()));
    return runs;
}

vm::MachineState initial_state(const ProgramRun& run) {
    auto state = vm::start(*run.program, run.invocation);
    if (!state) {
        throw std::runtime_error(run.label + ": does not start");
    }
    return std::move(*state);
}

Call::Call(const std::string& program, const std::string& function, std::string_view detail) {
    run_.label = program + "/" + function + "/" + std::string(detail);
    run_.program = load_program(program);
    run_.invocation = {.function = run_.program->exported_functions.at(function),
                       .arguments = {},
                       .input = std::make_shared<const Bytes>(),
                       .gas_limit = Gas(kGasLimit)};
}

Call& Call::arguments(const std::vector<std::uint64_t>& slots) {
    run_.invocation.arguments = slots;
    return *this;
}

Call& Call::input(const Bytes& bytes) {
    run_.invocation.input = std::make_shared<const Bytes>(bytes);
    return *this;
}

Call& Call::input(std::string_view text) {
    return input(to_bytes(text));
}

Call& Call::gas(std::uint64_t limit) {
    run_.invocation.gas_limit = Gas(limit);
    return *this;
}

ProgramRun Call::returns(const std::vector<std::uint64_t>& results) {
    run_.results = results;
    return run_;
}

ProgramRun Call::writes(const Bytes& output) {
    run_.output = output;
    return run_;
}

ProgramRun Call::halts(std::uint32_t code, const Bytes& output) {
    run_.code = code;
    run_.output = output;
    return run_;
}

ProgramRun Call::traps(vm::Trap trap) {
    run_.status = vm::Status::trapped;
    run_.code = static_cast<std::uint32_t>(trap);
    return run_;
}

Bytes to_bytes(std::string_view text) {
    return {text.begin(), text.end()};
}

}  // namespace lockstep::programs
