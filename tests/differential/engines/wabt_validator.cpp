#include "tests/differential/engines/wabt_validator.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <stdexcept>

#include <sys/wait.h>
#include <unistd.h>
#include <wabt/binary-reader-ir.h>
#include <wabt/error.h>
#include <wabt/ir.h>
#include <wabt/validator.h>

#include "tests/differential/engines/wabt_options.hpp"

namespace lockstep::engines {

namespace {

/// As wasm-validate does.
bool is_valid(const Bytes& wasm) {
    wabt::Errors errors;
    wabt::Module module;
    const wabt::ReadBinaryOptions options = wabt_options();
    return Succeeded(
               wabt::ReadBinaryIr("module", wasm.data(), wasm.size(), options, &errors, &module)) &&
           Succeeded(
               wabt::ValidateModule(&module, &errors, wabt::ValidateOptions(options.features))) &&
           errors.empty();
}

[[noreturn]] void validate_in_child(std::span<const Bytes> modules, int pipe) {
    // What it says when it dies is of no interest.
    (void)std::freopen("/dev/null", "w", stderr);
    for (const Bytes& module : modules) {
        const auto verdict =
            static_cast<std::uint8_t>(is_valid(module) ? WabtVerdict::valid : WabtVerdict::invalid);
        if (::write(pipe, &verdict, 1) != 1) {
            break;
        }
    }
    ::_exit(0);
}

/// Of the first modules, up to one on which wabt dies.
std::vector<WabtVerdict> validate_some(std::span<const Bytes> modules) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) {
        throw std::runtime_error("no pipe");
    }
    const pid_t child = ::fork();
    if (child < 0) {
        throw std::runtime_error("no process");
    }
    if (child == 0) {
        ::close(ends[0]);
        validate_in_child(modules, ends[1]);
    }
    ::close(ends[1]);
    std::vector<WabtVerdict> verdicts;
    std::array<std::uint8_t, 4096> buffer{};
    while (true) {
        const ssize_t count = ::read(ends[0], buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            break;
        }
        for (ssize_t i = 0; i < count; ++i) {
            verdicts.push_back(static_cast<WabtVerdict>(buffer.at(static_cast<std::size_t>(i))));
        }
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    return verdicts;
}

}  // namespace

std::vector<WabtVerdict> validate_with_wabt(std::span<const Bytes> modules) {
    std::vector<WabtVerdict> verdicts;
    while (verdicts.size() < modules.size()) {
        const auto some = validate_some(modules.subspan(verdicts.size()));
        verdicts.insert(verdicts.end(), some.begin(), some.end());
        if (verdicts.size() < modules.size()) {
            verdicts.push_back(WabtVerdict::none);
        }
    }
    return verdicts;
}

}  // namespace lockstep::engines
