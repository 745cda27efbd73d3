#include "tests/differential/engines/binaryen_source.hpp"

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fmt/format.h>

#include "tests/differential/engines/state_exports.hpp"
#include "tests/random_modules/instruction_writer.hpp"
#include "tests/unit/vm/module/wasm_bytes.hpp"
#include "vm/module/decode.hpp"

namespace lockstep::engines {

using random_modules::EntryCall;
using random_modules::RandomModules;
using vm::ValueType;
using vm::WasmOpcode;
using vm::test::join;
using vm::test::leb;
using vm::test::list;
using vm::test::section;

namespace {

constexpr std::string_view kFlags =
    "--translate-to-fuzz --denan --mvp-features --enable-sign-ext --enable-mutable-globals "
    "--enable-bulk-memory --enable-nontrapping-float-to-int";

/// One of these to a module: what multi-value and references are together, binaryen 108 gets wrong.
constexpr auto kVariants = std::to_array<std::string_view>({
    "",
    "-O1",
    "--enable-multivalue",
    "--enable-multivalue -O2",
    "--enable-reference-types",
    "--enable-reference-types -O1",
});

constexpr std::array kLogged{ValueType::i32, ValueType::i64, ValueType::f32, ValueType::f64};

Bytes text(std::string_view characters) {
    return vm::test::sized(Bytes(characters.begin(), characters.end()));
}

/// Each of `log-i32` and the like stores its operand and writes eight bytes to the output.
Bytes log_body(WasmOpcode store) {
    random_modules::InstructionWriter writer;
    writer.constant(ValueType::i32, 0);
    writer.op(WasmOpcode::local_get, 0);
    writer.op(store);
    writer.number(0);
    writer.number(0);
    writer.constant(ValueType::i32, 0);
    writer.constant(ValueType::i32, 8);
    writer.op(WasmOpcode::call, 0);
    return vm::test::code(writer.take());
}

Bytes log_module() {
    constexpr std::array stores{WasmOpcode::i32_store, WasmOpcode::i64_store, WasmOpcode::f32_store,
                                WasmOpcode::f64_store};
    constexpr auto names =
        std::to_array<std::string_view>({"log-i32", "log-i64", "log-f32", "log-f64"});
    std::vector<Bytes> types{vm::test::function_type({vm::test::kI32, vm::test::kI32}, {})};
    std::vector<Bytes> functions;
    std::vector<Bytes> exports{join({text("memory"), {2, 0}})};
    std::vector<Bytes> codes;
    for (std::size_t i = 0; i < kLogged.size(); ++i) {
        types.push_back(vm::test::function_type({static_cast<std::uint8_t>(kLogged.at(i))}, {}));
        functions.push_back(leb(i + 1));
        exports.push_back(join({text(names.at(i)), {0}, leb(i + 1)}));
        codes.push_back(log_body(stores.at(i)));
    }
    return vm::test::module_of({
        section(vm::test::type_section, list(types)),
        section(vm::test::import_section,
                list({join({text("lockstep"), text("output_write"), {0, 0}})})),
        section(vm::test::function_section, list(functions)),
        section(vm::test::memory_section, list({{0, 1}})),
        section(vm::test::export_section, list(exports)),
        section(vm::test::code_section, list(codes)),
    });
}

Bytes run_wasm_opt(const Bytes& choices, std::string_view variant,
                   const std::filesystem::path& folder) {
    const std::filesystem::path from = folder / "choices";
    const std::filesystem::path to = folder / "binaryen.wasm";
    std::ofstream(from, std::ios::binary)
        .write(reinterpret_cast<const char*>(choices.data()),
               static_cast<std::streamsize>(choices.size()));
    std::filesystem::remove(to);
    const std::string command =
        fmt::format("wasm-opt '{}' {} {} -o '{}' 2>'{}/wasm-opt.txt'", from.string(), kFlags,
                    variant, to.string(), folder.string());
    std::ifstream stream;
    if (std::system(command.c_str()) == 0) {  // NOLINT(bugprone-command-processor)
        stream.open(to, std::ios::binary);
    }
    if (!stream.is_open()) {
        throw std::runtime_error("failed: " + command);
    }
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// Of all functions that are exported and take no function.
std::vector<EntryCall> choose_calls(const Bytes& wasm, ByteView choices) {
    std::vector<EntryCall> calls;
    fuzz::Choices arguments(choices);
    const auto module = vm::decode(wasm);
    if (!module) {
        return calls;
    }
    for (const vm::Export& item : module->exports) {
        if (item.kind != vm::ExternKind::function) {
            continue;
        }
        EntryCall call{.function = std::string(item.name), .arguments = {}};
        const vm::FunctionType& type = module->function_type(item.index);
        for (const ValueType parameter : type.parameters) {
            call.arguments.push_back(random_modules::choose_argument(arguments, parameter));
        }
        if (std::ranges::find(type.parameters, ValueType::funcref) == type.parameters.end()) {
            calls.push_back(std::move(call));
        }
    }
    return calls;
}

}  // namespace

RandomModules binaryen_modules(std::uint64_t seed, const std::filesystem::path& folder) {
    const Bytes choices = random_modules::choices_of_seed(seed);
    const Bytes wasm =
        export_state(run_wasm_opt(choices, kVariants.at(seed % kVariants.size()), folder));
    const Bytes log = log_module();
    return {.modules = {{.name = "fuzzing-support", .wasm = log, .settled_wasm = log},
                        {.name = "main", .wasm = wasm, .settled_wasm = wasm}},
            .calls = choose_calls(wasm, choices),
            .input = {}};
}

}  // namespace lockstep::engines
