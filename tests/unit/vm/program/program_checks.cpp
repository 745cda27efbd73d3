#include "program_checks.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/tree_depth.hpp"
#include "vm/program/disassembly.hpp"

namespace lockstep::vm {

namespace {

constexpr std::int64_t kUnreached = -1;

/// A run of code that is entered at its first instruction.
struct Region {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t locals = 0;
    std::uint32_t parameters = 0;
    /// Null for the prologue.
    const FunctionRecord* record = nullptr;
};

class Checker {
public:
    explicit Checker(const Program& program) : program_(program) {}

    std::vector<std::string> run() {
        std::uint32_t begin = 0;
        const std::uint32_t prologue_end = program_.functions.empty()
                                               ? static_cast<std::uint32_t>(program_.code.size())
                                               : program_.functions.front().entry;
        check({.begin = begin, .end = prologue_end, .parameters = 1});
        begin = prologue_end;
        for (std::size_t i = 0; i < program_.functions.size(); ++i) {
            const FunctionRecord& record = program_.functions[i];
            const FunctionInfo& info = program_.function_infos[i];
            expect(record.entry == begin, begin, "functions follow one another");
            check({.begin = record.entry,
                   .end = info.code_end,
                   .locals = info.locals,
                   .parameters = record.parameters,
                   .record = &record});
            begin = info.code_end;
        }
        expect(begin == program_.code.size(), begin, "no code after the last function");
        return std::move(faults_);
    }

private:
    void expect(bool condition, std::uint32_t pc, const char* rule) {
        if (!condition && faults_.size() < 10) {
            faults_.push_back(std::to_string(pc) + ": " + rule);
        }
    }

    const Instruction& at(std::uint32_t pc) const { return program_.code[pc]; }

    void check(const Region& region) {
        if (region.record != nullptr) {
            expect(region.record->locals_depth == slot_tree_depth(region.locals), region.begin,
                   "the locals' depth is that of their number");
        }
        walk(region);
        check_superblocks(region);
        for (std::uint32_t pc = region.begin; pc < region.end; ++pc) {
            check_immediates(region, pc);
        }
    }

    void walk(const Region& region) {
        heights_.assign(region.end - region.begin, kUnreached);
        std::int64_t max_height = 0;
        reach(region, region.begin, region.parameters);
        while (!pending_.empty()) {
            const std::uint32_t pc = pending_.back();
            pending_.pop_back();
            const std::int64_t before = heights_[pc - region.begin];
            const std::int64_t after = step(region, pc, before);
            max_height = std::max({max_height, before, after});
        }
        for (std::uint32_t pc = region.begin; pc < region.end; ++pc) {
            expect(heights_[pc - region.begin] != kUnreached, pc, "all code is reached");
        }
        if (region.record != nullptr) {
            expect(region.record->slots == region.locals + max_height, region.begin,
                   "slots are locals and the maximum operand height");
        }
    }

    void reach(const Region& region, std::uint32_t pc, std::int64_t height) {
        if (pc < region.begin || pc >= region.end) {
            expect(false, pc, "control stays in the function");
            return;
        }
        std::int64_t& known = heights_[pc - region.begin];
        if (known == kUnreached) {
            known = height;
            pending_.push_back(pc);
        }
        expect(known == height, pc, "operand heights agree where paths join");
    }

    /// Follows the instruction; the height after it.
    std::int64_t step(const Region& region, std::uint32_t pc, std::int64_t before) {
        const Instruction& instruction = at(pc);
        const OpcodeTraits& row = traits(instruction.opcode);
        const auto [pops, pushes] = effect(instruction, row, pc);
        expect(before >= pops, pc, "no operand is missing");
        const std::int64_t after = before - pops + pushes;
        switch (instruction.opcode) {
            case Opcode::unreachable: break;
            case Opcode::return_:
                if (region.record != nullptr) {
                    expect(after == region.record->results, pc, "a return leaves the results");
                }
                break;
            case Opcode::jump: reach_target(region, pc, after); break;
            case Opcode::jump_if:
            case Opcode::jump_unless:
                reach_target(region, pc, after);
                reach(region, pc + 1, after);
                break;
            case Opcode::jump_table:
                for (std::uint32_t i = 0; i <= instruction.b; ++i) {
                    expect(pc + 1 + i < region.end && at(pc + 1 + i).opcode == Opcode::jump, pc,
                           "rows are jumps");
                    reach(region, pc + 1 + i, after);
                }
                break;
            default: reach(region, pc + 1, after); break;
        }
        return after;
    }

