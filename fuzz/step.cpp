// Input: choices: a step of the recorded runs, then how its bundle is changed.
//
// Legal outcomes: the bundle proves its step as long as no byte differs, else it is rejected.

#include <array>

#include "fuzz/bundle_checks.hpp"
#include "fuzz/choices.hpp"
#include "fuzz/fuzz_target.hpp"
#include "fuzz/recorded_run.hpp"

namespace lockstep::fuzz {

namespace {

constexpr std::uint64_t kMaxChanges = 4;
constexpr std::size_t kHashBytes = 32;

std::size_t position(Choices& choices, const Bytes& bytes) {
    return bytes.empty() ? 0 : choices.below(bytes.size());
}

/// Changes the bundle at one place; `other` is one of another step.
void change(Bytes& bundle, const Bytes& other, Choices& choices) {
    const auto kind = choices.any<std::uint8_t>() % 7;
    const std::size_t at = position(choices, bundle);
    const auto here = bundle.begin() + static_cast<std::ptrdiff_t>(at);
    const std::size_t length = std::min(kHashBytes, bundle.size() - at);
    const auto end = here + static_cast<std::ptrdiff_t>(length);
    if (bundle.empty() || kind == 0) {
        bundle.insert(here, choices.any<std::uint8_t>());
    } else if (kind == 1) {
        *here ^= static_cast<std::uint8_t>(1U << choices.below(8));
    } else if (kind == 2) {
        *here = choices.any<std::uint8_t>();
    } else if (kind == 3) {
        bundle.erase(here, end);
    } else if (kind == 4) {
        std::fill(here, end, std::uint8_t{0});
    } else if (kind == 5) {
        const std::array<std::uint8_t, kHashBytes> zeros{};
        bundle.insert(here, zeros.begin(), zeros.end());
    } else {
        const std::size_t from = position(choices, other);
        const auto source = ByteView(other).subspan(from);
        std::copy_n(source.begin(), std::min(length, source.size()), here);
    }
}

void check_step(ByteView input) {
    static const std::array runs = {record_run("main"), record_run("trap")};
    Choices choices(input);
    const RecordedRun& run = runs[choices.below(runs.size())];
    const std::uint64_t step = choices.any<std::uint16_t>() % run.bundles.size();
    const Bytes& bundle = run.bundles[step];
    const auto post = dispute::verify_step(run.roots[step], bundle);
    LOCKSTEP_CHECK(post && *post == run.roots[step + 1]);

    Bytes changed = bundle;
    const Bytes& other = run.bundles[choices.any<std::uint16_t>() % run.bundles.size()];
    for (std::uint64_t left = 1 + choices.below(kMaxChanges); left > 0; --left) {
        change(changed, other, choices);
    }
    if (changed != bundle) {
        check_forgery(changed, run.roots[step]);
    }
}

}  // namespace

}  // namespace lockstep::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    lockstep::fuzz::check_step({data, size});
    return 0;
}
