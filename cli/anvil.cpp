#include "cli/anvil.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/failure.hpp"

namespace lockstep::cli {

namespace {

constexpr std::chrono::milliseconds kInterval{20};
constexpr std::size_t kMaxLogBytes = std::size_t{1} << 16U;
constexpr std::string_view kListening = "Listening on 127.0.0.1:";

Failure failure(const std::string& program, const std::string& reason) {
    return Failure(ExitCode::environment, reason).in(program);
}

std::string error_text(int error) {
    return std::generic_category().message(error);
}

/// The rules of Ethereum's main chain, by which transactions pay for their gas.
constexpr const char* kHardfork = "osaka";

/// In the child; does not return.
[[noreturn]] void execute(const std::string& program, int log, pid_t parent) {
    // The child must not outlive a parent that is killed, not even one that is already gone.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int nothing = ::open("/dev/null", O_RDONLY);
    if (::getppid() != parent || nothing < 0 || ::dup2(nothing, STDIN_FILENO) < 0 ||
        ::dup2(log, STDOUT_FILENO) < 0 || ::dup2(log, STDERR_FILENO) < 0) {
        ::_exit(126);
    }
    std::array<std::string, 9> words{program,      "--host", "127.0.0.1",  "--port", "0",
                                     "--accounts", "1",      "--hardfork", kHardfork};
    std::array<char*, words.size() + 1> arguments{};
    for (std::size_t i = 0; i < words.size(); ++i) {
        arguments.at(i) = words.at(i).data();
    }
    ::execv(program.c_str(), arguments.data());
    ::_exit(127);
}

/// The digits behind "Listening on ..." once the line is complete; else empty.
std::string find_port(const std::string& log) {
    const std::size_t begin = log.find(kListening);
    if (begin == std::string::npos) {
        return {};
    }
    const std::size_t end = log.find_first_not_of("0123456789", begin + kListening.size());
    return end == std::string::npos
               ? std::string()
               : log.substr(begin + kListening.size(), end - begin - kListening.size());
}

std::string last_line(std::string text) {
    text.erase(text.find_last_not_of(" \n") + 1);
    return text.substr(text.rfind('\n') + 1);
}

}  // namespace

Anvil::Anvil(const std::string& program, std::chrono::milliseconds time_limit) {
    if (::access(program.c_str(), X_OK) != 0) {
        throw failure(program, "cannot be executed: " + error_text(errno))
            .expected("anvil, which scripts/setup installs, or one named by LOCKSTEP_ANVIL");
    }
    const auto deadline = std::chrono::steady_clock::now() + time_limit;
    start(program);
    while (port_.empty()) {
        const bool is_over = has_exited();
        const bool is_late = std::chrono::steady_clock::now() > deadline;
        port_ = find_port(log());
        if (port_.empty() && (is_over || is_late)) {
            const std::string line = last_line(log());
            stop();
            throw failure(program, (is_over ? "ended before it listened: " : "does not listen: ") +
                                       (line.empty() ? "it printed nothing" : line))
                .expected(std::string(kListening) + "PORT");
        }
        if (port_.empty()) {
            std::this_thread::sleep_for(kInterval);
        }
    }
}

Anvil::~Anvil() {
    stop();
}

void Anvil::start(const std::string& program) {
    log_ = ::memfd_create("anvil", MFD_CLOEXEC);
    if (log_ < 0) {
        throw failure(program, "has nowhere to print: " + error_text(errno));
    }
    const pid_t parent = ::getpid();
    process_ = ::fork();
    if (process_ == 0) {
        execute(program, log_, parent);
    }
    if (process_ < 0) {
        const int error = errno;
        ::close(std::exchange(log_, -1));
        throw failure(program, "cannot be started: " + error_text(error));
    }
}

void Anvil::stop() {
    if (process_ > 0) {
        ::kill(process_, SIGKILL);
        while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
        }
        process_ = -1;
    }
    if (log_ >= 0) {
        ::close(std::exchange(log_, -1));
    }
}

std::string Anvil::log() const {
    std::string text(kMaxLogBytes, '\0');
    const ssize_t size = ::pread(log_, text.data(), text.size(), 0);
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
}

bool Anvil::has_exited() {
    if (process_ > 0 && ::waitpid(process_, nullptr, WNOHANG) == process_) {
        process_ = -1;
    }
    return process_ < 0;
}

}  // namespace lockstep::cli
