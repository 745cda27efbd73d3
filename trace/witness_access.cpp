#include "trace/witness_access.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "base/tree_depth.hpp"
#include "merkle/chain.hpp"
#include "merkle/slot_leaf.hpp"
#include "merkle/zero_hash.hpp"
#include "trace/leaf_indices.hpp"
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

/// The opened leaf with this index. The semantics open before they touch.
const Hash256& leaf_of(const merkle::Opening& opening, std::uint64_t index) {
    const auto found = std::ranges::find(opening.indices, index);
    LOCKSTEP_CHECK(found != opening.indices.end());
    return opening.leaves[static_cast<std::size_t>(found - opening.indices.begin())];
}

Hash256& leaf_of(merkle::Opening& opening, std::uint64_t index) {
    return const_cast<Hash256&>(leaf_of(std::as_const(opening), index));  // NOLINT
}

std::uint8_t byte_at(const merkle::Opening& opening, std::uint64_t address) {
    return leaf_of(opening, address / merkle::kLeafBytes).bytes[address % merkle::kLeafBytes];
}

void set_byte(merkle::Opening& opening, std::uint64_t address, std::uint8_t byte) {
    leaf_of(opening, address / merkle::kLeafBytes).bytes[address % merkle::kLeafBytes] = byte;
}

void set_charged(merkle::Opening& memory, vm::Range range) {
    const std::uint64_t last = (range.begin + range.length - 1) / merkle::kLeafBytes;
    for (std::uint64_t leaf = range.begin / merkle::kLeafBytes; leaf <= last; ++leaf) {
        memory.charged[merkle::flag_position(memory, leaf)] = true;
    }
}

std::uint64_t slot_of(const merkle::Opening& opening, std::uint64_t index) {
    return merkle::slot_at(leaf_of(opening, index / merkle::kLeafSlots),
                           index % merkle::kLeafSlots);
}

void set_slot_of(merkle::Opening& opening, std::uint64_t index, std::uint64_t value) {
    merkle::set_slot(leaf_of(opening, index / merkle::kLeafSlots), index % merkle::kLeafSlots,
                     value);
}

