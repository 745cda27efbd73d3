#include "tests/bombs/bomb.hpp"
#include "tests/bombs/function_list.hpp"

namespace lockstep::bombs {

namespace {

/// Eight letters that are those of no other index.
Bytes letters(std::size_t index) {
    Bytes text(8);
    for (std::uint8_t& letter : text) {
        letter = static_cast<std::uint8_t>('a' + index % 16);
        index /= 16;
    }
    return text;
}

/// As many of the items that `make` gives by their index as make up `bytes`, after their count.
template <typename Make>
Bytes list_of_different(std::size_t bytes, std::size_t each, std::size_t limit, const Make& make) {
    const std::size_t count = count_of(bytes, each, limit);
    Bytes all = leb(count);
    for (std::size_t i = 0; i < count; ++i) {
        append(all, make(i));
    }
    return all;
}

Bytes types_module(std::size_t bytes, const Bytes& type) {
    return module_of(
        {section(type_section, list_of(count_of(bytes, type.size(), vm::kMaxTypes), type))});
}

/// `common` parameters, the same in all types, then some that tell which type it is.
Bytes different_types(std::size_t bytes, std::size_t common) {
    constexpr std::size_t kBits = 17;
    return module_of(
        {section(type_section,
                 list_of_different(bytes, common + kBits + 5, vm::kMaxTypes, [&](std::size_t i) {
                     Bytes parameters(common, kI32);
                     for (std::size_t bit = 0; bit < kBits; ++bit) {
                         parameters.push_back((i >> bit) % 2 == 0 ? kI32 : kI64);
                     }
                     return function_type(parameters, {});
                 }))});
}

/// Exports of one function.
Bytes exports_module(std::size_t bytes, std::size_t common) {
    const Bytes prefix(common, 'x');
    return module_with_body(
        {}, {section(export_section,
                     list_of_different(bytes, common + 12, vm::kMaxExports, [&](std::size_t i) {
                         return join({sized(join({prefix, letters(i)})), {0, 0}});
                     }))});
}

/// Exports of as many functions.
Bytes exported_functions(std::size_t bytes) {
    const std::size_t count = count_of(bytes, 16, vm::kMaxFunctions);
    return module_of({section(type_section, list({function_type({}, {})})),
                      section(function_section, list_of(count, {0})),
                      section(export_section,
                              list_of_different(count, 1, count,
                                                [](std::size_t i) {
                                                    return join({sized(letters(i)), {0}, leb(i)});
                                                })),
                      section(code_section, list_of(count, code({})))});
}

Bytes globals_module(std::size_t bytes, const Bytes& initializer) {
    const Bytes global = join({{kI32, 0}, initializer, {kEnd}});
    return module_of({section(global_section,
                              list_of(count_of(bytes, global.size(), vm::kMaxGlobals), global))});
}

/// (i32.add (i32.add ... 0 0) 0), as long as can be.
Bytes longest_initializer() {
    return join(
        {{0x41, 0x00}, repeat({0x41, 0x00, 0x6A}, vm::kMaxConstExpressionInstructions / 2 - 1)});
}

/// All operands first.
Bytes highest_initializer() {
    constexpr std::size_t kAdditions = vm::kMaxConstExpressionInstructions / 2 - 1;
    return join({repeat({0x41, 0x00}, kAdditions + 1), Bytes(kAdditions, 0x6A)});
}

Bytes imports_module(std::size_t bytes, const std::string& name) {
    const std::string host = "lockstep";
    const Bytes import = join(
        {sized(Bytes(host.begin(), host.end())), sized(Bytes(name.begin(), name.end())), {0, 0}});
    return module_of({section(type_section, list({function_type({kI32}, {})})),
                      section(import_section,
                              list_of(count_of(bytes, import.size(), vm::kMaxImports), import))});
}

Bytes tables_module(std::size_t bytes) {
    return module_of({section(table_section, list_of(count_of(bytes, 3, 100'000), {0x70, 0, 0}))});
}

}  // namespace

Families definition_bombs() {
    const Bytes many(vm::kMaxParameters, kI32);
    return {
        {"types", [](std::size_t n) { return types_module(n, function_type({}, {})); }, kLoads,
         20'000, 300'000},
        {"longest_types",
         [many](std::size_t n) { return types_module(n, function_type(many, many)); }},
        {"different_types", [](std::size_t n) { return different_types(n, 0); }, kLoads, 20'000,
         2'200'000},
        {"different_types_of_one_prefix", [](std::size_t n) { return different_types(n, 980); }},
        {"functions", [](std::size_t n) { return module_of_bodies({}, n); }, kLoads, 20'000,
         400'000},
        {"too_many_functions",
         [](std::size_t n) {
             const std::size_t count = vm::kMaxFunctions + n / 4;
             return module_of({section(type_section, list({function_type({}, {})})),
                               section(function_section, list_of(count, {0})),
                               section(code_section, list_of(count, code({})))});
         },
         "max_functions"},
        {"functions_of_many_results",
         [](std::size_t n) {
             return module_of_functions(function_type({}, Bytes(120, kI32)), {0, 0, kEnd}, n);
         },
         kLoads, 20'000, 500'000},
        {"functions_of_too_many_results",
         [many](std::size_t n) {
             return module_of_functions(function_type({}, many), {0, 0, kEnd}, n);
         },
         "max_validation_work_per_byte", 20'000, 500'000},
        // Each parameter is an instruction.
        {"functions_of_many_parameters",
         [many](std::size_t n) {
             return module_of_functions(function_type(many, {}), {0, kEnd}, n);
         },
         "max_instructions_per_byte", 20'000, 400'000, kHeapOfFullCode},
        {"exports", [](std::size_t n) { return exports_module(n, 0); }, kLoads, 20'000, 1'100'000},
        {"exports_of_one_prefix", [](std::size_t n) { return exports_module(n, 500); }},
        {"exported_functions", exported_functions, kLoads, 20'000, 1'500'000},
        {"globals", [](std::size_t n) { return globals_module(n, {0x41, 0}); }, kLoads, 20'000,
         500'000},
        {"longest_initializers",
         [](std::size_t n) { return globals_module(n, longest_initializer()); }},
        {"highest_initializers",
         [](std::size_t n) { return globals_module(n, highest_initializer()); }},
        {"host_imports", [](std::size_t n) { return imports_module(n, "halt"); }, kLoads, 20'000,
         1'500'000},
        {"unknown_imports", [](std::size_t n) { return imports_module(n, "hello"); },
         vm::load_error_text(vm::LoadErrorCode::unsupported_import), 20'000, 1'600'000},
        {"tables", tables_module, "max_tables"},
    };
}

}  // namespace lockstep::bombs
