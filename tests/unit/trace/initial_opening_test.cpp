#include "trace/initial_opening.hpp"

#include <gtest/gtest.h>

#include "base/byte_reader.hpp"
#include "merkle/multiproof.hpp"
#include "tests/differential/initial_case.hpp"
#include "tests/differential/shadow_root.hpp"
#include "trace/committer.hpp"
#include "trace/execution.hpp"
#include "vm/program/image_encoding.hpp"

namespace lockstep::trace {
namespace {

/// As a contract reads it: the program's hash follows from what is there, and the image from that.
void check_opening(const differential::InitialCase& initial) {
    SCOPED_TRACE(initial.label);
    const Image image(*initial.program);
    const FunctionIndex function = initial.invocation.function;
    const Bytes opening = open_initial(image, function);
    ByteReader reader(opening);
    ImageRecord image_record;
    image_record.code_depth = reader.read<std::uint8_t>().value();
    image_record.code = reader.read_hash().value();
    ProgramRecord program;
    program.functions_depth = reader.read<std::uint8_t>().value();
    program.data_depth = reader.read<std::uint8_t>().value();
    program.elements_depth = reader.read<std::uint8_t>().value();
    program.functions = reader.read_hash().value();
    program.data = reader.read_hash().value();
    program.elements = reader.read_hash().value();
    const auto initial_record = read_record<InitialRecord>(reader);
    ASSERT_TRUE(initial_record.has_value());
    program.initial = hash(*initial_record);
    image_record.program = hash(program);
    EXPECT_EQ(ImageRoot(hash(image_record)), image.root);

    const std::uint64_t leaf = function.value;
    const auto proof = merkle::read_opening(reader, merkle::Shape::plain, program.functions_depth,
                                            std::span(&leaf, 1));
    ASSERT_TRUE(proof.has_value());
    EXPECT_EQ(merkle::root(*proof), program.functions);
    EXPECT_EQ(proof->leaves[0].bytes,
              vm::encode_function(initial.program->functions[function.value]));
    EXPECT_EQ(reader.remaining(), 0U);
}

TEST(InitialOpening, LeadsToTheImage) {
    for (const differential::InitialCase& initial : differential::initial_cases()) {
        check_opening(initial);
    }
}

TEST(InitialOpening, InitialRootsAreThoseOfAFullRehash) {
    for (const differential::InitialCase& initial : differential::initial_cases()) {
        const Image image(*initial.program);
        auto state = vm::start(*initial.program, initial.invocation);
        ASSERT_TRUE(state.has_value()) << initial.label;
        Committer committer(image, *initial.program, *state);
        EXPECT_EQ(committer.root(*state), differential::shadow_root(image.root, *state))
            << initial.label;
    }
}

}  // namespace
}  // namespace lockstep::trace
