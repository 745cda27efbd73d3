#include "linked_modules.hpp"

#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "base/check.hpp"
#include "vm/module/decode.hpp"

namespace lockstep::vm {

ValidModule linked_module(std::string_view name) {
    const std::string path =
        std::string(LOCKSTEP_LINKED_MODULES_DIR) + "/" + std::string(name) + ".wasm";
    std::ifstream file(path, std::ios::binary);
    Load<Module> module = decode(Bytes(std::istreambuf_iterator<char>(file), {}));
    LOCKSTEP_CHECK(module.has_value());
    Load<ValidModule> valid = validate(std::move(*module));
    LOCKSTEP_CHECK(valid.has_value());
    return *std::move(valid);
}

}  // namespace lockstep::vm