    void reach_target(const Region& region, std::uint32_t pc, std::int64_t height) {
        const std::uint32_t target = at(pc).b;
        expect(target < program_.code.size() && at(target).opcode == Opcode::charge, pc,
               "jumps lead to charges");
        reach(region, target, height);
    }

    /// Values popped and pushed.
    std::pair<std::int64_t, std::int64_t> effect(const Instruction& instruction,
                                                 const OpcodeTraits& row, std::uint32_t pc) {
        if (instruction.opcode == Opcode::call) {
            const auto callee = function_at(program_, instruction.b);
            if (!callee) {
                expect(false, pc, "calls lead to functions");
                return {0, 0};
            }
            const FunctionRecord& record = program_.functions[callee->value];
            expect(record.entry == instruction.b && record.slots == instruction.a &&
                       record.locals_depth == instruction.c,
                   pc, "a call says what the callee's record says");
            return {record.parameters, record.results};
        }
        if (instruction.opcode == Opcode::call_reference) {
            expect(instruction.b < program_.types.size(), pc, "the type exists");
            const FunctionType& type = program_.types[instruction.b];
            return {1 + type.parameters.size(), type.results.size()};
        }
        return {pop_count(instruction, row), row.pushes};
    }

    void check_superblocks(const Region& region) {
        for (std::uint32_t pc = region.begin; pc < region.end;) {
            const std::uint32_t head = pc;
            expect(at(head).opcode == Opcode::charge, head, "a superblock begins with a charge");
            std::uint64_t price = 0;
            bool ended = false;
            do {
                const OpcodeTraits& row = traits(at(pc).opcode);
                price += row.price_gas;
                ended = row.ends_superblock;
                pc += at(pc).opcode == Opcode::jump_table ? at(pc).b + 2 : 1;
            } while (!ended && pc < region.end && at(pc).opcode != Opcode::charge);
            if (head == region.begin && region.record != nullptr) {
                price += (region.record->slots + 7) / 8;
            }
            expect(pc - head > 1 || head == region.begin, head,
                   "no superblock but an entry's is empty");
            expect(at(head).a == price, head, "a charge is the price of its superblock");
        }
    }

    void check_immediates(const Region& region, std::uint32_t pc) {
        const Instruction& instruction = at(pc);
        switch (instruction.opcode) {
            case Opcode::local_get:
            case Opcode::local_set:
            case Opcode::local_tee:
                expect(instruction.b < region.locals, pc, "the local exists");
                expect(instruction.c == slot_tree_depth(region.locals), pc, "depth of locals");
                break;
            case Opcode::global_get:
            case Opcode::global_set:
                expect(instruction.b < program_.globals.size(), pc, "the global exists");
                expect(instruction.c == slot_tree_depth(program_.globals.size()), pc,
                       "depth of globals");
                break;
            case Opcode::return_:
                expect(instruction.a == (region.record == nullptr ? 0 : region.record->slots), pc,
                       "a return releases the frame's slots");
                break;
            case Opcode::drop:
            case Opcode::drop_under:
                expect(instruction.b >= 1 && instruction.b <= 8, pc, "drops of 1 to 8 values");
                break;
            case Opcode::invoke: expect(region.record == nullptr, pc, "a prologue invokes"); break;
            default:
                if (traits(instruction.opcode).family == Family::table) {
                    expect(instruction.b < program_.tables.size(), pc, "the table exists");
                    expect(instruction.c == ceil_log2(program_.tables.size()), pc,
                           "depth of tables");
                }
                break;
        }
    }

    const Program& program_;
    std::vector<std::string> faults_;
    std::vector<std::int64_t> heights_;
    std::vector<std::uint32_t> pending_;
};

}  // namespace

std::vector<std::string> find_faults(const Program& program) {
    return Checker(program).run();
}

}  // namespace lockstep::vm
