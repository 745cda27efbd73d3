#include "bench/worker.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lockstep::bench {

namespace {

/// Starts a command that finds the files as its input, output and error output. Gives the process, 0 where there is none.
pid_t spawn(std::vector<std::string> command, const std::array<int, 3>& files) {
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (std::string& argument : command) {
        arguments.push_back(argument.data());
    }
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    for (int i = 0; i < static_cast<int>(files.size()); ++i) {
        if (files[static_cast<std::size_t>(i)] != i) {
            posix_spawn_file_actions_adddup2(&actions, files[static_cast<std::size_t>(i)], i);
        }
    }
    pid_t process = 0;
    const int error =
        posix_spawnp(&process, arguments.front(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    return error == 0 ? process : 0;
}

int wait_for(pid_t process) {
    int status = 0;
    waitpid(process, &status, 0);
    return status;
}

}  // namespace

Worker::Worker(const std::vector<std::string>& command) : name_(command.front()) {
    // Closed in the process that is spawned: a worker must not hold the end of another's pipe.
    std::array<int, 2> questions{};
    std::array<int, 2> answers{};
    if (pipe2(questions.data(), O_CLOEXEC) != 0 || pipe2(answers.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe to " + name_);
    }
    // A worker that has ended is noticed by the answer that is missing.
    std::signal(SIGPIPE, SIG_IGN);
    process_ = spawn(command, {questions[0], answers[1], STDERR_FILENO});
    close(questions[0]);
    close(answers[1]);
    to_ = fdopen(questions[1], "w");
    from_ = fdopen(answers[0], "r");
    if (process_ == 0) {
        std::fclose(to_);
        std::fclose(from_);
        throw std::runtime_error("cannot run " + name_);
    }
}

Worker::~Worker() {
    std::fclose(to_);
    std::fclose(from_);
    wait_for(process_);
}

std::string Worker::ask(const std::string& line) {
    std::fprintf(to_, "%s\n", line.c_str());
    std::fflush(to_);
    std::array<char, 256> answer{};
    if (std::fgets(answer.data(), answer.size(), from_) == nullptr) {
        throw std::runtime_error(name_ + " has ended without an answer");
    }
    return answer.data();
}

bool succeeds(const std::vector<std::string>& command) {
    const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    const pid_t process = spawn(command, {nowhere, nowhere, nowhere});
    close(nowhere);
    if (process == 0) {
        return false;
    }
    const int status = wait_for(process);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace lockstep::bench
