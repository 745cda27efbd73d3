#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace lockstep::cli {

/// What the process exits with (docs/command-line.md).
enum class ExitCode : std::uint8_t {
    success = 0,
    not_proven =
        1,      // verify: the bundle proves nothing, or not what was asked; dispute: no conviction
    usage = 2,  // the command line makes no sense
    refused = 3,      // a file is not what it should be
    environment = 4,  // disk, memory, network, a process
    trapped = 10,     // run without --json: the program trapped
    exit_code = 11,   // run without --json: the program halted with an exit code other than 0
    internal = 70,    // a bug of ours
};

/// Why a command cannot go on; shown by main as "lockstep: FILE: offset N: reason (what was expected)".
class Failure : public std::runtime_error {
public:
    Failure(ExitCode exit_code, const std::string& reason)
        : std::runtime_error(reason), exit_code_(exit_code) {}

    Failure&& in(std::string file) && {
        file_ = std::move(file);
        return std::move(*this);
    }
    Failure&& at(std::uint64_t offset) && {
        offset_ = offset;
        return std::move(*this);
    }
    Failure&& expected(std::string expected) && {
        expected_ = std::move(expected);
        return std::move(*this);
    }

    [[nodiscard]] ExitCode exit_code() const { return exit_code_; }
    [[nodiscard]] const std::string& file() const { return file_; }
    [[nodiscard]] std::optional<std::uint64_t> offset() const { return offset_; }
    [[nodiscard]] const std::string& expected() const { return expected_; }

private:
    ExitCode exit_code_;
    std::string file_;
    std::optional<std::uint64_t> offset_;
    std::string expected_;
};

}  // namespace lockstep::cli
