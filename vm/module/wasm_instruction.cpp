#include "vm/module/wasm_instruction.hpp"

namespace lockstep::vm {

namespace {

/// Decodes a LEB128 number that was read without error before, and moves past it.
std::uint32_t decode_checked_u32(const std::uint8_t*& at) {
    std::uint32_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        const std::uint8_t byte = *at++;
        value |= static_cast<std::uint32_t>(byte & 0x7FU) << shift;
        if ((byte & 0x80U) == 0) {
            return value;
        }
    }
}

}  // namespace

std::uint32_t BranchTargets::Iterator::operator*() const {
    const std::uint8_t* at = at_;
    return decode_checked_u32(at);
}

BranchTargets::Iterator& BranchTargets::Iterator::operator++() {
    decode_checked_u32(at_);
    return *this;
}

}  // namespace lockstep::vm
