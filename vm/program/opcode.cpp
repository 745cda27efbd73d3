#include "vm/program/opcode.hpp"

#include <array>

#include "base/check.hpp"

namespace lockstep::vm {

namespace {

constexpr auto kRows = std::to_array<OpcodeTraits>({
#define LOCKSTEP_OPCODE(code, name, family, price, pops, pushes, ends_superblock) \
    {Opcode::name, #name, Family::family, price, pops, pushes, (ends_superblock) != 0},
#include "vm/program/opcodes.def"
#undef LOCKSTEP_OPCODE
});

constexpr std::uint8_t kNoRow = 0xFF;
constexpr std::size_t kCodes = 0x800;
static_assert(kRows.size() < kNoRow);

constexpr std::array<std::uint8_t, kCodes> make_index() {
    std::array<std::uint8_t, kCodes> index{};
    index.fill(kNoRow);
    for (std::size_t row = 0; row < kRows.size(); ++row) {
        index[static_cast<std::size_t>(kRows[row].opcode)] = static_cast<std::uint8_t>(row);
    }
    return index;
}

constexpr auto kIndex = make_index();

constexpr bool families_match_codes() {
    for (const OpcodeTraits& row : kRows) {
        if (static_cast<unsigned>(row.opcode) >> 8U != static_cast<unsigned>(row.family)) {
            return false;
        }
    }
    return true;
}
static_assert(families_match_codes());

}  // namespace

const OpcodeTraits* find_traits(std::uint16_t code) {
    if (code >= kCodes || kIndex[code] == kNoRow) {
        return nullptr;
    }
    return &kRows[kIndex[code]];
}

const OpcodeTraits& traits(Opcode opcode) {
    const OpcodeTraits* row = find_traits(static_cast<std::uint16_t>(opcode));
    LOCKSTEP_CHECK(row != nullptr);
    return *row;
}

}  // namespace lockstep::vm
