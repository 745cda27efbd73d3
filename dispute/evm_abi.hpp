#pragma once

// The little of Ethereum's contract ABI that deploying and calling the verifier needs.
// https://docs.soliditylang.org/en/v0.8.37/abi-spec.html

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "base/strong.hpp"
#include "dispute/chain_client.hpp"

namespace lockstep::dispute {

/// A function of a contract. The selector is the first four bytes of the signature's Keccak-256 hash.
struct Method {
    std::string_view signature;
    std::uint32_t selector;
};

/// Of OneStepVerifier.
inline constexpr Method kVerify{"verify(bytes32,bytes)", 0x258ae582};
/// Of NumericUnit.
inline constexpr Method kCompute{"compute(uint16,uint64,uint64)", 0x3cb475e5};

/// What creates a contract whose constructor takes one address.
[[nodiscard]] Bytes encode_creation(ByteView creation_code, const Address& argument);

/// The data of a call OneStepVerifier.verify(pre, bundle).
[[nodiscard]] Bytes encode_verify_call(const StateRoot& pre, ByteView bundle);

/// The one bytes32 that it returns; nullopt where the data has another length.
[[nodiscard]] std::optional<StateRoot> decode_verify_return(ByteView data);

}  // namespace lockstep::dispute
