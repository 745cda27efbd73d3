#include "dispute/chain_client.hpp"

#include <algorithm>
#include <charconv>
#include <thread>
#include <utility>

#include <boost/json.hpp>

#include "base/hex.hpp"

namespace lockstep::dispute {

namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds kReceiptInterval{50};

/// An error that the node reports in its answer.
class RpcError : public ChainError {
public:
    RpcError(const std::string& message, std::optional<Bytes> data)
        : ChainError(message), data_(std::move(data)) {}

    /// What a contract reverted with; nullopt where it is about something else.
    [[nodiscard]] const std::optional<Bytes>& data() const { return data_; }

private:
    std::optional<Bytes> data_;
};

const json::value* member(const json::value& object, std::string_view name) {
    return object.is_object() ? object.get_object().if_contains(name) : nullptr;
}

std::optional<std::string> text_member(const json::value& object, std::string_view name) {
    const json::value* value = member(object, name);
    if (value == nullptr || !value->is_string()) {
        return std::nullopt;
    }
    return std::string(value->get_string().data(), value->get_string().size());
}

[[noreturn]] void fail_on(std::string_view method) {
    throw ChainError("the node's answer to " + std::string(method) + " is not what it should be");
}

/// A geth-like node tells a revert by the code 3, others by the word.
RpcError rpc_error(std::string_view method, const json::value& error) {
    const std::string message = text_member(error, "message").value_or("no message");
    const json::value* code = member(error, "code");
    const bool is_revert = (code != nullptr && code->is_int64() && code->get_int64() == 3) ||
                           message.contains("revert");
    std::optional<Bytes> data;
    if (is_revert) {
        data = bytes_from_hex(text_member(error, "data").value_or("0x")).value_or(Bytes{});
    }
    return {std::string(method) + ": " + message, std::move(data)};
}

std::optional<Address> parse_address(std::string_view text) {
    const auto bytes = bytes_from_hex(text);
    Address address{};
    if (!bytes || bytes->size() != address.size()) {
        return std::nullopt;
    }
    std::ranges::copy(*bytes, address.begin());
    return address;
}

/// A number as 0x and as few digits as it needs.
std::optional<std::uint64_t> parse_quantity(std::string_view text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    if (!text.starts_with("0x") || text.size() == 2) {
        return std::nullopt;
    }
    const auto [stop, error] = std::from_chars(text.data() + 2, end, number, 16);
    if (error != std::errc{} || stop != end) {
        return std::nullopt;
    }
    return number;
}

Receipt parse_receipt(const json::value& receipt) {
    constexpr std::string_view kMethod = "eth_getTransactionReceipt";
    const auto status = parse_quantity(text_member(receipt, "status").value_or(""));
    const auto gas_used = parse_quantity(text_member(receipt, "gasUsed").value_or(""));
    if (!status || !gas_used) {
        fail_on(kMethod);
    }
    Receipt parsed{.is_success = *status == 1, .gas_used = *gas_used, .contract = std::nullopt};
    if (const auto contract = text_member(receipt, "contractAddress")) {
        parsed.contract = parse_address(*contract);
    }
    return parsed;
}

}  // namespace

json::value ChainClient::request(std::string_view method, json::value parameters) {
    const std::string body = json::serialize(json::object{{"jsonrpc", "2.0"},
                                                          {"id", next_id_++},
                                                          {"method", json::string(method)},
                                                          {"params", std::move(parameters)}});
    const std::string answer = post_json(endpoint_, body, time_limit_);
    json::error_code parse_error;
    const json::value parsed = json::parse(answer, parse_error);
    if (parse_error || !parsed.is_object()) {
        fail_on(method);
    }
    if (const json::value* error = member(parsed, "error"); error != nullptr && !error->is_null()) {
        throw rpc_error(method, *error);
    }
    const json::value* result = member(parsed, "result");
    if (result == nullptr) {
        fail_on(method);
    }
    return *result;
}

Address ChainClient::first_account() {
    const json::value accounts = request("eth_accounts", json::array{});
    if (!accounts.is_array()) {
        fail_on("eth_accounts");
    }
    if (accounts.get_array().empty()) {
        throw ChainError("the node has unlocked no account to send transactions from");
    }
    const json::value& first = accounts.get_array().front();
    const auto address =
        first.is_string() ? parse_address(std::string_view(first.get_string())) : std::nullopt;
    if (!address) {
        fail_on("eth_accounts");
    }
    return *address;
}

std::expected<Bytes, Revert> ChainClient::call(const Address& to, ByteView data) {
    constexpr std::string_view kMethod = "eth_call";
    const json::object transaction{{"to", to_hex(to)}, {"data", to_hex(data)}};
    try {
        const json::value result = request(kMethod, json::array{transaction, "latest"});
        auto bytes = result.is_string() ? bytes_from_hex(std::string_view(result.get_string()))
                                        : std::nullopt;
        if (!bytes) {
            fail_on(kMethod);
        }
        return *std::move(bytes);
    } catch (const RpcError& error) {
        if (!error.data()) {
            throw;
        }
        return std::unexpected(Revert{.message = error.what(), .data = *error.data()});
    }
}

Receipt ChainClient::transact(const Address& from, const std::optional<Address>& to,
                              ByteView data) {
    constexpr std::string_view kMethod = "eth_sendTransaction";
    json::object transaction{{"from", to_hex(from)}, {"data", to_hex(data)}};
    if (to) {
        transaction["to"] = to_hex(*to);
    }
    const json::value hash = request(kMethod, json::array{std::move(transaction)});
    if (!hash.is_string() || !hash_from_hex(std::string_view(hash.get_string()))) {
        fail_on(kMethod);
    }
    return wait_for_receipt(std::string(hash.get_string()));
}

Receipt ChainClient::wait_for_receipt(const std::string& transaction) {
    const auto deadline = std::chrono::steady_clock::now() + time_limit_;
    while (true) {
        const json::value receipt =
            request("eth_getTransactionReceipt", json::array{json::string(transaction)});
        if (!receipt.is_null()) {
            return parse_receipt(receipt);
        }
        if (std::chrono::steady_clock::now() > deadline) {
            throw ChainError("the transaction " + transaction + " was not executed in time");
        }
        std::this_thread::sleep_for(kReceiptInterval);
    }
}

}  // namespace lockstep::dispute
