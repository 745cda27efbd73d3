#include "tests/programs/native_process.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <vector>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/programs/application_run.hpp"

namespace lockstep::programs {

namespace {

/// What the sanitizers exit with; no guest halts with it.
constexpr int kSanitizerCode = 99;

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File temporary_file() {
    File file(std::tmpfile(), std::fclose);
    if (!file) {
        throw std::runtime_error("cannot make a temporary file");
    }
    return file;
}

File file_of(const Bytes& bytes) {
    File file = temporary_file();
    if (std::fwrite(bytes.data(), 1, bytes.size(), file.get()) != bytes.size() ||
        std::fflush(file.get()) != 0 || std::fseek(file.get(), 0, SEEK_SET) != 0) {
        throw std::runtime_error("cannot write a temporary file");
    }
    return file;
}

Bytes contents_of(const File& file) {
    if (std::fseek(file.get(), 0, SEEK_SET) != 0) {
        throw std::runtime_error("cannot read a temporary file");
    }
    Bytes bytes;
    std::array<std::uint8_t, 65536> part{};
    while (const std::size_t count = std::fread(part.data(), 1, part.size(), file.get())) {
        bytes.insert(bytes.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(count));
    }
    return bytes;
}

/// The wait status of the finished process.
int run_process(std::vector<std::string> words, const File& input, const File& output) {
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    // What is wrong with memory is no trap: the sanitizer must not end the process by a signal, and
    // must leave those alone that traps are.
    std::string options = "ASAN_OPTIONS=exitcode=" + std::to_string(kSanitizerCode) +
                          ":detect_leaks=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0";
    std::string more = "UBSAN_OPTIONS=exitcode=" + std::to_string(kSanitizerCode);
    const std::array<char*, 3> environment{options.data(), more.data(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fileno(input.get()), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, fileno(output.get()), STDOUT_FILENO);
    pid_t process = 0;
    const int error = posix_spawn(&process, words.front().c_str(), &actions, nullptr,
                                  arguments.data(), environment.data());
    posix_spawn_file_actions_destroy(&actions);
    int status = 0;
    if (error != 0 || waitpid(process, &status, 0) != process) {
        throw std::runtime_error("cannot run " + words.front());
    }
    return status;
}

}  // namespace

NativeOutcome run_natively(const std::string& application, const Bytes& input) {
    std::vector<std::string> words{LOCKSTEP_NATIVE_PROGRAMS_DIR "/" + application};
    const auto found = std::ranges::find(applications(), application, &Application::name);
    if (found != applications().end() && found->language == "AssemblyScript") {
        words = {LOCKSTEP_NODE, LOCKSTEP_SOURCE_DIR "/tests/programs/assemblyscript/host.mjs",
                 LOCKSTEP_GUEST_PROGRAMS_DIR "/" + application + ".wasm"};
    }
    const File from = file_of(input);
    const File to = temporary_file();
    const int status = run_process(words, from, to);
    if (WIFSIGNALED(status)) {
        return {.is_trapped = true, .code = 0, .output = {}};
    }
    const int code = WEXITSTATUS(status);
    if (code == kSanitizerCode) {
        throw std::runtime_error(application + ": a sanitizer has ended its native build");
    }
    return {
        .is_trapped = false, .code = static_cast<std::uint32_t>(code), .output = contents_of(to)};
}

}  // namespace lockstep::programs
