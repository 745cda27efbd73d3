// What a function consists of: its entry, superblocks, what they cost.

#include "vm/interpreter/function_translator.hpp"

#include <algorithm>

#include "vm/interpreter/context.hpp"
#include "vm/interpreter/control_handlers.hpp"
#include "vm/interpreter/credit.hpp"
#include "vm/interpreter/opcode_class.hpp"
#include "vm/machine/gas.hpp"

namespace lockstep::vm {

namespace {

/// Slot numbers have 16 bits; the last is none.
constexpr std::uint64_t kMaxFrameSlots = 0xFFFF;
/// So that no sum of costs leaves the 31 bits that a credit has for gas.
constexpr std::uint64_t kMaxSuperblockGas = 1U << 30U;
/// What may be spent between two looks at the limits.
constexpr std::uint64_t kMaxUncheckedGas = 1U << 17U;
/// A store may be the first to both chunks that it lies in.
constexpr std::uint64_t kStoreGas = 2 * kDirtyChunkGas;

bool is_store(Opcode opcode) {
    return is_between(opcode, Opcode::i32_store, Opcode::i64_store32);
}

bool names_local(Opcode opcode) {
    return is_between(opcode, Opcode::local_get, Opcode::local_tee);
}

}  // namespace

FunctionTranslator::FunctionTranslator(const Program& program, ThreadedCode& code,
                                       std::vector<PendingCall>& calls)
    : program_(program), code_(code), calls_(calls), writer_(code), operands_(writer_) {}

bool FunctionTranslator::translate(FunctionShape& shape, std::uint32_t end) {
    const Savepoint savepoint{.words = code_.words.size(),
                              .places = code_.places.size(),
                              .heights = code_.heights.size(),
                              .breaks = code_.breaks.size(),
                              .calls = calls_.size()};
    shape_ = &shape;
    end_ = end;
    superblocks_.clear();
    patches_.clear();
    target_heights_.assign(end - shape.entry, kUnknownHeight);
    superblock_of_.assign(end - shape.entry, 0);
    is_open_ = false;
    flow_ = Flow::none;
    unchecked_gas_ = 0;
    unchecked_steps_ = 0;
    shape.is_translated = find_locals() && translate_body() && finish();
    if (!shape.is_translated) {
        undo(savepoint);
    }
    return shape.is_translated;
}

/// The function begins as lowering lets it begin: a charge, then all parameters are popped into locals.
bool FunctionTranslator::find_locals() {
    const std::uint32_t parameters = shape_->parameters;
    if (end_ - shape_->entry < std::uint64_t{parameters} + 2 ||
        program_.code[shape_->entry].opcode != Opcode::charge) {
        return false;
    }
    for (std::uint32_t i = 0; i < parameters; ++i) {
        const Instruction& instruction = program_.code[shape_->entry + 1 + i];
        if (instruction.opcode != Opcode::local_set || instruction.b != parameters - 1 - i) {
            return false;
        }
    }
    std::uint32_t locals = parameters;
    for (std::uint32_t pc = shape_->entry; pc < end_; ++pc) {
        const Instruction& instruction = program_.code[pc];
        if (names_local(instruction.opcode)) {
            if (instruction.b >= kMaxFrameSlots) {
                return false;
            }
            locals = std::max(locals, instruction.b + 1);
        }
    }
    shape_->locals = locals;
    return locals <= std::uint64_t{4} << shape_->locals_depth;
}

bool FunctionTranslator::translate_body() {
    operands_.enter_function(shape_->locals);
    for (pc_ = shape_->entry; pc_ < end_; ++pc_) {
        const Instruction& instruction = program_.code[pc_];
        if (find_traits(static_cast<std::uint16_t>(instruction.opcode)) == nullptr) {
            return false;
        }
        if (instruction.opcode == Opcode::charge) {
            if ((is_open_ && !end_superblock()) || !begin_superblock(instruction)) {
                return false;
            }
            continue;
        }
        if (!is_open_ || !translate_instruction(instruction)) {
            return false;
        }
        const std::uint64_t slots = std::uint64_t{shape_->locals} + operands_.max_height();
        if (slots > shape_->slots || slots >= kMaxFrameSlots) {
            return false;
        }
    }
    return !is_open_ && flow_ == Flow::none;
}

void FunctionTranslator::write_entry() {
    code_.heights.push_back({.pc = pc_, .height = shape_->parameters});
    patches_.push_back({Patch::cost, static_cast<std::uint32_t>(writer_.here() + 1), pc_});
    writer_.append(shape_->slots);
    writer_.append(0);
    writer_.append(pc_);
    superblocks_.back().word = static_cast<std::uint32_t>(writer_.here());
    if (shape_->locals > shape_->parameters) {
        const std::uint32_t count = shape_->locals - shape_->parameters;
        writer_.write(zero_handler(count), fields(shape_->parameters, count));
    }
    // The arguments are where the locals are: no record pops them.
    pc_ += shape_->parameters;
    superblocks_.back().steps += shape_->parameters;
    operands_.set_height(0);
}

bool FunctionTranslator::begin_superblock(const Instruction& instruction) {
    const bool is_entry = pc_ == shape_->entry;
    std::uint32_t& target_height = target_heights_[pc_ - shape_->entry];
    if (flow_ == Flow::none && !is_entry) {
        if (target_height == kUnknownHeight) {
            return false;
        }
        operands_.set_height(target_height);
    }
    operands_.settle();
    operands_.set_height(operands_.height());
    if (target_height != kUnknownHeight && target_height != operands_.height()) {
        return false;
    }
    target_height = is_entry ? shape_->parameters : operands_.height();
    writer_.forget();

    Superblock superblock{.pc = pc_, .gas = instruction.a, .steps = 1};
    if (instruction.a > kMaxSuperblockGas) {
        return false;
    }
    const bool is_checked = flow_ == Flow::none || flow_ == Flow::checked;
    if (is_checked) {
        unchecked_gas_ = 0;
        unchecked_steps_ = 0;
    } else if (unchecked_gas_ + instruction.a > kMaxUncheckedGas) {
        superblock.is_break = true;
        code_.breaks.push_back(pc_);
        note_place(writer_.here());
        patches_.push_back({Patch::cost, static_cast<std::uint32_t>(writer_.here() + 1), pc_});
        writer_.write(charge_handler(), 0);
        writer_.forget();
        unchecked_gas_ = 0;
        unchecked_steps_ = 0;
    } else {
        unchecked_gas_ += instruction.a;
        unchecked_steps_ += instruction.a;
        if (flow_ == Flow::onward) {
            superblocks_.back().runs_on = true;
        }
    }
    superblocks_.push_back(superblock);
    superblock_of_[pc_ - shape_->entry] = static_cast<std::uint32_t>(superblocks_.size());
    is_open_ = true;
    flow_ = Flow::onward;
    if (is_entry) {
        write_entry();
    } else {
        note_height();
        superblocks_.back().word = static_cast<std::uint32_t>(writer_.here());
    }
    return true;
}

/// Each step has been charged at least 1.
bool FunctionTranslator::end_superblock() {
    is_open_ = false;
    code_.gas_slack = std::max(code_.gas_slack, unchecked_gas_);
    code_.step_slack = std::max(code_.step_slack, unchecked_steps_);
    return superblocks_.back().steps <= superblocks_.back().gas;
}

bool FunctionTranslator::translate_instruction(const Instruction& instruction) {
    count_stores(instruction.opcode);
    ++superblocks_.back().steps;
    const OpcodeTraits& row = traits(instruction.opcode);
    if (pop_count(instruction, row) > operands_.height()) {
        return false;
    }
    if (row.family == Family::control || instruction.opcode == Opcode::halt) {
        return translate_control(instruction) && end_superblock();
    }
    if (!translate_value(instruction)) {
        return false;
    }
    if (row.ends_superblock) {
        flow_ = Flow::checked;
        return end_superblock();
    }
    return true;
}

/// Stores are paid for when they are executed. Where there are too many, the limits are looked at.
void FunctionTranslator::count_stores(Opcode opcode) {
    if (!is_store(opcode)) {
        return;
    }
    if (unchecked_gas_ + kStoreGas > kMaxUncheckedGas) {
        code_.gas_slack = std::max(code_.gas_slack, unchecked_gas_);
        code_.step_slack = std::max(code_.step_slack, unchecked_steps_);
        operands_.settle();
        note_height();
        note_place(writer_.here());
        writer_.write(check_handler());
        unchecked_gas_ = 0;
        unchecked_steps_ = 0;
    }
    unchecked_gas_ += kStoreGas;
}

bool FunctionTranslator::finish() {
    sum_costs();
    for (const PendingPatch& pending : patches_) {
        if (!apply(pending)) {
            return false;
        }
    }
    for (const Superblock& superblock : superblocks_) {
        code_.records[superblock.pc] = superblock.word;
    }
    code_.records[shape_->entry] = superblocks_.front().word;
    return true;
}

void FunctionTranslator::sum_costs() {
    for (std::size_t i = superblocks_.size(); i > 0; --i) {
        Superblock& superblock = superblocks_[i - 1];
        superblock.cost = cost(superblock.gas, superblock.steps);
        if (superblock.runs_on) {
            superblock.cost += superblocks_[i].cost;
        }
    }
}

bool FunctionTranslator::apply(const PendingPatch& pending) {
    if (pending.pc < shape_->entry || pending.pc >= end_) {
        return false;
    }
    const std::uint32_t index = superblock_of_[pending.pc - shape_->entry];
    if (index == 0) {
        return false;
    }
    const Superblock& target = superblocks_[index - 1];
    Word& word = code_.words[pending.word];
    switch (pending.patch) {
        case Patch::distance: {
            const std::int64_t distance = std::int64_t{target.word} - (pending.word - 1);
            word |= wide_fields(0, 0, static_cast<std::uint32_t>(distance));
            break;
        }
        case Patch::row_distance: word = target.word - word; break;
        case Patch::cost: word = target.cost; break;
        case Patch::row_cost: word = target.cost + cost(0, 1); break;
        case Patch::onward_cost: word = target.is_break ? 0 : target.cost; break;
    }
    return true;
}

void FunctionTranslator::undo(const Savepoint& savepoint) {
    code_.words.resize(savepoint.words);
    code_.places.resize(savepoint.places);
    code_.heights.resize(savepoint.heights);
    code_.breaks.resize(savepoint.breaks);
    calls_.resize(savepoint.calls);
    writer_.forget();
}

void FunctionTranslator::note_place(std::size_t word) {
    code_.places.push_back({.word = static_cast<std::uint32_t>(word), .pc = pc_});
}

void FunctionTranslator::note_height() {
    code_.heights.push_back({.pc = pc_, .height = operands_.height()});
}

}  // namespace lockstep::vm
