#include "tests/differential/jit/state_difference.hpp"

#include <algorithm>
#include <cstring>

namespace lockstep::jit_test {

namespace {

std::string pair_of(std::uint64_t left, std::uint64_t right) {
    return " " + std::to_string(left) + " and " + std::to_string(right);
}

std::string slot_difference(std::string_view name, std::span<const std::uint64_t> left,
                            std::span<const std::uint64_t> right) {
    if (left.size() != right.size()) {
        return std::string(name) + ": slots" + pair_of(left.size(), right.size());
    }
    const auto [at, other] = std::ranges::mismatch(left, right);
    if (at == left.end()) {
        return "";
    }
    return std::string(name) + "[" + std::to_string(at - left.begin()) + "]" + pair_of(*at, *other);
}

std::string frame_difference(const std::vector<vm::Frame>& left,
                             const std::vector<vm::Frame>& right) {
    if (left.size() != right.size()) {
        return "call depth" + pair_of(left.size(), right.size());
    }
    for (std::size_t i = 0; i < left.size(); ++i) {
        if (left[i].return_pc != right[i].return_pc) {
            return "frame " + std::to_string(i) + ": return_pc" +
                   pair_of(left[i].return_pc, right[i].return_pc);
        }
        if (left[i].locals_begin != right[i].locals_begin) {
            return "frame " + std::to_string(i) + ": locals_begin" +
                   pair_of(left[i].locals_begin, right[i].locals_begin);
        }
    }
    return "";
}

struct Range {
    std::size_t begin = 0;
    std::size_t length = 0;
};

/// All of a memory, so that nothing is written that is not charged; of a large one, which nobody can
/// read through, the chunks that are.
std::vector<Range> ranges_to_compare(const vm::Memory& memory) {
    constexpr std::uint32_t kMostPages = 256;
    if (memory.pages() == 0) {
        return {};
    }
    if (memory.pages() <= kMostPages) {
        return {{.begin = 0, .length = memory.bytes().size()}};
    }
    std::vector<Range> ranges;
    for (const std::uint32_t chunk : memory.charged_chunks()) {
        ranges.push_back(
            {.begin = std::size_t{chunk} * vm::kChunkBytes, .length = vm::kChunkBytes});
    }
    return ranges;
}

std::string memory_difference(const vm::Memory& left, const vm::Memory& right) {
    if (left.pages() != right.pages() || left.max_pages() != right.max_pages()) {
        return "pages" + pair_of(left.pages(), right.pages());
    }
    if (!std::ranges::equal(left.charged_chunks(), right.charged_chunks())) {
        return "charged chunks";
    }
    if (!std::ranges::equal(left.logged_chunks(), right.logged_chunks())) {
        return "logged chunks";
    }
    for (const Range& range : ranges_to_compare(left)) {
        const ByteView bytes = left.bytes().subspan(range.begin, range.length);
        const ByteView others = right.bytes().subspan(range.begin, range.length);
        if (std::memcmp(bytes.data(), others.data(), bytes.size()) != 0) {
            const auto at =
                static_cast<std::size_t>(std::ranges::mismatch(bytes, others).in1 - bytes.begin());
            return "byte " + std::to_string(range.begin + at) + pair_of(bytes[at], others[at]);
        }
    }
    return "";
}

std::string tracked_difference(const std::string& name, const vm::TrackedSlots& left,
                               const vm::TrackedSlots& right) {
    if (std::string what = slot_difference(name, left.slots(), right.slots()); !what.empty()) {
        return what;
    }
    return std::ranges::equal(left.dirty_leaves(), right.dirty_leaves()) ? ""
                                                                         : name + ": dirty leaves";
}

std::string register_difference(const vm::MachineState& left, const vm::MachineState& right) {
    if (left.steps != right.steps) {
        return "steps" + pair_of(left.steps.value, right.steps.value);
    }
    if (left.status != right.status || left.code != right.code) {
        return "status or code" + pair_of(left.code, right.code);
    }
    if (left.pc != right.pc) {
        return "pc" + pair_of(left.pc, right.pc);
    }
    if (left.gas != right.gas) {
        return "gas" + pair_of(left.gas.value, right.gas.value);
    }
    if (left.slots_used != right.slots_used) {
        return "slots_used" + pair_of(left.slots_used, right.slots_used);
    }
    return left.locals_begin == right.locals_begin
               ? ""
               : "locals_begin" + pair_of(left.locals_begin, right.locals_begin);
}

std::string stack_difference(const vm::MachineState& left, const vm::MachineState& right) {
    if (std::string what = frame_difference(left.callers, right.callers); !what.empty()) {
        return what;
    }
    if (std::string what = slot_difference("values", {left.values.begin(), left.values.end()},
                                           {right.values.begin(), right.values.end()});
        !what.empty()) {
        return what;
    }
    return slot_difference("locals", {left.locals.begin(), left.locals.end()},
                           {right.locals.begin(), right.locals.end()});
}

std::string environment_difference(const vm::MachineState& left, const vm::MachineState& right) {
    for (std::size_t i = 0; i < left.memories.size(); ++i) {
        if (std::string what = memory_difference(left.memories[i], right.memories[i]);
            !what.empty()) {
            return "memory " + std::to_string(i) + ": " + what;
        }
    }
    if (std::string what = tracked_difference("globals", left.globals, right.globals);
        !what.empty()) {
        return what;
    }
    for (std::size_t i = 0; i < left.tables.size(); ++i) {
        const vm::Table& table = left.tables[i];
        const vm::Table& other = right.tables[i];
        const std::string name = "table " + std::to_string(i);
        if (table.size != other.size || table.max != other.max) {
            return name + ": size" + pair_of(table.size, other.size);
        }
        if (std::string what = tracked_difference(name, table.slots, other.slots); !what.empty()) {
            return what;
        }
    }
    return left.output == right.output ? "" : "output";
}

}  // namespace

std::string difference(const vm::MachineState& left, const vm::MachineState& right) {
    if (std::string what = register_difference(left, right); !what.empty()) {
        return what;
    }
    if (std::string what = stack_difference(left, right); !what.empty()) {
        return what;
    }
    return environment_difference(left, right);
}

bool same_frames_survived(const std::vector<vm::Frame>& left_before,
                          const std::vector<vm::Frame>& left,
                          const std::vector<vm::Frame>& right_before,
                          const std::vector<vm::Frame>& right) {
    const std::size_t common = std::min(left_before.size(), left.size());
    for (std::size_t i = 0; i < common; ++i) {
        if ((left_before[i].id == left[i].id) != (right_before[i].id == right[i].id)) {
            return false;
        }
    }
    return true;
}

}  // namespace lockstep::jit_test
