#include "tests/differential/totality/ending.hpp"

#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <stdexcept>

namespace lockstep::differential {

namespace {

constexpr std::uint64_t kAmpleGas = 100'000'000;

Bytes read_module(const std::string& name) {
    const std::string path = LOCKSTEP_TOTALITY_DIR "/" + name + ".wasm";
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw std::runtime_error("cannot read " + path);
    }
    return {std::istreambuf_iterator<char>(file), {}};
}

LoadedProgram or_throw(std::expected<LoadedProgram, LoadFailure> program) {
    if (!program) {
        throw std::runtime_error(std::string(vm::load_error_text(program.error().error.code)));
    }
    return std::move(*program);
}

}  // namespace

Ending::Ending(const std::string& program, const std::string& function, const std::string& detail)
    : Ending(program + "/" + function + "/" + detail, totality_program(program), function) {}

Ending::Ending(std::string label, LoadedProgram program, const std::string& function)
    : made_{.label = std::move(label),
            .program = std::move(program),
            .invocation = {},
            .last = vm::Opcode::return_,
            .status = vm::Status::halted,
            .code = 0,
            .values = {},
            .gas_left = {},
            .steps = {},
            .output = {},
            .memories = {},
            .tables = {},
            .reaches = {},
            .exceeds = {}} {
    made_.invocation = {.function = made_.program.program().exported_functions.at(function),
                        .arguments = {},
                        .input = std::make_shared<const Bytes>(),
                        .gas_limit = Gas(kAmpleGas)};
}

Ending& Ending::arguments(const std::vector<std::uint64_t>& slots) {
    made_.invocation.arguments = slots;
    return *this;
}

Ending& Ending::input(const Bytes& bytes) {
    made_.invocation.input = std::make_shared<const Bytes>(bytes);
    return *this;
}

Ending& Ending::gas(std::uint64_t limit) {
    made_.invocation.gas_limit = Gas(limit);
    return *this;
}

Ending& Ending::gas_left(std::uint64_t gas) {
    made_.gas_left = gas;
    return *this;
}

Ending& Ending::after_steps(std::uint64_t steps) {
    made_.steps = steps;
    return *this;
}

Ending& Ending::output(const Bytes& bytes) {
    made_.output = bytes;
    return *this;
}

Ending& Ending::memory(std::uint64_t address, const Bytes& bytes) {
    return memory(0, address, bytes);
}

Ending& Ending::memory(std::uint32_t memory, std::uint64_t address, const Bytes& bytes) {
    made_.memories.push_back({.memory = memory, .address = address, .bytes = bytes});
    return *this;
}

Ending& Ending::table(std::uint32_t table, const std::vector<std::uint64_t>& slots) {
    made_.tables.emplace_back(table, slots);
    return *this;
}

Ending& Ending::reaches(const std::string& limit) {
    made_.reaches.push_back(limit);
    return *this;
}

Ending& Ending::exceeds(const std::string& limit) {
    made_.exceeds.push_back(limit);
    return *this;
}

TotalityCase Ending::traps(vm::Opcode last, vm::Trap trap) {
    made_.last = last;
    made_.status = vm::Status::trapped;
    made_.code = static_cast<std::uint32_t>(trap);
    return made_;
}

TotalityCase Ending::halts(std::uint32_t code) {
    made_.last = vm::Opcode::halt;
    made_.code = code;
    return made_;
}

TotalityCase Ending::returns(const std::vector<std::uint64_t>& results) {
    made_.last = vm::Opcode::return_;
    made_.values = results;
    return made_;
}

LoadedProgram load_or_throw(Bytes wasm) {
    return or_throw(LoadedProgram::load(std::move(wasm)));
}

LoadedProgram linked_program(const std::string& library, const std::string& name) {
    return or_throw(LoadedProgram::load({{.name = "library", .wasm = read_module(library)}},
                                        read_module(name)));
}

const LoadedProgram& totality_program(const std::string& name) {
    static std::map<std::string, LoadedProgram> loaded;
    auto found = loaded.find(name);
    if (found == loaded.end()) {
        found = loaded.emplace(name, load_or_throw(read_module(name))).first;
    }
    return found->second;
}

vm::MachineState initial_state(const TotalityCase& ending) {
    auto state = vm::start(ending.program.program(), ending.invocation);
    if (!state) {
        throw std::runtime_error(ending.label + ": does not start");
    }
    return std::move(*state);
}

const TotalityCases& all_endings() {
    static const TotalityCases all = [] {
        TotalityCases endings;
        for (auto* const family : {arithmetic_endings, access_endings, bulk_endings, table_endings,
                                   call_endings, host_endings, growth_endings, linked_endings}) {
            TotalityCases some = family();
            endings.insert(endings.end(), std::make_move_iterator(some.begin()),
                           std::make_move_iterator(some.end()));
        }
        return endings;
    }();
    return all;
}

}  // namespace lockstep::differential
