#pragma once

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "dispute/step_verifier.hpp"
#include "trace/records.hpp"
#include "trace/witness.hpp"

namespace lockstep::fuzz {

/// What holds of every bundle that proves a step (docs/spec/bundle.md): the state at its front is the
/// one it starts from, and nothing can be added.
inline void check_proof(ByteView bundle, const trace::ProvenStep& proven) {
    ByteReader reader(bundle);
    const auto record = trace::read_record<trace::StateRecord>(reader);
    LOCKSTEP_CHECK(record && trace::hash(*record) == proven.pre.value);
    LOCKSTEP_CHECK(record->status <= 2 && record->steps == proven.step);
    LOCKSTEP_CHECK((record->status == 0) == (proven.opcode != 0));
    LOCKSTEP_CHECK((record->status != 0) == (proven.pre == proven.post));

    Bytes longer(bundle.begin(), bundle.end());
    longer.push_back(0);
    LOCKSTEP_CHECK(!trace::replay_witness(longer));
}

/// Nor is anything of it superfluous; `size` is less than its own.
inline void check_truncation(ByteView bundle, std::size_t size) {
    LOCKSTEP_CHECK(!trace::replay_witness(bundle.first(size)));
}

/// No byte of a bundle can be changed: `forged` differs from one that proves a step from `pre`.
inline void check_forgery(ByteView forged, const StateRoot& pre) {
    LOCKSTEP_CHECK(!dispute::verify_step(pre, forged));
}

}  // namespace lockstep::fuzz
