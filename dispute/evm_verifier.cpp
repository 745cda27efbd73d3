#include "dispute/evm_verifier.hpp"

#include <string>
#include <utility>

#include "dispute/evm_abi.hpp"

namespace lockstep::dispute {

namespace {

struct Deployment {
    Address address;
    std::uint64_t gas_used;
};

Deployment deploy_contract(ChainClient& chain, const Address& account, ByteView creation,
                           const std::string& what) {
    const Receipt receipt = chain.transact(account, std::nullopt, creation);
    if (!receipt.is_success || !receipt.contract) {
        throw ChainError("the " + what + " could not be deployed");
    }
    return {.address = *receipt.contract, .gas_used = receipt.gas_used};
}

}  // namespace

EvmVerifier EvmVerifier::deploy(ChainClient& chain, const VerifierCode& code) {
    const Address account = chain.first_account();
    const Deployment unit = deploy_contract(chain, account, code.numeric_unit, "numeric unit");
    const Bytes creation = encode_creation(code.verifier, unit.address);
    const Deployment verifier = deploy_contract(chain, account, creation, "verifier");
    return {chain, account, unit.address, verifier.address, unit.gas_used + verifier.gas_used};
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
