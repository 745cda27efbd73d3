#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.hpp"
#include "vm/module/types.hpp"

namespace lockstep::engines {

/// Writes values and states as v8_engine.mjs does. A value is `<type>:<bits in hex>`, `nan` for any NaN (an
/// engine's interface need not keep its bits; those in memory are compared), `null`, `func:<index>` or
/// `extern:<number>`; each is followed by a space.
class ObservationWriter {
public:
    void value(vm::ValueType type, std::uint64_t bits);
    /// `<name> <number> `
    void size(const std::string& name, std::uint64_t number);
    /// `<name> <number of bytes> <SHA-256> `
    void bytes(const std::string& name, ByteView bytes);

    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

}  // namespace lockstep::engines
