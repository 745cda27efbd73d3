#include "dispute/step_verifier.hpp"

namespace lockstep::dispute {

std::expected<StateRoot, VerifyError> verify_step(const StateRoot& pre, ByteView bundle) {
    const auto proven = trace::replay_witness(bundle);
    if (!proven) {
        return std::unexpected(proven.error());
    }
    if (proven->pre != pre) {
        return std::unexpected(WrongPre{.proven_from = proven->pre});
    }
    return proven->post;
}

}  // namespace lockstep::dispute
