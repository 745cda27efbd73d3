// state.md: hashes, records, images and initial states.

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

#include <gtest/gtest.h>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "base/tree_depth.hpp"
#include "merkle/chain.hpp"
#include "merkle/shape.hpp"
#include "merkle/slot_leaf.hpp"
#include "merkle/zero_hash.hpp"
#include "tests/unit/spec/checks.hpp"
#include "trace/execution.hpp"
#include "trace/image.hpp"
#include "trace/initial_opening.hpp"
#include "trace/records.hpp"
#include "vm/machine/start.hpp"

namespace lockstep::spec_test {

namespace {

void check_zero_hashes(const Vector& vector) {
    const auto shape =
        vector.text("shape") == "memory" ? merkle::Shape::memory : merkle::Shape::plain;
    std::vector<Hash256> hashes;
    for (const std::uint64_t level : vector.numbers("levels")) {
        hashes.push_back(merkle::zero_hash(shape, static_cast<unsigned>(level)));
    }
    EXPECT_EQ(hashes, vector.hashes("hashes"));
}

void check_value_link(const Vector& vector) {
    EXPECT_EQ(merkle::value_link(vector.hash("previous"), vector.number("value")),
              vector.hash("hash"));
}

void check_frame_link(const Vector& vector) {
    EXPECT_EQ(merkle::frame_link(vector.hash("previous"), vector.hash("locals"),
                                 static_cast<std::uint32_t>(vector.number("return_pc"))),
              vector.hash("hash"));
}

void check_chunk_node(const Vector& vector) {
    EXPECT_EQ(merkle::chunk_node(vector.hash("root"), vector.number("charged") != 0),
              vector.hash("hash"));
}

void check_slot_tree(const Vector& vector) {
    const auto slots = vector.numbers("slots");
    const unsigned depth = slot_tree_depth(slots.size());
    EXPECT_EQ(depth, vector.number("depth"));
    EXPECT_EQ(merkle::slot_tree_root(slots, depth), vector.hash("root"));
}

std::size_t width(const Hash256& field) {
    return field.bytes.size();
}

template <typename T>
std::size_t width(const T& /*field*/) {
    return sizeof(T);
}

template <trace::Record R>
void check_fields(const Vector& vector) {
    std::vector<std::size_t> widths;
    ByteWriter writer;
    for (const Bytes& field : vector.byte_strings("fields")) {
        widths.push_back(field.size());
        writer.put(ByteView(field));
    }
    const Bytes bytes = writer.take();
    ByteReader reader(bytes);
    const auto read = trace::read_record<R>(reader);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(reader.remaining(), 0U);
    const R record = read.value_or(R{});
    std::apply([&](const auto&... field) { EXPECT_EQ(widths, std::vector{width(field)...}); },
               R::fields(record));
    EXPECT_EQ(trace::hash(record), vector.hash("hash"));
}

void check_record(const Vector& vector) {
    using merkle::DomainTag;
    switch (static_cast<DomainTag>(vector.number("tag"))) {
        case DomainTag::state: return check_fields<trace::StateRecord>(vector);
        case DomainTag::environment: return check_fields<trace::EnvironmentRecord>(vector);
        case DomainTag::memory_record: return check_fields<trace::MemoryRecord>(vector);
        case DomainTag::table_record: return check_fields<trace::TableRecord>(vector);
        case DomainTag::io: return check_fields<trace::IoRecord>(vector);
        case DomainTag::image: return check_fields<trace::ImageRecord>(vector);
        case DomainTag::program: return check_fields<trace::ProgramRecord>(vector);
        case DomainTag::initial: return check_fields<trace::InitialRecord>(vector);
        default: FAIL() << "no record has this tag";
    }
}

void check_image(const Vector& vector) {
    EXPECT_EQ(trace::Image(program_of(vector)).root.value, vector.hash("image"));
}

void check_initial_root(const Vector& vector) {
    const vm::Program program = program_named(vector.text("program"));
    const trace::Image image(program);
    const FunctionIndex function(static_cast<std::uint32_t>(vector.number("function")));
    EXPECT_EQ(image.root.value, vector.hash("image"));
    EXPECT_EQ(trace::open_initial(image, function), vector.bytes("opening"));
    auto initial =
        vm::start(program, {.function = function,
                            .arguments = vector.numbers("arguments"),
                            .input = std::make_shared<const Bytes>(vector.bytes("input")),
                            .gas_limit = Gas(vector.number("gas_limit"))});
    ASSERT_TRUE(initial.has_value());
    trace::Execution execution(program, image, std::move(*initial));
    EXPECT_EQ(execution.root(Step(0)).value, vector.hash("root"));
    const trace::IoRecord& io = execution.at(Step(0)).committer.io();
    EXPECT_EQ(io.input, vector.hash("input_root"));
    EXPECT_EQ(io.input_length, vector.number("input_length"));
}

vm::FunctionRecord decode_function(ByteView leaf) {
    if (leaf.size() != 32) {
        throw std::runtime_error("a function record has 32 bytes");
    }
    return {.type = load_be<std::uint32_t>(leaf.data()),
            .entry = load_be<std::uint32_t>(leaf.data() + 4),
            .slots = load_be<std::uint32_t>(leaf.data() + 8),
            .parameters = load_be<std::uint16_t>(leaf.data() + 12),
            .results = load_be<std::uint16_t>(leaf.data() + 14),
            .locals_depth = leaf[16],
            .parameter_kinds = load_be<std::uint64_t>(leaf.data() + 17)};
}

}  // namespace

vm::Program program_of(const Vector& vector) {
    vm::Program program;
    for (const Bytes& instruction : vector.byte_strings("code")) {
        if (instruction.size() != vm::kInstructionBytes) {
            throw std::runtime_error("an instruction has 16 bytes");
        }
        program.code.push_back(vm::decode_instruction(instruction.data()));
    }
    for (const Bytes& leaf : vector.byte_strings("functions")) {
        program.functions.push_back(decode_function(leaf));
    }
    const auto memory = vector.numbers("memory");
    program.memories = {{.pages = static_cast<std::uint32_t>(memory.at(0)),
                         .max_pages = static_cast<std::uint32_t>(memory.at(1))}};
    return program;
}

vm::Program program_named(std::string_view name) {
    return program_of(read_page("state.md").find(name)->second);
}

std::vector<Check> state_checks() {
    return {{"zero_hashes", check_zero_hashes},
            {"value_link", check_value_link},
            {"frame_link", check_frame_link},
            {"chunk_node", check_chunk_node},
            {"slot_tree", check_slot_tree},
            {"record", check_record},
            {"image", check_image},
            {"initial_root", check_initial_root}};
}

}  // namespace lockstep::spec_test
