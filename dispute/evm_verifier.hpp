#pragma once

#include <cstdint>
#include <expected>

#include "base/bytes.hpp"
#include "base/strong.hpp"
#include "dispute/chain_client.hpp"

namespace lockstep::dispute {

/// What creates the contracts: of OneStepVerifier without its constructor's argument.
struct VerifierCode {
    Bytes numeric_unit;
    Bytes verifier;
};

/// The contract OneStepVerifier on a chain, and the NumericUnit that it uses. All members throw
/// ChainError where the node fails.
class EvmVerifier {
public:
    /// Deploys both from the node's first account. `chain` must outlive the verifier.
    [[nodiscard]] static EvmVerifier deploy(ChainClient& chain, const VerifierCode& code);

    /// The root after the step from `pre` that the bundle proves, or with what the contract reverted.
    [[nodiscard]] std::expected<StateRoot, Revert> verify(const StateRoot& pre, ByteView bundle);

    /// The same as a transaction: the gas that it takes, calldata and base fee of 21000 included.
    [[nodiscard]] std::uint64_t measure_gas(const StateRoot& pre, ByteView bundle);

    [[nodiscard]] const Address& address() const { return address_; }
    [[nodiscard]] const Address& numeric_unit() const { return numeric_unit_; }
    /// Of both.
    [[nodiscard]] std::uint64_t deployment_gas() const { return deployment_gas_; }

private:
    EvmVerifier(ChainClient& chain, const Address& account, const Address& numeric_unit,
                const Address& address, std::uint64_t deployment_gas)
        : chain_(chain),
          account_(account),
          numeric_unit_(numeric_unit),
          address_(address),
          deployment_gas_(deployment_gas) {}

    ChainClient& chain_;
    Address account_;
    Address numeric_unit_;
    Address address_;
    std::uint64_t deployment_gas_;
};

}  // namespace lockstep::dispute
