#pragma once

#include <utility>

#include "vm/module/load_error.hpp"
#include "vm/module/module.hpp"

namespace lockstep::vm {

/// A module that obeys all validation rules; only validate() makes one.
class ValidModule {
public:
    [[nodiscard]] const Module& module() const { return module_; }

private:
    friend Load<ValidModule> validate(Module module);
    explicit ValidModule(Module module) : module_(std::move(module)) {}

    Module module_;
};

/// Checks the validation rules and the form of the function bodies of what decode() made, in one
/// pass that takes time and memory linear in the module's bytes.
/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/valid/modules.html
[[nodiscard]] Load<ValidModule> validate(Module module);

}  // namespace lockstep::vm
