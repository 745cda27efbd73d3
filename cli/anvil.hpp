#pragma once

#include <chrono>
#include <string>

#include <sys/types.h>

namespace lockstep::cli {

/// A private Ethereum node on a free loopback port, for as long as the object lives. It is killed at
/// the end, and by the kernel where this process ends without its destructors.
class Anvil {
public:
    /// Starts the program and waits until it listens. Throws Failure.
    Anvil(const std::string& program, std::chrono::milliseconds time_limit);
    Anvil(const Anvil&) = delete;
    Anvil(Anvil&&) = delete;
    Anvil& operator=(const Anvil&) = delete;
    Anvil& operator=(Anvil&&) = delete;
    ~Anvil();

    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + port_; }

private:
    void start(const std::string& program);
    void stop();
    [[nodiscard]] std::string log() const;
    [[nodiscard]] bool has_exited();

    int log_ = -1;  // an anonymous file: unlike a pipe it never fills up
    pid_t process_ = -1;
    std::string port_;
};

}  // namespace lockstep::cli
