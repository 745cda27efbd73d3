#include "vm/jit/function_compiler.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "vm/program/disassembly.hpp"

namespace lockstep::vm::jit {

namespace {

/// What is larger is left to the interpreter: so is the memory that compiling takes.
constexpr std::size_t kMaxFunctionInstructions = 1U << 19U;
/// Displacements of locals and operands are 32 bits.
constexpr std::uint32_t kMaxFrameSlots = 1U << 20U;

}  // namespace

std::uint32_t steps_to_end(const Program& program, std::uint32_t pc) {
    std::uint32_t steps = 1;
    for (;; ++pc, ++steps) {
        const Opcode opcode = program.code[pc].opcode;
        if (opcode == Opcode::jump_table) {
            return steps + 1;
        }
        // Most instructions are of families that end none.
        const bool may_end =
            family(opcode) != Family::numeric && family(opcode) != Family::variable;
        if ((may_end && traits(opcode).ends_superblock) || pc + 1 == program.code.size() ||
            program.code[pc + 1].opcode == Opcode::charge) {
            return steps;
        }
    }
}

FunctionCompiler::FunctionCompiler(const Program& program, const CompileOptions& options,
                                   const CallingConvention& convention, NativeImage& image,
                                   FunctionAnalysis& analysis, x86::Assembler& assembler,
                                   const Stubs& stubs, std::uint32_t unit_offset,
                                   std::vector<CallFixup>& call_fixups, std::uint32_t most_locals)
    : program_(program),
      options_(options),
      convention_(convention),
      image_(image),
      analysis_(analysis),
      asm_(assembler),
      stubs_(stubs),
      unit_offset_(unit_offset),
      call_fixups_(call_fixups),
      operands_(assembler, stubs, cold_, most_locals) {}

void FunctionCompiler::compile(std::uint32_t function) {
    begin(function);
    asm_.align(asmjit::AlignMode::kCode, 16);
    image_.entries.push_back(offset());
    refuse_ = asm_.newLabel();
    asm_.sub(kBudget.r32(), std::max(program_.functions[function].slots, kLeastFrameSlots));
    asm_.long_().js(refuse_);
    if (!can_compile(function) || !try_compile_body()) {
        ++image_.interpreted_functions;
        compile_interpreted_entry();
    }
    asm_.bind(refuse_);
    store_arguments();
    asm_.mov(x86::eax, function);
    asm_.jmp(stubs_.refuse);
    compile_check_stubs();
    compile_cold_code();
    compile_jump_tables();
}

void FunctionCompiler::begin(std::uint32_t function) {
    const FunctionRecord& record = program_.functions[function];
    function_ = function;
    type_ = &program_.types[record.type];
    arguments_ = convention_.in_registers(record.type);
    begin_ = record.entry;
    end_ = program_.function_infos[function].code_end;
    cold_.clear();
    checks_.clear();
    jump_tables_.clear();
}

/// No superblock may cost more than the packed counter can take at once.
bool FunctionCompiler::can_compile(std::uint32_t function) const {
    const auto code = std::span(program_.code).subspan(begin_, end_ - begin_);
    return code.size() <= kMaxFunctionInstructions &&
           program_.functions[function].slots <= kMaxFrameSlots &&
           std::ranges::all_of(code, [](const Instruction& instruction) {
               return instruction.opcode != Opcode::charge || instruction.a <= kMaxPathGas / 4;
           });
}

/// The interpreter takes over at once. Nothing is taken from the counter, which may not hold it.
void FunctionCompiler::compile_interpreted_entry() {
    store_arguments();
    const auto number = static_cast<std::uint32_t>(image_.check_points.size());
    image_.check_points.push_back({.pc = begin_,
                                   .height = program_.functions[function_].parameters,
                                   .steps = steps_to_end(program_, begin_)});
    asm_.mov(x86::eax, number);
    asm_.jmp(stubs_.check);
}

/// False where the body is beyond us; nothing of it is left then.
bool FunctionCompiler::try_compile_body() {
    const std::size_t offset = asm_.offset();
    const std::size_t check_points = image_.check_points.size();
    const std::size_t call_sites = image_.call_sites.size();
    const std::size_t fault_sites = image_.fault_sites.size();
    const std::size_t calls = call_fixups_.size();
    try {
        compile_body();
        return true;
    } catch (const CannotCompile&) {
        asm_.setOffset(offset);
        image_.check_points.resize(check_points);
        image_.call_sites.resize(call_sites);
        image_.fault_sites.resize(fault_sites);
        call_fixups_.resize(calls);
        cold_.clear();
        checks_.clear();
        jump_tables_.clear();
        return false;
    }
}

void FunctionCompiler::compile_body() {
    path_ = {};
    is_live_ = true;
    after_call_ = false;
    labels_.assign(end_ - begin_, asmjit::Label());
    heights_.assign(end_ - begin_, kUnknown);
    paths_.assign(end_ - begin_, {});
    analysis_.analyse(function_);
    operands_.begin_function(analysis_.pinned());
    const FunctionRecord& record = program_.functions[function_];
    for (std::uint32_t i = 0; i < record.parameters; ++i) {
        operands_.push_argument(convention_.place_of(record.type, i));
    }
    for (pc_ = begin_; pc_ < end_; ++pc_) {
        const Instruction& instruction = program_.code[pc_];
        if (pc_ == begin_ + 1 + record.parameters) {
            initialise_locals();
        }
        if (is_live_ || analysis_.is_target(pc_)) {
            operands_.begin_instruction();
            compile_instruction(instruction);
        }
    }
}

void FunctionCompiler::compile_instruction(const Instruction& instruction) {
    const bool after_call = after_call_;
    if (!compile_family(instruction)) {
        execute_exactly(instruction);
    }
    after_call_ = after_call_ && !after_call;
}

/// False where there is no native code for it.
bool FunctionCompiler::compile_family(const Instruction& instruction) {
    switch (family(instruction.opcode)) {
        case Family::control:
        case Family::variable: return compile_control(instruction);
        case Family::memory: return compile_memory(instruction);
        case Family::numeric: return compile_integer(instruction) || compile_float(instruction);
        case Family::table:
            if (instruction.opcode == Opcode::table_element &&
                next_opcode() == Opcode::call_reference) {
                table_element(instruction);
                return true;
            }
            return false;
        case Family::bulk:
        case Family::host: return false;
    }
    return false;
}

Opcode FunctionCompiler::next_opcode(std::uint32_t distance) const {
    return pc_ + distance < end_ ? program_.code[pc_ + distance].opcode : Opcode::unreachable;
}

asmjit::Label FunctionCompiler::trap(Trap trap) {
    ColdCode cold(ColdCode::Kind::trap);
    cold.trap = trap;
    cold.begin = asm_.newLabel();
    cold.pc = pc_;
    cold_.push_back(cold);
    return cold.begin;
}

/// The state goes to its homes, and the interpreter does this one instruction.
void FunctionCompiler::execute_exactly(const Instruction& instruction) {
    const OpcodeTraits& row = traits(instruction.opcode);
    operands_.flush();
    operands_.store_pinned();
    if (row.family == Family::memory) {
        ++path_.stores;
        note_path();
    }
    asm_.mov(x86::eax, pc_);
    asm_.mov(x86::ecx, operands_.height());
    asm_.mov(x86::edi, steps_left());
    asm_.call(stubs_.execute);
    operands_.drop(pop_count(instruction, row));
    operands_.forget_registers();
    operands_.push_homes(row.pushes);
    if (row.ends_superblock) {
        path_ = {};
    }
    if (instruction.opcode == Opcode::halt) {
        asm_.ud2();  // what follows is compiled: jumps in it say how high the stack is at labels
    }
}

std::uint8_t FunctionCompiler::result_gp(const Operand* reusable) {
    const Opcode next = next_opcode();
    if (next == Opcode::local_set || next == Opcode::local_tee) {
        const std::uint32_t local = program_.code[pc_ + 1].b;
        const PinnedLocal* pin = operands_.pinned(local);
        if (pin != nullptr && !pin->is_float && operands_.is_pinned_gp(pin->reg)) {
            operands_.detach(local);
            return pin->reg;
        }
    }
    if (reusable != nullptr && reusable->kind == Operand::Kind::gp &&
        !operands_.is_pinned_gp(reusable->reg)) {
        return reusable->reg;
    }
    return operands_.take_gp();
}

std::uint8_t FunctionCompiler::result_xmm(const Operand* reusable) {
    const Opcode next = next_opcode();
    if (next == Opcode::local_set || next == Opcode::local_tee) {
        const std::uint32_t local = program_.code[pc_ + 1].b;
        const PinnedLocal* pin = operands_.pinned(local);
        if (pin != nullptr && pin->is_float && operands_.is_pinned_xmm(pin->reg)) {
            operands_.detach(local);
            return pin->reg;
        }
    }
    if (reusable != nullptr && reusable->kind == Operand::Kind::xmm &&
        !operands_.is_pinned_xmm(reusable->reg)) {
        return reusable->reg;
    }
    return operands_.take_xmm();
}

}  // namespace lockstep::vm::jit
