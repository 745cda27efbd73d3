#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <vector>

#include "fuzz/choices.hpp"
#include "tests/random_modules/instruction_writer.hpp"
#include "tests/random_modules/module_shape.hpp"

namespace lockstep::random_modules {

/// Writes the body of one function. `value` leaves one value of a type on the stack, `statement` leaves
/// the stack as it was. Both may also branch away, and then leave anything.
///
/// All decisions are taken from the choices; where they are at their end, the simplest one is taken.
class BodyGenerator {
public:
    /// With `settle_nans`, each NaN that an instruction computes is replaced by the positive quiet one
    /// without payload. The same choices lead to the same code but for that.
    BodyGenerator(fuzz::Choices& choices, const ModuleShape& shape, std::uint32_t function,
                  bool settle_nans);

    /// The code entry, without its size.
    [[nodiscard]] Bytes generate();

private:
    using Types = std::vector<vm::ValueType>;

    /// What a branch to it carries.
    struct Label {
        Types types;
    };

    enum class BlockKind : std::uint8_t { block, loop, if_ };

    // values.cpp
    void value(vm::ValueType type, unsigned depth);
    void leaf(vm::ValueType type);
    void values(const Types& types, unsigned depth);
    void defaults(const Types& types);
    void numeric(vm::ValueType type, unsigned depth);
    void numeric_operand(vm::WasmOpcode opcode, unsigned place, unsigned depth);
    void settle(vm::WasmOpcode opcode);
    void select(vm::ValueType type, unsigned depth);
    void local_value(vm::ValueType type, unsigned depth);
    void reference(vm::ValueType type, unsigned depth);
    void stored(vm::ValueType type, unsigned depth);

    // stores.cpp: memory and tables
    void address(unsigned depth);
    void memory_argument(vm::WasmOpcode opcode);
    void load(vm::ValueType type, unsigned depth);
    void store(unsigned depth);
    void bulk(unsigned depth);
    [[nodiscard]] std::uint32_t count_up_to(std::uint64_t most);
    void length(unsigned depth);
    void growth(unsigned depth);
    void table_index(std::uint32_t table, unsigned depth);
    void table_get(vm::ValueType type, unsigned depth);
    void table_statement(unsigned depth);
    void table_copy(std::uint32_t table, unsigned depth);
    void table_init(std::uint32_t table, unsigned depth);
    void host_call(unsigned depth);

    // control.cpp
    void spend_fuel();
    void statement(unsigned depth);
    void statements(unsigned depth);
    void mix(vm::ValueType type);
    void sink(vm::ValueType type);
    void sink_all(const Types& types);
    void block(BlockKind kind, const vm::FunctionType& type, std::optional<std::uint32_t> index,
               unsigned depth);
    void body(BlockKind kind, const vm::FunctionType& type, unsigned depth);
    void turn_again(const Types& parameters, unsigned depth);
    void block_value(vm::ValueType type, unsigned depth);
    void block_statement(unsigned depth);
    void call(std::uint32_t function, unsigned depth);
    void call_indirect(std::uint32_t table, std::uint32_t type, std::optional<std::uint32_t> slot,
                       unsigned depth);
    bool call_through_table(unsigned depth);
    void call_statement(unsigned depth);
    void call_value(vm::ValueType type, unsigned depth);
    void branch_if(unsigned depth);
    void branch_if_value(vm::ValueType type, unsigned depth);
    void branch_table(std::size_t label, unsigned depth);
    void escape(unsigned depth);
    [[nodiscard]] std::uint32_t label_index(std::size_t label) const;

    void op(vm::WasmOpcode opcode) { out_.op(opcode); }
    void op(vm::WasmOpcode opcode, std::uint32_t index) { out_.op(opcode, index); }
    void i32(std::uint32_t number) { out_.constant(vm::ValueType::i32, number); }

    [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return choices_.below(bound); }
    /// The simplest choice is no.
    [[nodiscard]] bool one_in(std::uint64_t n) { return below(n) == n - 1; }
    [[nodiscard]] bool is_careful() { return shape_.careful && !one_in(100); }
    /// One of the indices for which `is_fit` holds, if any.
    template <typename Predicate>
    [[nodiscard]] std::optional<std::uint32_t> any_of(std::size_t count, Predicate is_fit);
    [[nodiscard]] std::optional<std::uint32_t> local_of(vm::ValueType type);
    [[nodiscard]] std::optional<std::uint32_t> global_of(vm::ValueType type, bool to_set);
    [[nodiscard]] std::optional<std::uint32_t> table_of(vm::ValueType type);

    fuzz::Choices& choices_;
    const ModuleShape& shape_;
    const vm::FunctionType& type_;
    bool settle_nans_;
    InstructionWriter out_;
    Types locals_;               // parameters first; the last two are for settling NaNs
    std::vector<Label> labels_;  // outermost first
    int budget_ = 0;             // of values and statements
};

template <typename Predicate>
std::optional<std::uint32_t> BodyGenerator::any_of(std::size_t count, Predicate is_fit) {
    std::vector<std::uint32_t> fit;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (is_fit(i)) {
            fit.push_back(i);
        }
    }
    if (fit.empty()) {
        return std::nullopt;
    }
    return fit[below(fit.size())];
}

}  // namespace lockstep::random_modules
