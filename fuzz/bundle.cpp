// Input: a proof bundle, or what looks like one.
//
// Legal outcomes: it proves nothing, with an offset within its bytes; or it proves a step from the
// state at its front, and neither a part of it nor more than it does.

#include "fuzz/bundle_checks.hpp"
#include "fuzz/fuzz_target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const lockstep::ByteView bundle(data, size);
    const auto proven = lockstep::trace::replay_witness(bundle);
    if (proven) {
        lockstep::fuzz::check_proof(bundle, *proven);
        for (std::size_t shorter = 0; shorter < size; ++shorter) {
            lockstep::fuzz::check_truncation(bundle, shorter);
        }
    } else {
        LOCKSTEP_CHECK(proven.error().offset <= size);
        LOCKSTEP_CHECK(!lockstep::trace::witness_error_name(proven.error().error).empty());
    }
    return 0;
}
