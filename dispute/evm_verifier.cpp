#include "dispute/evm_verifier.hpp"

#include <utility>

#include "dispute/evm_abi.hpp"

namespace lockstep::dispute {

EvmVerifier EvmVerifier::deploy(ChainClient& chain, ByteView creation_code) {
    const Address account = chain.first_account();
    const Receipt receipt = chain.transact(account, std::nullopt, creation_code);
    if (!receipt.is_success || !receipt.contract) {
        throw ChainError("the verifier could not be deployed");
    }
    return {chain, account, *receipt.contract, receipt.gas_used};
}

std::expected<StateRoot, Revert> EvmVerifier::verify(const StateRoot& pre, ByteView bundle) {
    auto returned = chain_.call(address_, encode_verify_call(pre, bundle));
    if (!returned) {
        return std::unexpected(std::move(returned).error());
    }
    const auto root = decode_verify_return(*returned);
    if (!root) {
        throw ChainError("the verifier returned something else than a root");
    }
    return *root;
}

std::uint64_t EvmVerifier::measure_gas(const StateRoot& pre, ByteView bundle) {
    const Receipt receipt = chain_.transact(account_, address_, encode_verify_call(pre, bundle));
    if (!receipt.is_success) {
        throw ChainError("the transaction to the verifier failed");
    }
    return receipt.gas_used;
}

}  // namespace lockstep::dispute
