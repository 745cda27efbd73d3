#include "trace/witness.hpp"

#include "base/byte_writer.hpp"
#include "merkle/multiproof.hpp"
#include "trace/recording_access.hpp"
#include "trace/witness_access.hpp"
#include "vm/instructions/execute.hpp"
#include "vm/machine/float_environment.hpp"

namespace lockstep::trace {

namespace {

void append_instruction(ByteWriter& writer, const Image& image, std::uint32_t pc) {
    const std::uint64_t leaf = pc / 2;
    writer.put(image.image_record.code_depth);
    writer.put(image.image_record.program);
    merkle::append_multiproof(writer, image.code, std::span(&leaf, 1));
}

void append_operands(ByteWriter& writer, const vm::MachineState& state, const Committer& committer,
                     std::uint32_t count) {
    if (count == 0) {
        return;
    }
    const std::size_t height = state.values.size() - count;
    writer.put(committer.value_link(height));
    for (std::size_t i = state.values.size(); i > height; --i) {
        writer.put(state.values[i - 1]);
    }
}

template <vm::StateAccess A>
[[gnu::noinline]] void execute_here(A& access, const vm::Instruction& instruction) {
    vm::apply(access, vm::execute(access, instruction));
}

template <vm::StateAccess A>
void execute_step(A& access, const vm::Instruction& instruction) {
    const vm::FloatEnvironment environment;
    execute_here(access, instruction);
}

}  // namespace

Bytes record_step(const vm::Program& program, vm::MachineState& state, Committer& committer) {
    ByteWriter writer;
    append(writer, committer.commit(state));
    if (state.status != vm::Status::running) {
        return writer.take();
    }
    const vm::Instruction& instruction = program.code[state.pc];
    append_instruction(writer, committer.image(), state.pc);
    append_operands(writer, state, committer,
                    vm::pop_count(instruction, vm::traits(instruction.opcode)));
    RecordingAccess access(program, state, committer, writer);
    execute_step(access, instruction);
    return writer.take();
}

std::string_view witness_error_name(WitnessError error) {
    switch (error) {
        case WitnessError::truncated: return "truncated";
        case WitnessError::trailing_bytes: return "trailing bytes";
        case WitnessError::bad_status: return "status is none of running, halted, trapped";
        case WitnessError::bad_depth: return "a tree is deeper than allowed";
        case WitnessError::wrong_image: return "the instruction is not of the state's image";
        case WitnessError::unknown_opcode: return "unknown opcode";
        case WitnessError::wrong_values: return "the operands are not on the value stack";
        case WitnessError::wrong_environment: return "not the state's environment";
        case WitnessError::wrong_memory: return "not the state's memory";
        case WitnessError::wrong_locals: return "not the running frame's locals";
        case WitnessError::wrong_globals: return "not the state's globals";
        case WitnessError::wrong_table: return "not the state's table";
        case WitnessError::wrong_program: return "not the image's program";
        case WitnessError::wrong_function: return "not the program's function";
        case WitnessError::wrong_pool: return "not the program's segment";
        case WitnessError::wrong_io: return "not the state's input or output";
        case WitnessError::wrong_caller: return "not the suspended frame";
        case WitnessError::index_out_of_range: return "an index is outside its tree";
        case WitnessError::non_canonical_sibling: return "a zero sibling is spelled out";
        case WitnessError::non_zero_padding: return "unused bits of a bitmap are set";
        case WitnessError::bad_flag: return "a charged flag is neither 0 nor 1";
    }
    return "unknown";
}

std::expected<ProvenStep, WitnessFailure> replay_witness(ByteView witness) {
    WitnessAccess access(witness);
    access.read_state();
    ProvenStep proven{.pre = StateRoot(hash(access.record())),
                      .post = {},
                      .step = access.record().steps,
                      .opcode = 0};
    const bool running = access.record().status == static_cast<std::uint8_t>(vm::Status::running);
    if (running) {
        const vm::Instruction instruction = access.read_instruction();
        if (!access.error()) {
            proven.opcode = static_cast<std::uint16_t>(instruction.opcode);
            execute_step(access, instruction);
        }
    }
    proven.post = access.finish();
    if (access.error()) {
        return std::unexpected(*access.error());
    }
    return proven;
}

}  // namespace lockstep::trace
