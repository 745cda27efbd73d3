#include "vm/interpreter/threaded_code.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace lockstep::vm {

std::uint32_t ThreadedCode::pc_of(const Word* record) const {
    const auto word = static_cast<std::uint32_t>(record - words.data());
    const auto place = std::ranges::lower_bound(places, word, {}, &RecordPlace::word);
    LOCKSTEP_CHECK(place != places.end() && place->word == word);
    return place->pc;
}

std::uint32_t ThreadedCode::height_at(std::uint32_t pc) const {
    const auto found = std::ranges::lower_bound(heights, pc, {}, &OperandHeight::pc);
    LOCKSTEP_CHECK(found != heights.end() && found->pc == pc);
    return found->height;
}

const FunctionShape* ThreadedCode::shape_at(std::uint32_t pc) const {
    const auto next = std::ranges::upper_bound(shapes, pc, {}, &FunctionShape::entry);
    if (next == shapes.begin()) {
        return nullptr;
    }
    const FunctionShape& shape = *(next - 1);
    return shape.is_translated ? &shape : nullptr;
}

StaticCost ThreadedCode::spent_ahead(const Program& program, std::uint32_t pc) const {
    StaticCost cost;
    for (std::uint32_t at = pc; at < program.code.size(); ++at) {
        const Instruction& instruction = program.code[at];
        if (instruction.opcode == Opcode::charge) {
            if (at != pc && std::ranges::binary_search(breaks, at)) {
                break;
            }
            cost.gas += instruction.a;
        }
        ++cost.steps;
        if (traits(instruction.opcode).ends_superblock) {
            break;
        }
    }
    return cost;
}

}  // namespace lockstep::vm
