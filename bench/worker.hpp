#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include <sys/types.h>

namespace lockstep::bench {

/// A process that answers every line with a line, and ends when there are no more.
class Worker {
public:
    /// The program is searched for in PATH. Throws std::runtime_error.
    explicit Worker(const std::vector<std::string>& command);
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker();

    /// Throws std::runtime_error where the process has ended instead.
    [[nodiscard]] std::string ask(const std::string& line);

private:
    std::string name_;
    pid_t process_ = 0;
    std::FILE* to_ = nullptr;
    std::FILE* from_ = nullptr;
};

/// Whether a command exists and ends with exit code 0. It prints to nowhere.
[[nodiscard]] bool succeeds(const std::vector<std::string>& command);

}  // namespace lockstep::bench
