#include "trace/witness.hpp"

#include <set>

#include <gtest/gtest.h>

#include "base/byte_writer.hpp"
#include "merkle/multiproof.hpp"
#include "tests/differential/recording.hpp"
#include "tests/differential/step_case.hpp"
#include "trace/records.hpp"

namespace lockstep::trace {
namespace {

using differential::Scenario;

void expect_failure(ByteView witness, WitnessError error, std::size_t offset) {
    const auto proven = replay_witness(witness);
    ASSERT_FALSE(proven.has_value());
    EXPECT_EQ(witness_error_name(proven.error().error), witness_error_name(error));
    EXPECT_EQ(proven.error().offset, offset);
}

/// The record of a machine that runs an image at a pc, and is zero otherwise.
StateRecord record_with(const Hash256& image, std::uint32_t pc, std::uint8_t status = 0) {
    StateRecord record;
    record.image = image;
    record.pc = pc;
    record.status = status;
    return record;
}

TEST(Witness, ErrorNamesAreDistinct) {
    std::set<std::string_view> names;
    for (int error = 0; error <= static_cast<int>(WitnessError::bad_flag); ++error) {
        names.insert(witness_error_name(static_cast<WitnessError>(error)));
    }
    EXPECT_EQ(names.size(), static_cast<std::size_t>(WitnessError::bad_flag) + 1);
    EXPECT_FALSE(names.contains("unknown"));
}

TEST(Witness, OfNothingIsTruncated) {
    expect_failure({}, WitnessError::truncated, 0);
}

TEST(Witness, OfAStoppedMachineIsItsRecord) {
    Scenario scenario("witness/halted", {.opcode = vm::Opcode::halt});
    const differential::StepCase halted = scenario.operands({3}).halt(3);
    ByteWriter writer;
    const Image image(*halted.program);
    vm::MachineState state = halted.after;
    Committer committer = differential::committer_of(image, *halted.program, state);
    const Bytes witness = record_step(*halted.program, state, committer);
    EXPECT_EQ(witness.size(), 193U);
    const auto proven = replay_witness(witness);
    ASSERT_TRUE(proven.has_value());
    EXPECT_EQ(proven->pre, proven->post);
    EXPECT_EQ(proven->opcode, 0U);
    EXPECT_EQ(proven->step, halted.after.steps.value);
}

TEST(Witness, SaysWhichInstructionItProves) {
    Scenario scenario("witness/add", {.opcode = vm::Opcode::i32_add});
    const differential::StepCase add = scenario.operands({3, 4}).next({7});
    const auto proven = replay_witness(differential::record(add).front().bundle);
    ASSERT_TRUE(proven.has_value());
    EXPECT_EQ(proven->opcode, 0x066AU);
    EXPECT_EQ(proven->step, add.before.steps.value);
}

TEST(Witness, RejectsAStatusThatDoesNotExist) {
    ByteWriter writer;
    append(writer, record_with({}, 0, 3));
    expect_failure(writer.bytes(), WitnessError::bad_status, 193);
}

TEST(Witness, RejectsCodeTreesThatAreTooDeep) {
    ByteWriter writer;
    append(writer, StateRecord{});
    writer.put(std::uint8_t{25});
    writer.put(Hash256{});
    expect_failure(writer.bytes(), WitnessError::bad_depth, 226);
}

TEST(Witness, RejectsAProgramCounterOutsideTheCode) {
    ByteWriter writer;
    append(writer, record_with({}, 8));
    writer.put(std::uint8_t{2});
    writer.put(Hash256{});
    expect_failure(writer.bytes(), WitnessError::index_out_of_range, 226);
}

/// A witness whose image holds this code leaf: hashes right, meaning wrong.
Bytes witness_of_code(const Hash256& leaf) {
    const ImageRecord image{.code_depth = 0, .code = leaf, .program = {}};
    ByteWriter writer;
    append(writer, record_with(hash(image), 0));
    writer.put(std::uint8_t{0});
    writer.put(Hash256{});
    writer.put(leaf);
    return writer.take();
}

TEST(Witness, RejectsOpcodesThatDoNotExist) {
    Hash256 leaf;
    leaf.bytes[1] = 0x01;
    expect_failure(witness_of_code(leaf), WitnessError::unknown_opcode, 258);
}

TEST(Witness, RejectsMoreOperandsThanThereAreBytes) {
    Hash256 leaf;
    leaf.bytes = {0x02, 0x1A, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF};
    Bytes witness = witness_of_code(leaf);
    witness.resize(witness.size() + 32);
    expect_failure(witness, WitnessError::truncated, 290);
}

TEST(Witness, RejectsLocalsTreesThatAreTooDeep) {
    Hash256 leaf;
    leaf.bytes = {0x02, 0x20, 0, 33};  // local_get of a tree of depth 33
    expect_failure(witness_of_code(leaf), WitnessError::bad_depth, 258);
    leaf.bytes = {0x01, 0x10, 0xFF, 0xFF};  // call of a frame of such a tree
    expect_failure(witness_of_code(leaf), WitnessError::bad_depth, 258);
}

TEST(Witness, RejectsLocalsOutsideTheirTree) {
    Hash256 leaf;
    leaf.bytes = {0x02, 0x20, 0, 1, 0, 0, 0, 8};  // local_get 8 of 8
    expect_failure(witness_of_code(leaf), WitnessError::index_out_of_range, 258);
}

}  // namespace
}  // namespace lockstep::trace
