#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>

#include "base/bytes.hpp"
#include "base/strong.hpp"
#include "dispute/evm_verifier.hpp"

namespace lockstep::cli {

struct EvmOptions {
    std::string rpc_url;  // empty: a node of our own
    std::chrono::milliseconds time_limit{30'000};
};

/// What OneStepVerifier says on a chain.
struct EvmVerdict {
    std::string contract;  // its address
    std::string numeric_unit;
    std::uint64_t deployment_gas = 0;  // of both contracts
    std::expected<StateRoot, dispute::Revert> post;
    std::uint64_t gas_used = 0;  // of a transaction with the bundle; 0 where it reverts
};

/// What is needed to ask the contract, found and checked before the work that comes first.
struct EvmSetup {
    EvmOptions options;
    dispute::VerifierCode code;
};

/// Reads the contracts' artifacts. Throws Failure, also where the node's address is none.
[[nodiscard]] EvmSetup prepare_evm(const EvmOptions& options);

/// Starts a node where none is named, deploys the contracts and lets them verify the bundle. Throws
/// Failure.
[[nodiscard]] EvmVerdict verify_on_evm(const EvmSetup& setup, const StateRoot& pre,
                                       ByteView bundle);

}  // namespace lockstep::cli
