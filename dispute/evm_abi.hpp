#pragma once

// The little of Ethereum's contract ABI that a call of the verifier needs.
// https://docs.soliditylang.org/en/v0.8.37/abi-spec.html

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/strong.hpp"

namespace lockstep::dispute {

/// The first four bytes of the Keccak-256 hash of "verify(bytes32,bytes)".
inline constexpr std::uint32_t kVerifySelector = 0x258ae582;

/// The data of a call OneStepVerifier.verify(pre, bundle).
[[nodiscard]] Bytes encode_verify_call(const StateRoot& pre, ByteView bundle);

/// The one bytes32 that it returns; nullopt where the data has another length.
[[nodiscard]] std::optional<StateRoot> decode_verify_return(ByteView data);

}  // namespace lockstep::dispute
