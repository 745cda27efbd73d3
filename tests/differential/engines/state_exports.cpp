#include "tests/differential/engines/state_exports.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/vm/module/wasm_bytes.hpp"
#include "vm/module/decode.hpp"
#include "vm/module/wasm_reader.hpp"

namespace lockstep::engines {

using vm::test::join;
using vm::test::leb;

namespace {

constexpr std::size_t kHeaderBytes = 8;

Bytes encode(std::string_view name, vm::ExternKind kind, std::size_t index) {
    return join({vm::test::sized(Bytes(name.begin(), name.end())),
                 {static_cast<std::uint8_t>(kind)},
                 leb(index)});
}

/// The module's exports, then those that are missing.
Bytes export_section(const vm::Module& module) {
    std::vector<Bytes> exports;
    exports.reserve(module.exports.size());
    for (const vm::Export& item : module.exports) {
        exports.push_back(encode(item.name, item.kind, item.index));
    }
    const auto add = [&](const std::string& name, vm::ExternKind kind, std::size_t index) {
        if (std::ranges::find(module.exports, name, &vm::Export::name) == module.exports.end()) {
            exports.push_back(encode(name, kind, index));
        }
    };
    if (!module.memories.empty()) {
        add("memory", vm::ExternKind::memory, 0);
    }
    for (std::size_t i = 0; i < module.globals.size(); ++i) {
        add("global" + std::to_string(i), vm::ExternKind::global, i);
    }
    for (std::size_t i = 0; i < module.tables.size(); ++i) {
        add("table" + std::to_string(i), vm::ExternKind::table, i);
    }
    return vm::test::section(vm::test::export_section, vm::test::list(exports));
}

}  // namespace

Bytes export_state(const Bytes& wasm) {
    const auto module = vm::decode(wasm);
    if (!module) {
        return wasm;
    }
    Bytes result(wasm.begin(), wasm.begin() + kHeaderBytes);
    bool is_written = false;
    for (std::size_t at = kHeaderBytes; at < wasm.size();) {
        const std::size_t begin = at;
        const std::uint8_t id = wasm[at];
        vm::WasmReader reader(ByteView(wasm).subspan(at + 1), at + 1);
        const std::uint32_t size = reader.read_u32().value();
        at = reader.offset() + size;
        if (!is_written && id >= vm::test::export_section) {
            vm::test::append(result, export_section(*module));
            is_written = true;
        }
        if (id != vm::test::export_section) {
            result.insert(result.end(), wasm.begin() + static_cast<std::ptrdiff_t>(begin),
                          wasm.begin() + static_cast<std::ptrdiff_t>(at));
        }
    }
    if (!is_written) {
        vm::test::append(result, export_section(*module));
    }
    return result;
}

}  // namespace lockstep::engines
