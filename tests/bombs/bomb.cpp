#include "tests/bombs/bomb.hpp"

#include <iterator>
#include <utility>

#include "base/check.hpp"
#include "vm/module/decode.hpp"
#include "vm/module/validate.hpp"
#include "vm/program/lowering.hpp"

namespace lockstep::bombs {

Families all_families() {
    Families all;
    for (auto* const some : {definition_bombs, section_bombs, body_bombs, branch_bombs}) {
        Families families = some();
        all.insert(all.end(), std::make_move_iterator(families.begin()),
                   std::make_move_iterator(families.end()));
    }
    return all;
}

vm::Load<vm::Program> load(Bytes wasm) {
    LOCKSTEP_TRY(vm::Module module, vm::decode(std::move(wasm)));
    LOCKSTEP_TRY(const vm::ValidModule valid, vm::validate(std::move(module)));
    return vm::lower(valid);
}

std::string_view reception_of(const vm::Load<vm::Program>& loaded) {
    if (loaded) {
        return {};
    }
    const vm::LoadError& error = loaded.error();
    return error.name.empty() ? vm::load_error_text(error.code) : error.name;
}

}  // namespace lockstep::bombs
