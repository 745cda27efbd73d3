#include "vm/jit/function_analysis.hpp"

#include <algorithm>
#include <array>
#include <ranges>

#include "vm/jit/calling_convention.hpp"
#include "vm/jit/registers.hpp"
#include "vm/program/opcode.hpp"

namespace lockstep::vm::jit {

namespace {

/// How much more often a loop's body runs than what is around it, and loops that count.
constexpr double kLoopWeight = 8;
constexpr std::int32_t kMaxDepth = 6;

bool is_between(Opcode opcode, std::uint16_t first, std::uint16_t last) {
    const auto code = static_cast<std::uint16_t>(opcode);
    return first <= code && code <= last;
}

bool is_jump(Opcode opcode) {
    return opcode == Opcode::jump || opcode == Opcode::jump_if || opcode == Opcode::jump_unless;
}

/// Whether the value may as well be loaded into a register for floats.
bool is_untyped(Opcode opcode) {
    return opcode == Opcode::i32_load || opcode == Opcode::i64_load || opcode == Opcode::const_;
}

}  // namespace

bool takes_floats(Opcode opcode) {
    return is_between(opcode, 0x0600, 0x0607) || is_between(opcode, 0x065B, 0x0666) ||
           is_between(opcode, 0x068B, 0x06A6) || is_between(opcode, 0x06A8, 0x06AB) ||
           is_between(opcode, 0x06AE, 0x06B1) || opcode == Opcode::f32_demote_f64 ||
           opcode == Opcode::f64_promote_f32;
}

bool gives_float(Opcode opcode) {
    return is_between(opcode, 0x068B, 0x06A6) || is_between(opcode, 0x06B2, 0x06BB);
}

FunctionAnalysis::FunctionAnalysis(const Program& program, const CallingConvention& convention)
    : program_(program), convention_(convention) {
    std::uint32_t most = 0;
    for (const FunctionInfo& info : program.function_infos) {
        most = std::max(most, info.locals);
    }
    usage_.resize(most);
}

void FunctionAnalysis::analyse(std::uint32_t function) {
    begin_ = program_.functions[function].entry;
    end_ = program_.function_infos[function].code_end;
    const std::size_t size = end_ - begin_;
    marks_.assign(size, 0);
    loop_ends_.assign(size, 0);
    depth_changes_.assign(size + 1, 0);
    stack_.clear();
    for (const std::uint32_t local : touched_) {
        usage_[local] = {};
    }
    touched_.clear();
    loaded_locals_.clear();
    interruptions_ = 0;
    find_targets();
    find_uses();
    choose_pinned(function);
}

void FunctionAnalysis::find_targets() {
    for (std::uint32_t pc = begin_; pc < end_; ++pc) {
        const Instruction& instruction = program_.code[pc];
        if (!is_jump(instruction.opcode)) {
            continue;
        }
        const std::uint32_t target = instruction.b - begin_;
        marks_[target] |= kTarget;
        if (instruction.b <= pc) {
            marks_[target] |= kLoop;
            loop_ends_[target] = pc - begin_;
        }
    }
    for (std::size_t i = 0; i < marks_.size(); ++i) {
        if ((marks_[i] & kLoop) != 0) {
            ++depth_changes_[i];
            --depth_changes_[loop_ends_[i] + 1];
        }
    }
}

void FunctionAnalysis::find_uses() {
    std::array<double, kMaxDepth + 1> weights{1};
    for (std::size_t i = 1; i < weights.size(); ++i) {
        weights.at(i) = weights.at(i - 1) * kLoopWeight;
    }
    std::int32_t depth = 0;
    for (std::uint32_t pc = begin_; pc < end_; ++pc) {
        depth += depth_changes_[pc - begin_];
        if (is_target(pc)) {
            stack_.clear();
        }
        use(program_.code[pc], pc,
            weights.at(static_cast<std::size_t>(std::min(depth, kMaxDepth))));
    }
}

void FunctionAnalysis::use(const Instruction& instruction, std::uint32_t pc, double weight) {
    switch (instruction.opcode) {
        case Opcode::local_get:
            usage(instruction.b).uses += weight;
            stack_.push_back({.local = instruction.b});
            return;
        case Opcode::local_set: set_local(instruction.b, pop(), weight); return;
        case Opcode::local_tee: {
            const Origin value = pop();
            set_local(instruction.b, value, weight);
            stack_.push_back({.local = instruction.b, .pc = value.pc, .is_float = value.is_float});
            return;
        }
        case Opcode::call:
        case Opcode::call_reference:
            interruptions_ += weight;
            stack_.clear();
            return;
        default: use_other(instruction, pc, weight); return;
    }
}

void FunctionAnalysis::use_other(const Instruction& instruction, std::uint32_t pc, double weight) {
    const OpcodeTraits& row = traits(instruction.opcode);
    if (row.family == Family::bulk || row.family == Family::host) {
        interruptions_ += weight;
    }
    const std::uint32_t pops = pop_count(instruction, row);
    const bool floats = takes_floats(instruction.opcode);
    for (std::uint32_t i = 0; i < pops && !stack_.empty(); ++i) {
        const Origin origin = pop();
        if (floats) {
            vote(origin, weight);
        }
    }
    for (std::uint32_t i = 0; i < row.pushes; ++i) {
        stack_.push_back({.pc = is_untyped(instruction.opcode) ? pc : kNone,
                          .is_float = gives_float(instruction.opcode)});
    }
}

void FunctionAnalysis::set_local(std::uint32_t local, const Origin& value, double weight) {
    usage(local).uses += weight;
    if (value.is_float) {
        usage(local).float_uses += weight;
    } else if (value.pc != kNone) {
        loaded_locals_.push_back({.pc = value.pc, .local = local});
        usage(local).uses -= weight / 2;  // it says nothing of what the local is
    }
}

void FunctionAnalysis::vote(const Origin& origin, double weight) {
    if (origin.local != kNone) {
        usage(origin.local).float_uses += weight;
    }
    if (origin.pc != kNone) {
        marks_[origin.pc - begin_] |= kFloat;
    }
}

FunctionAnalysis::Origin FunctionAnalysis::pop() {
    if (stack_.empty()) {
        return {};
    }
    const Origin origin = stack_.back();
    stack_.pop_back();
    return origin;
}

FunctionAnalysis::Usage& FunctionAnalysis::usage(std::uint32_t local) {
    Usage& usage = usage_[local];
    if (usage.uses == 0 && usage.float_uses == 0) {
        touched_.push_back(local);
    }
    return usage;
}

bool FunctionAnalysis::is_float_local(std::uint32_t local) const {
    return 2 * usage_[local].float_uses > usage_[local].uses;
}

void FunctionAnalysis::choose_pinned(std::uint32_t function) {
    pinned_.clear();
    used_gps_ = 0;
    used_xmms_ = 0;
    std::ranges::sort(touched_);
    touched_.erase(std::ranges::unique(touched_).begin(), touched_.end());
    std::vector<std::uint32_t> candidates;
    for (const std::uint32_t local : touched_) {
        if (usage_[local].uses > interruptions_) {
            candidates.push_back(local);
        }
    }
    const std::size_t count = std::min(candidates.size(), kLocalGps.size() + kLocalXmms.size());
    std::ranges::partial_sort(candidates, candidates.begin() + static_cast<std::ptrdiff_t>(count),
                              [&](std::uint32_t left, std::uint32_t right) {
                                  return usage_[left].uses != usage_[right].uses
                                             ? usage_[left].uses > usage_[right].uses
                                             : left < right;
                              });
    candidates.resize(count);
    for (const std::uint32_t local : candidates) {
        pin(local, is_float_local(local), function);
    }
    for (const LoadedLocal& loaded : loaded_locals_) {
        if (is_float_local(loaded.local)) {
            marks_[loaded.pc - begin_] |= kFloat;
        }
    }
}

/// A parameter that is passed in a register stays there, or gets none, and what is passed in memory
/// gets none where arguments are, so that nothing needs to be moved in an order.
void FunctionAnalysis::pin(std::uint32_t local, bool is_float, std::uint32_t function) {
    std::uint32_t& used = is_float ? used_xmms_ : used_gps_;
    const FunctionRecord& record = program_.functions[function];
    if (local < record.parameters) {
        const ArgumentPlace place = convention_.place_of(record.type, local);
        const auto kind = is_float ? ArgumentPlace::Kind::xmm : ArgumentPlace::Kind::gp;
        if (place.kind == kind && (used & (1U << place.reg)) == 0) {
            used |= 1U << place.reg;
            pinned_.push_back({.local = local, .reg = place.reg, .is_float = is_float});
        }
        return;
    }
    // The last first: arguments are in the first.
    const auto choose = [&](const auto& registers) {
        for (const std::uint8_t reg : std::views::reverse(registers)) {
            if ((used & (1U << reg)) == 0) {
                used |= 1U << reg;
                pinned_.push_back({.local = local, .reg = reg, .is_float = is_float});
                return;
            }
        }
    };
    is_float ? choose(kLocalXmms) : choose(kLocalGps);
}

}  // namespace lockstep::vm::jit
