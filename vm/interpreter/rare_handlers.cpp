#include "vm/interpreter/rare_handlers.hpp"

#include <array>

#include "vm/instructions/execute.hpp"
#include "vm/interpreter/context.hpp"
#include "vm/interpreter/credit.hpp"
#include "vm/interpreter/frame_access.hpp"
#include "vm/interpreter/opcode_class.hpp"

namespace lockstep::vm {

namespace {

/// One step of the record's instruction.
template <Opcode opcode>
[[gnu::noinline]] Outcome step(Registers& r) {
    const HandlerContext& context = *r.context;
    const auto gas = context.gas_beyond + static_cast<std::uint64_t>(credit_gas(r.credit));
    FrameAccess access(*context.program, *context.state, r.frame + field(r.record, 2), gas);
    const Instruction& instruction = context.program->code[wide_field(r.record, 0)];
    const Outcome outcome = execute_opcode<opcode>(access, instruction);
    spend_credit(r.credit, cost(gas - access.gas(), 0));
    return outcome;
}

template <Opcode opcode>
struct RareHandler {
    static Next execute(Registers& r) {
        Registers copy = r;
        const Outcome outcome = step<opcode>(copy);
        r.credit = copy.credit;
        if (outcome.kind == Outcome::Kind::trap) [[unlikely]] {
            return leave(r, Leaving::trap, outcome.value);
        }
        return go_on(r, kRareWords);
    }
};

/// It may take many steps. The first one's cost has been spent; each other one is spent before it is
/// taken, and given back where it is left to the one-instruction interpreter. Each costs more gas than
/// steps, so that no step is taken that the credit has no gas for.
template <Opcode opcode>
struct RareEndHandler {
    static Next execute(Registers& r) {
        Registers copy = r;
        Outcome outcome = step<opcode>(copy);
        while (outcome.kind == Outcome::Kind::stay) {
            spend_credit(copy.credit, cost(0, 1));
            if (copy.credit < 0) {
                r.credit = copy.credit;
                return leave(r, Leaving::here);
            }
            outcome = step<opcode>(copy);
        }
        r.credit = copy.credit;
        if (outcome.kind == Outcome::Kind::trap) [[unlikely]] {
            return leave(r, Leaving::trap, outcome.value);
        }
        if constexpr (opcode == Opcode::memory_grow) {
            r.memory_bytes = std::uint64_t{r.context->memory->pages()} * kPageBytes;
        }
        spend_credit(r.credit, r.record[2]);
        if (r.credit < 0) [[unlikely]] {
            return leave(r, Leaving::behind);
        }
        return go_on(r, kRareEndWords);
    }
};

constexpr bool is_rare(Opcode opcode) {
    const Family family = family_of(opcode);
    return family == Family::memory || family == Family::bulk || family == Family::table ||
           (family == Family::host && opcode != Opcode::halt);
}

constexpr std::size_t kOpcodeNumbers = 0x800;

template <Opcode opcode, bool ends_superblock>
constexpr void add_rare(std::array<Handler*, kOpcodeNumbers>& table) {
    if constexpr (is_rare(opcode)) {
        if constexpr (ends_superblock) {
            table[static_cast<std::uint16_t>(opcode)] = handle<RareEndHandler<opcode>>;
        } else {
            table[static_cast<std::uint16_t>(opcode)] = handle<RareHandler<opcode>>;
        }
    }
}

constexpr std::array<Handler*, kOpcodeNumbers> kRare = [] {
    std::array<Handler*, kOpcodeNumbers> table{};
#define LOCKSTEP_OPCODE(code, name, family, price, pops, pushes, ends_superblock) \
    add_rare<Opcode::name, (ends_superblock) != 0>(table);
#include "vm/program/opcodes.def"
#undef LOCKSTEP_OPCODE
    return table;
}();

}  // namespace

Handler* rare_handler(Opcode opcode) {
    return kRare[static_cast<std::uint16_t>(opcode)];
}

}  // namespace lockstep::vm
