#include "tests/differential/engines/validity.hpp"

#include "vm/module/decode.hpp"
#include "vm/module/validate.hpp"

namespace lockstep::engines {

Verdict judge(const Bytes& wasm) {
    auto module = vm::decode(wasm);
    if (!module) {
        return module.error();
    }
    const auto valid = vm::validate(std::move(*module));
    return valid ? std::nullopt : std::optional(valid.error());
}

std::string_view class_of(const Verdict& verdict) {
    if (!verdict) {
        return "valid";
    }
    switch (vm::load_error_class(verdict->code)) {
        case vm::LoadErrorClass::malformed: return "malformed";
        case vm::LoadErrorClass::invalid: return "invalid";
        case vm::LoadErrorClass::unsupported: return "unsupported";
        case vm::LoadErrorClass::limit: return "limit";
    }
    return "";
}

Consent compare(const Verdict& verdict, const OtherVerdicts& others) {
    if (verdict && vm::load_error_class(verdict->code) == vm::LoadErrorClass::limit) {
        return Consent::unknown;
    }
    const bool is_valid = !verdict;
    const bool has_feature =
        verdict && vm::load_error_class(verdict->code) == vm::LoadErrorClass::unsupported;
    // V8 may have the feature.
    const std::optional<bool> v8 =
        has_feature && others.v8.value_or(false) ? std::nullopt : others.v8;
    const bool v8_differs = v8 && *v8 != is_valid;
    const bool wabt_differs = others.wabt && *others.wabt != is_valid;
    if (!v8_differs && !wabt_differs) {
        return v8 || others.wabt ? Consent::all : Consent::unknown;
    }
    // Of three who refuse a module one may be mistaken; what Lockstep takes all must take.
    const bool is_confirmed = (v8 && !v8_differs) || (others.wabt && !wabt_differs);
    if (is_valid || !is_confirmed) {
        return Consent::different;
    }
    return v8_differs ? Consent::v8_only : Consent::wabt_only;
}

}  // namespace lockstep::engines
