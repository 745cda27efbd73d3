// bundle.md: multiproofs, and what is rejected.

#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <variant>

#include <gtest/gtest.h>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "dispute/step_verifier.hpp"
#include "merkle/multiproof.hpp"
#include "tests/unit/spec/checks.hpp"
#include "trace/witness.hpp"

namespace lockstep::spec_test {

namespace {

using merkle::ProofError;
using trace::WitnessError;

constexpr std::array<std::pair<std::string_view, ProofError>, 4> kProofErrors{{
    {"truncated", ProofError::truncated},
    {"bad_flag", ProofError::bad_flag},
    {"non_zero_padding", ProofError::non_zero_padding},
    {"non_canonical_sibling", ProofError::non_canonical_sibling},
}};

constexpr std::array<std::pair<std::string_view, WitnessError>, 4> kWitnessErrors{{
    {"truncated", WitnessError::truncated},
    {"trailing_bytes", WitnessError::trailing_bytes},
    {"wrong_values", WitnessError::wrong_values},
    {"wrong_image", WitnessError::wrong_image},
}};

template <typename Errors>
auto error_named(const Errors& errors, std::string_view name) {
    for (const auto& [text, error] : errors) {
        if (text == name) {
            return error;
        }
    }
    throw std::runtime_error("unknown error " + std::string(name));
}

std::expected<merkle::Opening, ProofError> read_proof(const Vector& vector, ByteReader& reader) {
    const auto shape =
        vector.text("shape") == "memory" ? merkle::Shape::memory : merkle::Shape::plain;
    return merkle::read_opening(reader, shape, static_cast<unsigned>(vector.number("depth")),
                                vector.numbers("indices"));
}

void check_multiproof(const Vector& vector) {
    const Bytes proof = vector.bytes("proof");
    ByteReader reader(proof);
    const auto opening = read_proof(vector, reader);
    ASSERT_TRUE(opening.has_value());
    EXPECT_EQ(reader.remaining(), 0U);
    EXPECT_EQ(merkle::root(*opening), vector.hash("root"));
    ByteWriter writer;
    merkle::append_opening(writer, *opening);
    EXPECT_EQ(writer.bytes(), proof);
}

void check_rejected_multiproof(const Vector& vector) {
    const Bytes proof = vector.bytes("proof");
    ByteReader reader(proof);
    const auto opening = read_proof(vector, reader);
    ASSERT_FALSE(opening.has_value());
    EXPECT_EQ(opening.error(), error_named(kProofErrors, vector.text("error")));
}

void check_rejected_bundle(const Vector& vector) {
    const auto proven = dispute::verify_step(StateRoot(vector.hash("pre")), vector.bytes("bundle"));
    ASSERT_FALSE(proven.has_value());
    const auto* const failure = std::get_if<trace::WitnessFailure>(&proven.error());
    ASSERT_NE(failure, nullptr);
    EXPECT_EQ(failure->error, error_named(kWitnessErrors, vector.text("error")));
}

}  // namespace

std::vector<Check> bundle_checks() {
    return {{"multiproof", check_multiproof},
            {"rejected_multiproof", check_rejected_multiproof},
            {"rejected_bundle", check_rejected_bundle}};
}

}  // namespace lockstep::spec_test
