#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "vm/interpreter/memory_handlers.hpp"
#include "vm/interpreter/operand_window.hpp"
#include "vm/interpreter/record_writer.hpp"
#include "vm/interpreter/threaded_code.hpp"

namespace lockstep::vm {

/// A call whose callee's entry is to be filled in once all functions are translated.
struct PendingCall {
    std::uint32_t word = 0;  // of the record
    std::uint32_t pc = 0;
};

/// Translates one function after the other. Time and memory are linear in a function's instructions.
///
/// Limitation: a function whose frame does not fit into 16-bit slot numbers, or whose code is none that
/// lowering makes, is left to the one-instruction interpreter.
class FunctionTranslator {
public:
    FunctionTranslator(const Program& program, ThreadedCode& code, std::vector<PendingCall>& calls);

    /// The function whose code ends before `end`. False where it is not translated; then nothing was
    /// appended.
    [[nodiscard]] bool translate(FunctionShape& shape, std::uint32_t end);

private:
    /// How what was written last leads to the next superblock.
    enum class Flow : std::uint8_t {
        none,     // not at all
        onward,   // runs on into it: its cost is spent by then
        branch,   // does not branch; its cost is in the branch's record
        checked,  // looks at the limits once its cost is spent
    };

    struct Superblock {
        std::uint32_t pc = 0;
        std::uint32_t word = 0;
        std::uint64_t gas = 0;
        std::uint64_t steps = 0;
        bool is_break = false;  // has a charge record of its own
        bool runs_on = false;   // into the next one, at its cost
        Word cost = 0;          // of the way from here to the next branch
    };

    /// What is to be filled in once all superblocks of the function are known.
    enum class Patch : std::uint8_t {
        distance,      // fields 2 and 3 of this word: from the word before it
        row_distance,  // this word: from the record whose word it is
        cost,          // this word
        row_cost,      // this word, with a step for the row
        onward_cost,   // this word, or 0 where the superblock has a charge record of its own
    };
    struct PendingPatch {
        Patch patch{};
        std::uint32_t word = 0;
        std::uint32_t pc = 0;
    };

    /// How an access finds its address.
    struct Location {
        Address address{};
        PlacedOperand first{};
        PlacedOperand second{};
        std::uint32_t shift = 0;
    };

    /// What a branch depends on: a value, or a comparison.
    struct Condition {
        PlacedOperand a{};
        PlacedOperand b{};
        Opcode opcode = Opcode::unreachable;
        bool is_comparison = false;
        bool sense = true;
    };

    struct Savepoint {
        std::size_t words = 0;
        std::size_t places = 0;
        std::size_t heights = 0;
        std::size_t breaks = 0;
        std::size_t calls = 0;
    };

    // function_translator.cpp
    [[nodiscard]] bool translate_body();
    [[nodiscard]] bool find_locals();
    void write_entry();
    [[nodiscard]] bool begin_superblock(const Instruction& instruction);
    [[nodiscard]] bool end_superblock();
    [[nodiscard]] bool translate_instruction(const Instruction& instruction);
    void count_stores(Opcode opcode);
    [[nodiscard]] bool finish();
    void sum_costs();
    [[nodiscard]] bool apply(const PendingPatch& pending);
    void undo(const Savepoint& savepoint);
    void note_place(std::size_t word);
    void note_height();

    // value_translation.cpp: variables, and what is rare
    [[nodiscard]] bool translate_value(const Instruction& instruction);
    void translate_tee(std::uint16_t local);
    void translate_global_get(std::uint32_t index);
    void translate_select();
    void translate_drop_under(std::uint32_t count);
    void set_local(std::uint16_t local, const PlacedOperand& value);
    [[nodiscard]] PlacedOperand in_slot(const PlacedOperand& operand);
    [[nodiscard]] bool translate_rare(const Instruction& instruction);

    // numeric_translation.cpp
    void translate_binary(Opcode opcode);
    void write_binary(Opcode opcode, const PlacedOperand& a, const PlacedOperand& b);
    [[nodiscard]] bool write_pair(Opcode opcode, const PlacedOperand& a, const PlacedOperand& b);
    [[nodiscard]] bool write_load_pair(Opcode opcode, const PlacedOperand& a,
                                       const PlacedOperand& b);
    void translate_unary(Opcode opcode);

    // memory_translation.cpp
    void translate_load(const Instruction& instruction);
    void translate_store(const Instruction& instruction);
    [[nodiscard]] bool write_store_pair(const Instruction& instruction,
                                        const PlacedOperand& address, const PlacedOperand& value);
    [[nodiscard]] Location locate(const PlacedOperand& address);
    void write_access(Handler* handler, std::uint16_t field, const Location& location,
                      std::uint64_t offset);

    // control_translation.cpp
    [[nodiscard]] bool translate_control(const Instruction& instruction);
    [[nodiscard]] bool translate_branch(const Instruction& instruction, bool sense);
    [[nodiscard]] bool translate_jump(const Instruction& instruction);
    [[nodiscard]] bool translate_jump_table(const Instruction& instruction);
    [[nodiscard]] bool translate_call(const Instruction& instruction);
    [[nodiscard]] bool translate_call_reference(const Instruction& instruction);
    [[nodiscard]] Condition find_condition(bool sense);
    [[nodiscard]] bool write_counting_branch(const Condition& condition);
    void write_branch(Condition condition);
    void begin_branch();
    void write_site(std::uint16_t distance, std::uint32_t table = 0);
    [[nodiscard]] std::optional<std::uint32_t> take_back_table_element();
    [[nodiscard]] bool translate_return(const Instruction& instruction);
    [[nodiscard]] bool note_target(std::uint32_t pc);

    static constexpr std::uint32_t kUnknownHeight = 0xFFFF'FFFF;

    const Program& program_;
    ThreadedCode& code_;
    std::vector<PendingCall>& calls_;
    RecordWriter writer_;
    OperandWindow operands_;

    FunctionShape* shape_ = nullptr;
    std::uint32_t end_ = 0;
    std::uint32_t pc_ = 0;
    Flow flow_ = Flow::none;
    std::uint32_t branch_word_ = 0;  // of the branch that is written
    bool is_open_ = false;           // a superblock has begun and not ended
    std::vector<Superblock> superblocks_;
    std::vector<PendingPatch> patches_;
    std::vector<std::uint32_t> target_heights_;  // by pc - entry; kUnknownHeight
    std::vector<std::uint32_t> superblock_of_;   // by pc - entry: index + 1
    // Since the last look at the limits.
    std::uint64_t unchecked_gas_ = 0;
    std::uint64_t unchecked_steps_ = 0;
};

}  // namespace lockstep::vm