/// Copies `source` of one opening to `destination` of the memory's, which it marks charged.
void copy_bytes(merkle::Opening& memory, std::uint64_t destination, const merkle::Opening& from,
                vm::Range source) {
    std::array<std::uint8_t, merkle::kLeafBytes> buffer{};
    for (std::uint64_t i = 0; i < source.length; ++i) {
        buffer[i] = byte_at(from, source.begin + i);
    }
    for (std::uint64_t i = 0; i < source.length; ++i) {
        set_byte(memory, destination + i, buffer[i]);
    }
    set_charged(memory, {destination, source.length});
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

template <Record R>
R WitnessAccess::read() {
    const auto record = read_record<R>(reader_);
    require(record.has_value(), WitnessError::truncated);
    return record.value_or(R{});
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
    if ((indices.back() >> depth) != 0) {
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
    const auto code = merkle::read_opening(reader_, merkle::Shape::plain, *code_depth,
                                           std::span(&index, 1));
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
    const vm::OpcodeTraits* row =
        vm::find_traits(static_cast<std::uint16_t>(instruction.opcode));
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
        operands_[i - 1] = *reader_.read<std::uint64_t>();
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

std::uint32_t WitnessAccess::memory_pages() {
    open_memory_record();
    return memory_record_.pages;
}

std::uint32_t WitnessAccess::memory_max_pages() {
    open_memory_record();
    return memory_record_.max_pages;
}

void WitnessAccess::set_memory_pages(std::uint32_t pages) {
    open_memory_record();
    memory_record_.pages = pages;
}

void WitnessAccess::open_memory(vm::Range first, vm::Range second) {
    open_memory_record();
    memory_ = open(merkle::Shape::memory, merkle::memory_tree_depth(memory_record_.max_pages),
                   leaf_indices(first, second, merkle::kLeafBytes), memory_record_.root,
                   WitnessError::wrong_memory);
}

std::uint32_t WitnessAccess::uncharged_chunks(vm::Range range) const {
    if (!memory_) {
        return 0;
    }
    const std::uint64_t first = range.begin / merkle::kLeafBytes;
    const std::uint64_t last = (range.begin + range.length - 1) / merkle::kLeafBytes;
    const std::size_t first_flag = merkle::flag_position(*memory_, first);
    const std::size_t last_flag = merkle::flag_position(*memory_, last);
    std::uint32_t count = memory_->charged[first_flag] ? 0 : 1;
    if (last_flag != first_flag && !memory_->charged[last_flag]) {
        ++count;
    }
    return count;
}

std::uint64_t WitnessAccess::load(std::uint64_t address, unsigned size) const {
    std::uint64_t value = 0;
    for (unsigned i = 0; memory_ && i < size; ++i) {
        value |= std::uint64_t{byte_at(*memory_, address + i)} << (8 * i);
    }
    return value;
}

void WitnessAccess::store(std::uint64_t address, unsigned size, std::uint64_t value) {
    if (!memory_) {
        return;
    }
    for (unsigned i = 0; i < size; ++i) {
        set_byte(*memory_, address + i, static_cast<std::uint8_t>(value >> (8 * i)));
    }
    set_charged(*memory_, {address, size});
}

void WitnessAccess::fill_memory(vm::Range range, std::uint64_t byte) {
    if (!memory_) {
        return;
    }
    for (std::uint64_t i = 0; i < range.length; ++i) {
        set_byte(*memory_, range.begin + i, static_cast<std::uint8_t>(byte));
    }
    set_charged(*memory_, range);
}

void WitnessAccess::copy_memory(std::uint64_t destination, vm::Range source) {
    if (memory_) {
        copy_bytes(*memory_, destination, *memory_, source);
    }
}

void WitnessAccess::copy_data(std::uint64_t destination, vm::Range source) {
    if (memory_ && pool_) {
        copy_bytes(*memory_, destination, *pool_, source);
    }
}

void WitnessAccess::copy_input(std::uint64_t destination, vm::Range source) {
    if (memory_ && input_) {
        copy_bytes(*memory_, destination, *input_, source);
    }
}

void WitnessAccess::open_table(std::uint32_t table, unsigned depth) {
    open_tables(table, table, depth);
}

void WitnessAccess::open_tables(std::uint32_t x, std::uint32_t y, unsigned depth) {
    open_environment();
    const std::vector<std::uint64_t> indices = leaf_indices({x, 1}, {y, 1}, 1);
    tables_ = open(merkle::Shape::plain, depth, indices, environment_.tables,
                   WitnessError::wrong_table);
    for (const std::uint64_t index : indices) {
        const auto record = read<TableRecord>();
        require(tables_ && hash(record) == leaf_of(*tables_, index), WitnessError::wrong_table);
        open_tables_.push_back(
            {.index = static_cast<std::uint32_t>(index), .record = record, .slots = {}});
    }
}

const WitnessAccess::OpenTable* WitnessAccess::find_table(std::uint32_t table) const {
    const auto found = std::ranges::find(open_tables_, table, &OpenTable::index);
    LOCKSTEP_CHECK(found != open_tables_.end());
    return &*found;
}

WitnessAccess::OpenTable* WitnessAccess::find_table(std::uint32_t table) {
    return const_cast<OpenTable*>(std::as_const(*this).find_table(table));  // NOLINT
}

std::uint32_t WitnessAccess::table_size(std::uint32_t table) const {
    return find_table(table)->record.size;
}

std::uint32_t WitnessAccess::table_max(std::uint32_t table) const {
    return find_table(table)->record.max;
}

void WitnessAccess::set_table_size(std::uint32_t table, std::uint32_t size) {
    find_table(table)->record.size = size;
}

void WitnessAccess::open_table_slots(std::uint32_t table, vm::Range range) {
    open_table_slots_for_copy(table, range, table, {});
}

void WitnessAccess::open_table_slots_for_copy(std::uint32_t to, vm::Range written,
                                              std::uint32_t from, vm::Range read) {
    const auto open_slots = [&](std::uint32_t index, vm::Range first, vm::Range second) {
        OpenTable* table = find_table(index);
        table->slots = open(merkle::Shape::plain, slot_tree_depth(table->record.max),
                            leaf_indices(first, second, merkle::kLeafSlots), table->record.slots,
                            WitnessError::wrong_table);
    };
    if (to == from) {
        open_slots(to, written, read);
    } else {
        open_slots(to, written, {});
        open_slots(from, read, {});
    }
}

std::uint64_t WitnessAccess::table_slot(std::uint32_t table, std::uint64_t index) const {
    const OpenTable* found = find_table(table);
    return found->slots ? slot_of(*found->slots, index) : 0;
}

void WitnessAccess::set_table_slot(std::uint32_t table, std::uint64_t index,
                                   std::uint64_t value) {
    OpenTable* found = find_table(table);
    if (found->slots) {
        set_slot_of(*found->slots, index, value);
    }
}

void WitnessAccess::open_elements(vm::Range range) {
    open_program();
    pool_ = open(merkle::Shape::plain, program_.elements_depth,
                 leaf_indices(range, {}, merkle::kLeafSlots), program_.elements,
                 WitnessError::wrong_pool);
}

std::uint64_t WitnessAccess::element(std::uint64_t index) const {
    return pool_ ? slot_of(*pool_, index) : 0;
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

void WitnessAccess::open_io() {
    open_environment();
    io_ = read<IoRecord>();
    io_open_ = true;
    require(hash(io_) == environment_.io, WitnessError::wrong_io);
}

void WitnessAccess::open_data(vm::Range range) {
    open_program();
    pool_ = open(merkle::Shape::plain, program_.data_depth,
                 leaf_indices(range, {}, merkle::kLeafBytes), program_.data,
                 WitnessError::wrong_pool);
}

void WitnessAccess::open_input(vm::Range range) {
    input_ = open(merkle::Shape::plain, kIoDepth, leaf_indices(range, {}, merkle::kLeafBytes),
                  io_.input, WitnessError::wrong_io);
}

void WitnessAccess::open_output(vm::Range range) {
    output_ = open(merkle::Shape::plain, kIoDepth, leaf_indices(range, {}, merkle::kLeafBytes),
                   io_.output, WitnessError::wrong_io);
}

void WitnessAccess::append_output(vm::Range source) {
    if (!memory_ || !output_) {
        return;
    }
    for (std::uint64_t i = 0; i < source.length; ++i) {
        set_byte(*output_, io_.output_length + i, byte_at(*memory_, source.begin + i));
    }
    io_.output_length += source.length;
}

void WitnessAccess::open_environment() {
    if (!environment_open_) {
        environment_open_ = true;
        environment_ = read<EnvironmentRecord>();
        require(hash(environment_) == record_.environment, WitnessError::wrong_environment);
    }
}

void WitnessAccess::open_memory_record() {
    if (!memory_record_open_) {
        open_environment();
        memory_record_open_ = true;
        memory_record_ = read<MemoryRecord>();
        require(hash(memory_record_) == environment_.memories, WitnessError::wrong_memory);
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
    if (memory_record_open_) {
        environment_.memories = hash(memory_record_);
    }
    if (globals_) {
        environment_.globals = merkle::root(*globals_);
    }
    for (OpenTable& table : open_tables_) {
        if (table.slots) {
            table.record.slots = merkle::root(*table.slots);
        }
        leaf_of(*tables_, table.index) = hash(table.record);
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
