#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "dispute/chain_client_http.hpp"

namespace boost::json {
class value;  // NOLINT(readability-identifier-naming): a library's name
}

namespace lockstep::dispute {

using Address = std::array<std::uint8_t, 20>;

/// A call that the contract reverted: not a failure of the node.
struct Revert {
    std::string message;  // as the node has it: it may hold anything
    Bytes data;           // the ABI-encoded error, empty where the node gives none
};

struct Receipt {
    bool is_success = false;
    std::uint64_t gas_used = 0;
    std::optional<Address> contract;  // of a transaction that deployed one
};

/// A client of an Ethereum node's JSON-RPC interface. Throws ChainError where the node cannot be
/// reached, does not answer in time, or answers what it should not.
///
/// Limitations: 1. transactions are signed by the node, from an account that it has unlocked. 2. one
/// connection a request.
class ChainClient {
public:
    ChainClient(Endpoint endpoint, std::chrono::milliseconds time_limit)
        : endpoint_(std::move(endpoint)), time_limit_(time_limit) {}

    /// The first of the accounts that the node has unlocked.
    [[nodiscard]] Address first_account();

    /// Executes a call on the latest state and forgets it.
    [[nodiscard]] std::expected<Bytes, Revert> call(const Address& to, ByteView data);

    /// Sends a transaction, without `to` one that deploys, and waits for its receipt.
    [[nodiscard]] Receipt transact(const Address& from, const std::optional<Address>& to,
                                   ByteView data);

private:
    boost::json::value request(std::string_view method, boost::json::value parameters);
    Receipt wait_for_receipt(const std::string& transaction);

    Endpoint endpoint_;
    std::chrono::milliseconds time_limit_;  // of a request, and of the wait for a receipt
    std::uint64_t next_id_ = 1;
};

}  // namespace lockstep::dispute
