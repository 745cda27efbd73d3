#include "dispute/chain_client_http.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

namespace lockstep::dispute {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kMaxAnswerBytes = std::uint64_t{1} << 24U;
constexpr std::uint32_t kMaxHeaderBytes = 1U << 14U;

/// One exchange. Only Asio's asynchronous operations can be given up, so each is started and then
/// waited for until the deadline.
class Exchange {
public:
    Exchange(const Endpoint& endpoint, std::chrono::milliseconds time_limit)
        : endpoint_(endpoint), deadline_(Clock::now() + time_limit) {}

    std::string post(std::string_view json) {
        connect();
        send(json);
        return receive();
    }

private:
    void connect() {
        tcp::resolver::results_type addresses;
        wait_for("resolve the host", [&](const auto& done) {
            resolver_.async_resolve(endpoint_.host, endpoint_.port,
                                    [&addresses, done](auto error, auto found) {
                                        addresses = std::move(found);
                                        done(error);
                                    });
        });
        wait_for("connect", [&](const auto& done) {
            asio::async_connect(stream_.socket(), addresses,
                                [done](auto error, const auto& /*endpoint*/) { done(error); });
        });
    }

    void send(std::string_view json) {
        http::request<http::string_body> request(http::verb::post, endpoint_.path, 11);
        request.set(http::field::host, endpoint_.host + ":" + endpoint_.port);
        request.set(http::field::content_type, "application/json");
        request.set(http::field::connection, "close");
        request.body() = json;
        request.prepare_payload();
        wait_for("send", [&](const auto& done) {
            http::async_write(stream_, request, [done](auto error, std::size_t) { done(error); });
        });
    }

    std::string receive() {
        http::response_parser<http::string_body> parser;
        parser.body_limit(kMaxAnswerBytes);
        parser.header_limit(kMaxHeaderBytes);
        wait_for("receive", [&](const auto& done) {
            http::async_read(stream_, buffer_, parser,
                             [done](auto error, std::size_t) { done(error); });
        });
        if (parser.get().result() != http::status::ok) {
            throw ChainError("the node answered with HTTP status " +
                             std::to_string(parser.get().result_int()));
        }
        return std::move(parser.get().body());
    }

    void wait_for(const std::string& action,
                  const std::function<void(std::function<void(beast::error_code)>)>& start) {
        bool is_done = false;
        beast::error_code result;
        start([&](beast::error_code error) {
            is_done = true;
            result = error;
        });
        context_.restart();
        context_.run_until(deadline_);
        if (!is_done) {
            // What was started ends now, and its handler runs while what it refers to still exists.
            resolver_.cancel();
            stream_.close();
            context_.restart();
            context_.run();
            throw ChainError("could not " + action + " in time");
        }
        if (result) {
            throw ChainError("could not " + action + ": " + result.message());
        }
    }

    const Endpoint& endpoint_;
    Clock::time_point deadline_;
    asio::io_context context_;
    tcp::resolver resolver_{context_};
    beast::tcp_stream stream_{context_};
    beast::flat_buffer buffer_;
};

bool is_port(std::string_view text) {
    return !text.empty() && text.size() <= 5 &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }) &&
           std::stoul(std::string(text)) <= 0xFFFF;
}

bool is_plain(char c) {
    return c > ' ' && c < 0x7F && c != '@' && c != '#';
}

}  // namespace

std::optional<Endpoint> parse_endpoint(std::string_view url) {
    constexpr std::string_view kScheme = "http://";
    if (!url.starts_with(kScheme) || !std::ranges::all_of(url, is_plain)) {
        return std::nullopt;
    }
    url.remove_prefix(kScheme.size());
    const std::size_t slash = std::min(url.find('/'), url.size());
    Endpoint endpoint{.host = {}, .port = "80", .path = std::string(url.substr(slash))};
    if (endpoint.path.empty()) {
        endpoint.path = "/";
    }
    std::string_view authority = url.substr(0, slash);
    const bool is_bracketed = authority.starts_with('[');  // an IPv6 address
    const std::size_t host_end =
        is_bracketed ? authority.find(']') : std::min(authority.find(':'), authority.size());
    if (host_end == std::string_view::npos) {
        return std::nullopt;
    }
    endpoint.host = authority.substr(is_bracketed ? 1 : 0, host_end - (is_bracketed ? 1 : 0));
    authority.remove_prefix(host_end + (is_bracketed ? 1 : 0));
    if (!authority.empty()) {
        endpoint.port = authority.substr(1);
        if (authority.front() != ':' || !is_port(endpoint.port)) {
            return std::nullopt;
        }
    }
    return endpoint.host.empty() ? std::nullopt : std::optional(endpoint);
}

std::string post_json(const Endpoint& endpoint, std::string_view json,
                      std::chrono::milliseconds time_limit) {
    return Exchange(endpoint, time_limit).post(json);
}

}  // namespace lockstep::dispute
