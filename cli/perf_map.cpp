#include "cli/perf_map.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/failure.hpp"
#include "cli/text.hpp"

namespace lockstep::cli {

namespace {

/// Of a mangled C++ name rarely more is of use.
constexpr std::size_t kMaxNameCharacters = 200;

bool write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(descriptor, text.data(), text.size());
        if (count < 0 && errno != EINTR) {
            return false;
        }
        text.remove_prefix(count < 0 ? 0 : static_cast<std::size_t>(count));
    }
    return true;
}

}  // namespace

std::string perf_map(std::span<const vm::NativeSymbol> symbols) {
    std::string lines;
    for (const vm::NativeSymbol& symbol : symbols) {
        lines += fmt::format("{:x} {:x} {}\n", symbol.address, symbol.size_bytes,
                             printable(symbol.name, kMaxNameCharacters));
    }
    return lines;
}

void write_perf_map(const vm::Engine& engine) {
    const std::string path = fmt::format("/tmp/perf-{}.map", ::getpid());
    // Anybody may write to the folder: what lies there is not written through, only replaced.
    (void)::unlink(path.c_str());
    const int descriptor =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    const bool is_written =
        descriptor >= 0 && write_all(descriptor, perf_map(engine.native_symbols()));
    const int error_number = errno;
    if (descriptor >= 0) {
        ::close(descriptor);
    }
    if (!is_written) {
        throw Failure(
            ExitCode::environment,
            fmt::format("cannot be written: {}", std::generic_category().message(error_number)))
            .in(path);
    }
}

}  // namespace lockstep::cli
