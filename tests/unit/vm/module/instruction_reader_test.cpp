#include "vm/module/instruction_reader.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/vm/module/wasm_bytes.hpp"
#include "vm/module/limits.hpp"
#include "vm/module/opcode_info.hpp"

namespace lockstep::vm::test {
namespace {

WasmInstruction read_one(const Bytes& bytes) {
    InstructionReader reader(bytes, 1000);
    const auto instruction = reader.read();
    EXPECT_TRUE(instruction.has_value());
    EXPECT_TRUE(reader.at_end());
    EXPECT_EQ(reader.offset(), 1000 + bytes.size());
    return instruction.value_or(WasmInstruction());
}

LoadError read_error(const Bytes& bytes) {
    const auto instruction = InstructionReader(bytes, 1000).read();
    EXPECT_FALSE(instruction.has_value());
    return instruction ? LoadError() : instruction.error();
}

TEST(InstructionReader, ReadsOneInstructionAfterTheOther) {
    // local.get 1  i32.const 7  i32.add  end
    const Bytes bytes{0x20, 0x01, 0x41, 0x07, 0x6A, 0x0B};
    InstructionReader reader(bytes, 50);
    std::vector<WasmOpcode> opcodes;
    std::vector<std::uint32_t> offsets;
    while (!reader.at_end()) {
        const auto instruction = reader.read();
        ASSERT_TRUE(instruction.has_value());
        opcodes.push_back(instruction->opcode);
        offsets.push_back(instruction->offset);
    }
    EXPECT_EQ(opcodes, (std::vector{WasmOpcode::local_get, WasmOpcode::i32_const,
                                    WasmOpcode::i32_add, WasmOpcode::end}));
    EXPECT_EQ(offsets, (std::vector<std::uint32_t>{50, 52, 54, 55}));
    EXPECT_EQ(reader.read().error().code, LoadErrorCode::unexpected_end);
}

TEST(InstructionReader, ReadsConstants) {
    EXPECT_EQ(read_one({0x41, 0x7F}).bits, 0xFFFF'FFFF);
    EXPECT_EQ(read_one({0x42, 0x7F}).bits, 0xFFFF'FFFF'FFFF'FFFF);
    // f32.const 1, f64.const 1
    EXPECT_EQ(read_one({0x43, 0x00, 0x00, 0x80, 0x3F}).bits, 0x3F80'0000);
    EXPECT_EQ(read_one({0x44, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F}).bits, 0x3FF0'0000'0000'0000);
}

TEST(InstructionReader, ReadsIndices) {
    EXPECT_EQ(read_one({0x0C, 0x85, 0x01}).index, 133);
    EXPECT_EQ(read_one({0xD2, 0x05}).index, 5);
    // memory.init 3, data.drop 3
    EXPECT_EQ(read_one({0xFC, 0x08, 0x03, 0x00}).index, 3);
    EXPECT_EQ(read_one({0xFC, 0x09, 0x03}).index, 3);
    // table.copy: destination, source; table.init: segment, table
    for (const std::uint8_t code : Bytes{0x0E, 0x0C}) {
        const WasmInstruction instruction = read_one({0xFC, code, 0x03, 0x04});
        EXPECT_EQ(instruction.index, 3);
        EXPECT_EQ(instruction.second_index, 4);
    }
    EXPECT_EQ(read_one({0xFC, 0x0A, 0x00, 0x00}).opcode, WasmOpcode::memory_copy);
}

TEST(InstructionReader, CallIndirectTakesLongLebAsClangWritesIt) {
    const WasmInstruction instruction = read_one({0x11, 0x02, 0x80, 0x80, 0x80, 0x80, 0x00});
    EXPECT_EQ(instruction.opcode, WasmOpcode::call_indirect);
    EXPECT_EQ(instruction.index, 2);
    EXPECT_EQ(instruction.second_index, 0);
}

TEST(InstructionReader, ReadsBlockTypes) {
    EXPECT_EQ(read_one({0x02, 0x40}).block_type, BlockType());
    EXPECT_EQ(read_one({0x03, 0x7E}).block_type,
              (BlockType{BlockType::Kind::value, ValueType::i64, 0}));
    EXPECT_EQ(read_one({0x04, 0x6F}).block_type,
              (BlockType{BlockType::Kind::value, ValueType::externref, 0}));
    EXPECT_EQ(read_one({0x02, 0x85, 0x01}).block_type,
              (BlockType{BlockType::Kind::type_index, ValueType::i32, 133}));
    EXPECT_EQ(read_error({0x02, 0x41}).code, LoadErrorCode::bad_block_type);
    // -1 in two bytes: not a value type, and a type index is not negative.
    EXPECT_EQ(read_error({0x02, 0xFF, 0x7F}).code, LoadErrorCode::bad_block_type);
    EXPECT_EQ(read_error({0x02, 0x7B}).name, "simd");
}

TEST(InstructionReader, ReadsMemoryArguments) {
    EXPECT_EQ(read_one({0x28, 0x02, 0x90, 0x01}).memory_argument, (MemoryArgument{2, 144}));
    EXPECT_EQ(read_one({0x28, 0x1F, 0x00}).memory_argument, (MemoryArgument{31, 0}));
    EXPECT_EQ(read_error({0x28, 0x20, 0x00}).code, LoadErrorCode::bad_memory_argument);
    EXPECT_EQ(read_error({0x28, 0x42, 0x00}).name, "multi-memory");
}

TEST(InstructionReader, ReadsTypes) {
    EXPECT_EQ(read_one({0x1C, 0x01, 0x7E}).type, ValueType::i64);
    EXPECT_EQ(read_one({0xD0, 0x6F}).type, ValueType::externref);
    EXPECT_EQ(read_error({0x1C, 0x00}).code, LoadErrorCode::invalid_result_arity);
    EXPECT_EQ(read_error({0x1C, 0x02, 0x7F, 0x7F}).code, LoadErrorCode::invalid_result_arity);
    EXPECT_EQ(read_error({0xD0, 0x7F}).code, LoadErrorCode::bad_reference_type);
}

TEST(InstructionReader, BranchTargetsAreDecodedOnTheWay) {
    // br_table 1 300 (two bytes) 0 (three bytes) 2
    const Bytes bytes{0x0E, 0x03, 0x01, 0xAC, 0x02, 0x80, 0x80, 0x00, 0x02};
    const WasmInstruction table = read_one(bytes);
    EXPECT_EQ(table.targets.size(), 3);
    EXPECT_EQ(table.index, 2);
    const std::vector<std::uint32_t> labels(table.targets.begin(), table.targets.end());
    EXPECT_EQ(labels, (std::vector<std::uint32_t>{1, 300, 0}));
    EXPECT_TRUE(read_one({0x0E, 0x00, 0x02}).targets.empty());
}

TEST(InstructionReader, BranchTableIsBoundedByTheBytesLeft) {
    EXPECT_EQ(read_error({0x0E, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F}).code, LoadErrorCode::unexpected_end);
    EXPECT_EQ(read_error({0x0E, 0x02, 0x00, 0x80}).code, LoadErrorCode::unexpected_end);
}

TEST(InstructionReader, BranchTargetsHaveALimit) {
    const auto table = [](std::size_t count) {
        return join({{0x0E}, list_of(count, {0x00}), {0x00}});
    };
    EXPECT_EQ(read_one(table(kMaxBrTableTargets)).targets.size(), kMaxBrTableTargets);
    EXPECT_EQ(read_error(table(kMaxBrTableTargets + 1)),
              (LoadError{LoadErrorCode::limit_exceeded, 1001, kMaxBrTableTargets,
                         "max_br_table_targets"}));
}

TEST(InstructionReader, NamesTheFeaturesItLacks) {
    const std::pair<Bytes, std::string> cases[] = {
        {{0xFD, 0x0C}, "simd"},
        {{0xFE, 0x03, 0x00}, "threads"},
        {{0xFB, 0x00}, "gc"},
        {{0xD3}, "gc"},
        {{0x12, 0x00}, "tail-call"},
        {{0x13, 0x00, 0x00}, "tail-call"},
        {{0x14, 0x00}, "function-references"},
        {{0xD4}, "function-references"},
        {{0x06, 0x40}, "exception-handling"},
        {{0x08, 0x00}, "exception-handling"},
        {{0x1F, 0x40, 0x00}, "exception-handling"},
    };
    for (const auto& [bytes, feature] : cases) {
        EXPECT_EQ(read_error(bytes),
                  (LoadError{LoadErrorCode::unsupported_feature, 1000, 0, feature}));
    }
}

TEST(InstructionReader, RefusesUnknownOpcodes) {
    EXPECT_EQ(read_error({0xFF}), (LoadError{LoadErrorCode::unknown_opcode, 1000, 0xFF, {}}));
    EXPECT_EQ(read_error({0x27}).code, LoadErrorCode::unknown_opcode);
    EXPECT_EQ(read_error({0xFC, 0x12}).code, LoadErrorCode::unknown_opcode);
    EXPECT_EQ(read_error({0xFC, 0x80, 0x80, 0x80, 0x80, 0x10}).code,
              LoadErrorCode::integer_too_large);
    EXPECT_EQ(read_error({0xFC}).code, LoadErrorCode::unexpected_end);
}

TEST(InstructionReader, ThePrefixedOpcodeMayBeLong) {
    EXPECT_EQ(read_one({0xFC, 0x87, 0x80, 0x00}).opcode, WasmOpcode::i64_trunc_sat_f64_u);
}

TEST(InstructionReader, MemoryIndicesAreOneZeroByte) {
    EXPECT_EQ(read_one({0x3F, 0x00}).opcode, WasmOpcode::memory_size);
    EXPECT_EQ(read_error({0x3F, 0x01}).code, LoadErrorCode::zero_byte_expected);
    EXPECT_EQ(read_error({0x40, 0x80, 0x00}).code, LoadErrorCode::zero_byte_expected);
    EXPECT_EQ(read_error({0xFC, 0x0A, 0x00, 0x01}).code, LoadErrorCode::zero_byte_expected);
    EXPECT_EQ(read_error({0xFC, 0x0B, 0x01}).code, LoadErrorCode::zero_byte_expected);
}

TEST(OpcodeInfo, TellsTextTypeAndAlignment) {
    const OpcodeInfo& store = opcode_info(WasmOpcode::i64_store16);
    EXPECT_EQ(store.text, "i64.store16");
    EXPECT_EQ(store.parameter_count, 2);
    EXPECT_EQ(store.parameters[0], ValueType::i32);
    EXPECT_EQ(store.parameters[1], ValueType::i64);
    EXPECT_EQ(store.result_count, 0);
    EXPECT_EQ(store.align_log2, 1);
    const OpcodeInfo& convert = opcode_info(WasmOpcode::i32_trunc_sat_f64_u);
    EXPECT_EQ(convert.text, "i32.trunc_sat_f64_u");
    EXPECT_EQ(convert.parameters[0], ValueType::f64);
    EXPECT_EQ(convert.result, ValueType::i32);
    EXPECT_FALSE(opcode_info(WasmOpcode::select).has_fixed_type);
}

}  // namespace
}  // namespace lockstep::vm::test
