#include "trace/witness_access.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "merkle/chain.hpp"
#include "merkle/zero_hash.hpp"
#include "trace/opened_leaf.hpp"
#include "vm/instructions/execute.hpp"

namespace lockstep::trace {

static_assert(vm::StateAccess<WitnessAccess>);

namespace {

constexpr unsigned kMaxCodeDepth = 24;

WitnessError from_proof_error(merkle::ProofError error) {
    switch (error) {
        case merkle::ProofError::truncated: return WitnessError::truncated;
        case merkle::ProofError::bad_flag: return WitnessError::bad_flag;
        case merkle::ProofError::non_zero_padding: return WitnessError::non_zero_padding;
        case merkle::ProofError::non_canonical_sibling: return WitnessError::non_canonical_sibling;
    }
    LOCKSTEP_CHECK(false);
}

}  // namespace

void WitnessAccess::fail(WitnessError error) {
    if (!failure_) {
        failure_ = WitnessFailure{.error = error, .offset = reader_.offset()};
    }
}

void WitnessAccess::require(bool condition, WitnessError error) {
    if (!condition) {
        fail(error);
    }
}

std::optional<merkle::Opening> WitnessAccess::open(merkle::Shape shape, unsigned depth,
                                                   std::span<const std::uint64_t> indices,
                                                   const Hash256& root, WitnessError mismatch) {
    if (failed()) {
        return std::nullopt;
    }
    if (depth > merkle::kMaxDepth) {
        fail(WitnessError::bad_depth);
        return std::nullopt;
    }
    // A forged table_grow that has filled all its slots opens none.
    if (indices.empty() || (indices.back() >> depth) != 0) {
        fail(WitnessError::index_out_of_range);
        return std::nullopt;
    }
    auto opening = merkle::read_opening(reader_, shape, depth, indices);
    if (!opening) {
        fail(from_proof_error(opening.error()));
        return std::nullopt;
    }
    if (merkle::root(*opening) != root) {
        fail(mismatch);
        return std::nullopt;
    }
    return std::move(*opening);
}

void WitnessAccess::read_state() {
    record_ = read<StateRecord>();
    require(record_.status <= static_cast<std::uint8_t>(vm::Status::trapped),
            WitnessError::bad_status);
}

vm::Instruction WitnessAccess::read_instruction() {
    const auto code_depth = reader_.read<std::uint8_t>();
    const auto program = reader_.read_hash();
    if (failed() || !code_depth || !program) {
        fail(WitnessError::truncated);
        return {};
    }
    if (*code_depth > kMaxCodeDepth) {
        fail(WitnessError::bad_depth);
        return {};
    }
    const std::uint64_t index = record_.pc / 2;
    if ((index >> *code_depth) != 0) {
        fail(WitnessError::index_out_of_range);
        return {};
    }
    const auto code =
        merkle::read_opening(reader_, merkle::Shape::plain, *code_depth, std::span(&index, 1));
    if (!code) {
        fail(from_proof_error(code.error()));
        return {};
    }
    const ImageRecord image{
        .code_depth = *code_depth, .code = merkle::root(*code), .program = *program};
    require(hash(image) == record_.image, WitnessError::wrong_image);
    program_hash_ = *program;
    const vm::Instruction instruction = vm::decode_instruction(
        code->leaves[0].bytes.data() + vm::kInstructionBytes * (record_.pc % 2));
    const vm::OpcodeTraits* row = vm::find_traits(static_cast<std::uint16_t>(instruction.opcode));
    if (row == nullptr) {
        fail(WitnessError::unknown_opcode);
        return {};
    }
    read_operands(vm::pop_count(instruction, *row));
    return instruction;
}

void WitnessAccess::read_operands(std::uint32_t count) {
    if (count == 0 || failed()) {
        return;
    }
    const auto base = reader_.read_hash();
    if (!base || reader_.remaining() / sizeof(std::uint64_t) < count) {
        fail(WitnessError::truncated);
        return;
    }
    operands_.resize(count);
    for (std::uint32_t i = count; i > 0; --i) {
        operands_[i - 1] = reader_.read<std::uint64_t>().value_or(0);  // there are enough bytes
    }
    Hash256 link = *base;
    for (const std::uint64_t value : operands_) {
        link = merkle::value_link(link, value);
    }
    require(link == record_.values, WitnessError::wrong_values);
    record_.values = *base;
}

void WitnessAccess::clear_stacks() {
    record_.values = merkle::kEmptyChain;
    record_.locals = Hash256{};
    record_.callers = merkle::kEmptyChain;
    record_.call_depth = 0;
    record_.slots_used = 0;
    locals_.reset();
}

std::uint64_t WitnessAccess::pop() {
    if (failed()) {
        return 0;
    }
    LOCKSTEP_CHECK(!operands_.empty());
    const std::uint64_t value = operands_.back();
    operands_.pop_back();
    return value;
}

void WitnessAccess::push(std::uint64_t value) {
    record_.values = merkle::value_link(record_.values, value);
}

void WitnessAccess::open_slot(std::optional<merkle::Opening>& opening, std::uint32_t index,
                              unsigned depth, const Hash256& root, WitnessError mismatch) {
    const std::uint64_t leaf = index / merkle::kLeafSlots;
    opening = open(merkle::Shape::plain, depth, std::span(&leaf, 1), root, mismatch);
}

std::uint64_t WitnessAccess::local(std::uint32_t index, unsigned depth) {
    open_slot(locals_, index, depth, record_.locals, WitnessError::wrong_locals);
    return locals_ ? slot_of(*locals_, index) : 0;
}

void WitnessAccess::set_local(std::uint32_t index, unsigned depth, std::uint64_t value) {
    open_slot(locals_, index, depth, record_.locals, WitnessError::wrong_locals);
    if (locals_) {
        set_slot_of(*locals_, index, value);
    }
}

std::uint64_t WitnessAccess::global(std::uint32_t index, unsigned depth) {
    open_environment();
    open_slot(globals_, index, depth, environment_.globals, WitnessError::wrong_globals);
    return globals_ ? slot_of(*globals_, index) : 0;
}

void WitnessAccess::set_global(std::uint32_t index, unsigned depth, std::uint64_t value) {
    open_environment();
    open_slot(globals_, index, depth, environment_.globals, WitnessError::wrong_globals);
    if (globals_) {
        set_slot_of(*globals_, index, value);
    }
}

void WitnessAccess::push_frame(std::uint32_t return_pc, unsigned depth) {
    if (depth > merkle::kMaxDepth) {
        fail(WitnessError::bad_depth);
        return;
    }
    record_.callers = merkle::frame_link(record_.callers, record_.locals, return_pc);
    record_.locals = merkle::zero_hash(merkle::Shape::plain, depth);
}

std::uint32_t WitnessAccess::pop_frame() {
    const auto previous = reader_.read_hash();
    const auto locals = reader_.read_hash();
    const auto return_pc = reader_.read<std::uint32_t>();
    if (!previous || !locals || !return_pc) {
        fail(WitnessError::truncated);
        return 0;
    }
    require(merkle::frame_link(*previous, *locals, *return_pc) == record_.callers,
            WitnessError::wrong_caller);
    record_.callers = *previous;
    record_.locals = *locals;
    return *return_pc;
}

void WitnessAccess::open_function(std::uint32_t index) {
    open_program();
    const std::uint64_t leaf = index;
    const auto opening = open(merkle::Shape::plain, program_.functions_depth, std::span(&leaf, 1),
                              program_.functions, WitnessError::wrong_function);
    if (opening) {
        const std::uint8_t* bytes = opening->leaves[0].bytes.data();
        function_ = {.type = load_be<std::uint32_t>(bytes),
                     .entry = load_be<std::uint32_t>(bytes + 4),
                     .slots = load_be<std::uint32_t>(bytes + 8),
                     .locals_depth = bytes[16]};
    }
}

void WitnessAccess::open_environment() {
    if (!environment_open_) {
        environment_open_ = true;
        environment_ = read<EnvironmentRecord>();
        require(hash(environment_) == record_.environment, WitnessError::wrong_environment);
    }
}

void WitnessAccess::open_program() {
    if (!program_open_) {
        program_open_ = true;
        program_ = read<ProgramRecord>();
        require(hash(program_) == program_hash_, WitnessError::wrong_program);
    }
}

void WitnessAccess::fold() {
    if (memory_) {
        memory_record_.root = merkle::root(*memory_);
    }
    if (memories_) {
        leaf_of(*memories_, memory_index_) = hash(memory_record_);
        environment_.memories = merkle::root(*memories_);
    } else if (memory_record_open_) {
        environment_.memories = hash(memory_record_);
    }
    if (globals_) {
        environment_.globals = merkle::root(*globals_);
    }
    for (OpenTable& table : open_tables_) {
        if (table.slots) {
            table.record.slots = merkle::root(*table.slots);
        }
        if (tables_) {
            leaf_of(*tables_, table.index) = hash(table.record);
        }
    }
    if (tables_) {
        environment_.tables = merkle::root(*tables_);
    }
    if (output_) {
        io_.output = merkle::root(*output_);
    }
    if (io_open_) {
        environment_.io = hash(io_);
    }
    if (environment_open_) {
        record_.environment = hash(environment_);
    }
    if (locals_) {
        record_.locals = merkle::root(*locals_);
    }
}

StateRoot WitnessAccess::finish() {
    if (failed()) {
        return {};
    }
    require(reader_.remaining() == 0, WitnessError::trailing_bytes);
    LOCKSTEP_CHECK(operands_.empty());
    fold();
    return StateRoot(hash(record_));
}

}  // namespace lockstep::trace
