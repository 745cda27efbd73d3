#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace lockstep::dispute {

/// The node, or the way to it, failed.
class ChainError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Where a node listens.
struct Endpoint {
    std::string host;
    std::string port;
    std::string path;
};

/// From "http://host[:port][/path]"; nullopt where the text is something else, https included.
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view url);

/// Sends a JSON text by HTTP and gives the body of the answer. Throws ChainError where that takes
/// longer than the limit, the status is not 200, or the answer is longer than 16 MiB.
[[nodiscard]] std::string post_json(const Endpoint& endpoint, std::string_view json,
                                    std::chrono::milliseconds time_limit);

}  // namespace lockstep::dispute
