// Whoever claims another outcome of a last step than the true one is not believed.

#include <functional>
#include <set>

#include <gtest/gtest.h>

#include "dispute/step_verifier.hpp"
#include "tests/differential/totality/checks.hpp"
#include "tests/differential/totality/starved_run.hpp"

namespace lockstep::differential {
namespace {

/// Whether the bundle shows that the step from the agreed root leads to the claimed one.
bool is_believed(const StateRoot& agreed, ByteView bundle, const StateRoot& claimed) {
    const auto proven = dispute::verify_step(agreed, bundle);
    return proven.has_value() && *proven == claimed;
}

struct Lie {
    std::string name;
    std::function<void(trace::StateRecord& after, const trace::StateRecord& before)> tell;
};

/// What a last step may be said to have come to.
const std::vector<Lie>& lies() {
    using Record = trace::StateRecord;
    static const std::vector<Lie> all{
        {"nothing has happened", [](Record& after, const Record& before) { after = before; }},
        {"the step did not count", [](Record& after, const Record&) { --after.steps; }},
        {"it runs on behind the instruction",
         [](Record& after, const Record& before) {
             after = before;
             ++after.steps;
             ++after.pc;
         }},
        {"it stays at the instruction",
         [](Record& after, const Record& before) {
             after = before;
             ++after.steps;
         }},
        {"it is still running", [](Record& after, const Record&) { after.status = 0; }},
        {"it has halted, not trapped, or the other way round",
         [](Record& after, const Record&) {
             after.status = static_cast<std::uint8_t>(3 - after.status);
         }},
        {"it has another trap or exit code",
         [](Record& after, const Record&) { after.code ^= 1U; }},
        {"one more gas is left", [](Record& after, const Record&) { ++after.gas; }},
        {"one gas less is left", [](Record& after, const Record&) { --after.gas; }},
        {"all gas is gone", [](Record& after, const Record&) { after.gas = after.gas == 0; }},
        {"the pc has moved", [](Record& after, const Record&) { ++after.pc; }},
        {"the values are still there",
         [](Record& after, const Record&) { after.values.bytes[0] ^= 1U; }},
        {"the locals are still there",
         [](Record& after, const Record&) { after.locals.bytes[0] ^= 1U; }},
        {"the callers are still there",
         [](Record& after, const Record&) { after.callers.bytes[0] ^= 1U; }},
        {"it is still in a call", [](Record& after, const Record&) { ++after.call_depth; }},
        {"it still holds slots", [](Record& after, const Record&) { ++after.slots_used; }},
        {"the environment has changed",
         [](Record& after, const Record&) { after.environment.bytes[31] ^= 0x80U; }},
    };
    return all;
}

/// One ending for each opcode and outcome.
std::vector<TotalityCase> different_endings() {
    std::set<std::pair<vm::Opcode, std::uint32_t>> seen;
    std::vector<TotalityCase> chosen;
    const auto choose = [&](const TotalityCase& ending) {
        // Runs that take long are about limits, not about opcodes.
        if (ending.exceeds.empty() && ending.reaches.empty() &&
            seen.emplace(ending.last, ending.code).second) {
            chosen.push_back(ending);
        }
    };
    for (const TotalityCase& ending : all_endings()) {
        choose(ending);
    }
    for (StarvedRun& starved : starved_runs()) {
        starved.ending.output = {};
        choose(starved.ending);
    }
    return chosen;
}

TEST(TotalityLies, AreNotBelieved) {
    for (const TotalityCase& ending : different_endings()) {
        SCOPED_TRACE(ending.label);
        const Walk walked = walk(ending);
        const StateRoot agreed = walked.before.root();
        ASSERT_TRUE(is_believed(agreed, walked.bundle, walked.after.root()));
        for (const Lie& lie : lies()) {
            trace::StateRecord claimed = walked.after.record;
            lie.tell(claimed, walked.before.record);
            if (claimed != walked.after.record) {
                const StateRoot root(trace::hash(claimed));
                EXPECT_FALSE(is_believed(agreed, walked.bundle, root)) << lie.name;
            }
        }
    }
}

/// A state of another status, with another gas and so on has another root: its bundle, as true as it
/// may be, says nothing about the agreed state.
TEST(TotalityLies, AreNotProvenFromOtherStates) {
    for (const TotalityCase& ending : different_endings()) {
        SCOPED_TRACE(ending.label);
        const Walk walked = walk(ending);
        const StateRoot agreed = walked.before.root();
        const auto with_front = [&](const std::function<void(trace::StateRecord&)>& change) {
            trace::StateRecord front = walked.before.record;
            change(front);
            ByteWriter writer;
            trace::append(writer, front);
            Bytes bundle = writer.take();
            bundle.insert(bundle.end(),
                          walked.bundle.begin() + static_cast<std::ptrdiff_t>(bundle.size()),
                          walked.bundle.end());
            return bundle;
        };
        for (const auto& [name, bundle] :
             {std::pair{"more gas", with_front([](auto& r) { ++r.gas; })},
              {"much more gas", with_front([](auto& r) { r.gas += 1'000'000; })},
              {"less gas", with_front([](auto& r) { r.gas -= r.gas == 0 ? 0 : 1; })},
              {"another step", with_front([](auto& r) { ++r.steps; })},
              {"another pc", with_front([](auto& r) { r.pc ^= 1U; })},
              {"trapped already", with_front([](auto& r) { r.status = 2; })},
              {"halted already", with_front([](auto& r) { r.status = 1; })},
              {"shallow", with_front([](auto& r) { r.call_depth = 0; })}}) {
            if (bundle == walked.bundle) {
                continue;
            }
            const auto proven = dispute::verify_step(agreed, bundle);
            EXPECT_FALSE(proven.has_value()) << name;
        }
    }
}

/// The final state has no successor but itself.
TEST(TotalityLies, AboutWhatFollowsAreNotBelieved) {
    for (const TotalityCase& ending : different_endings()) {
        SCOPED_TRACE(ending.label);
        const Walk walked = walk(ending);
        const StateRoot last = walked.after.root();
        ASSERT_TRUE(is_believed(last, walked.fixed_bundle, last));
        for (const Lie& lie : lies()) {
            trace::StateRecord claimed = walked.after.record;
            lie.tell(claimed, walked.before.record);
            const StateRoot root(trace::hash(claimed));
            EXPECT_EQ(is_believed(last, walked.fixed_bundle, root), root == last) << lie.name;
        }
        // The step before is no proof of the step after.
        EXPECT_FALSE(dispute::verify_step(last, walked.bundle).has_value());
        Bytes longer = walked.fixed_bundle;
        longer.push_back(0);
        EXPECT_FALSE(dispute::verify_step(last, longer).has_value());
    }
}

}  // namespace
}  // namespace lockstep::differential
