// Embeds Lockstep: runs a module on an input, proves the step in the middle of the run, and verifies
// the proof as somebody would who has nothing but the state root before the step.
//
// usage: embed PROGRAM.wasm INPUT

#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>

#include "api/lockstep.hpp"
#include "base/hex.hpp"

namespace {

std::optional<lockstep::Bytes> read_file(const char* path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return std::nullopt;
    }
    return lockstep::Bytes(std::istreambuf_iterator<char>(file), {});
}

int prove_middle(lockstep::Run& run) {
    const lockstep::Outcome outcome = run.finish();
    std::cout << "the program "
              << (outcome.status == lockstep::vm::Status::halted ? "halted" : "trapped")
              << " after " << outcome.steps.value << " steps with "
              << lockstep::to_hex(outcome.output) << "\n";

    const lockstep::Step middle(outcome.steps.value / 2);
    const lockstep::Proof proof = run.prove(middle);
    const auto proven = lockstep::verify(run.root(middle), proof.bundle);
    const bool is_proven = proven && *proven == run.root(middle + 1);
    std::cout << "the proof of step " << middle.value << " (" << proof.bundle.size() << " bytes) "
              << (is_proven ? "verifies" : "does not verify") << "\n";
    return is_proven ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: embed PROGRAM.wasm INPUT\n";
        return 2;
    }
    auto wasm = read_file(argv[1]);
    auto input = read_file(argv[2]);
    if (!wasm || !input) {
        std::cerr << "a file cannot be read\n";
        return 1;
    }
    const auto program = lockstep::LoadedProgram::load(*std::move(wasm));
    if (!program) {
        const lockstep::vm::LoadError& error = program.error().error;
        std::cerr << "offset " << error.offset << ": " << load_error_text(error.code) << "\n";
        return 1;
    }
    lockstep::RunOptions options;
    options.input = *std::move(input);
    auto run = lockstep::Run::start(*program, std::move(options));
    if (!run) {
        std::cerr << "the module has no _start without parameters\n";
        return 1;
    }
    return prove_middle(*run);
}
