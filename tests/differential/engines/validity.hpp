#pragma once

#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "vm/module/load_error.hpp"

namespace lockstep::engines {

/// What Lockstep says of a module, without lowering it: an error, or nothing.
using Verdict = std::optional<vm::LoadError>;

[[nodiscard]] Verdict judge(const Bytes& wasm);

/// Short, for statistics: `valid`, or the class of the error.
[[nodiscard]] std::string_view class_of(const Verdict& verdict);

/// What others say of the module, if anything. wabt has exactly the features that Lockstep has; V8 has more,
/// and cannot do without.
struct OtherVerdicts {
    std::optional<bool> wabt;
    std::optional<bool> v8;
};

enum class Consent : std::uint8_t {
    all,
    unknown,    // Lockstep has refused it for a limit of its own, or nobody else has said anything
    wabt_only,  // wabt alone takes what Lockstep and V8 refuse
    v8_only,    // V8 alone takes what Lockstep and wabt refuse
    different,
};

[[nodiscard]] Consent compare(const Verdict& verdict, const OtherVerdicts& others);

}  // namespace lockstep::engines
