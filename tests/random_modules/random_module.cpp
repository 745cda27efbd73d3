#include "tests/random_modules/random_module.hpp"

#include <random>  // NOLINT(portability-restrict-system-includes): the engine alone

#include "tests/random_modules/body_generator.hpp"
#include "tests/random_modules/module_shape.hpp"
#include "tests/random_modules/numbers.hpp"

namespace lockstep::random_modules {

namespace {

using fuzz::Choices;

constexpr std::size_t kLeastChoices = 200;
constexpr std::size_t kMoreChoices = 4000;

Bytes generate(const ModuleShape& shape, Choices& choices, bool settle_nans) {
    std::vector<Bytes> bodies;
    for (std::uint32_t i = shape.imported_functions; i < shape.functions.size(); ++i) {
        bodies.push_back(BodyGenerator(choices, shape, i, settle_nans).generate());
    }
    return encode_module(shape, bodies);
}

bool is_nan(vm::ValueType type, std::uint64_t bits) {
    return (type == vm::ValueType::f32 && (bits & 0x7FFF'FFFF) > 0x7F80'0000) ||
           (type == vm::ValueType::f64 && (bits & ~(1ULL << 63U)) > 0x7FF0'0000'0000'0000);
}

NamedModule generate_both(const ModuleShape& shape, Choices& choices) {
    Choices again = choices;
    NamedModule module{.name = shape.name, .wasm = {}, .settled_wasm = {}};
    module.wasm = generate(shape, again, false);
    module.settled_wasm = generate(shape, choices, true);
    return module;
}

std::vector<EntryCall> choose_calls(const ModuleShape& shape, Choices& choices) {
    std::vector<EntryCall> calls;
    for (const std::uint32_t entry : shape.entries) {
        EntryCall call{.function = "f" + std::to_string(entry), .arguments = {}};
        for (const vm::ValueType type : shape.type_of(entry).parameters) {
            call.arguments.push_back(choose_argument(choices, type));
        }
        calls.push_back(std::move(call));
    }
    return calls;
}

}  // namespace

std::uint64_t choose_argument(Choices& choices, vm::ValueType type) {
    if (type == vm::ValueType::externref) {
        return choices.below(50);
    }
    const std::uint64_t bits = choose_number(choices, type);
    return is_nan(type, bits) ? 0 : bits;
}

RandomModules random_modules(ByteView bytes, ModuleOptions options) {
    Choices choices(bytes);
    RandomModules result;
    result.input.resize(choices.below(8) == 7 ? 0 : kInputBytes);
    auto next = choices.any<std::uint8_t>();
    for (std::uint8_t& byte : result.input) {
        byte = next = static_cast<std::uint8_t>(next * 5U + 17U);
    }
    std::uint32_t count = 1;
    while (count < options.max_modules && choices.below(4) == 3) {
        ++count;
    }
    std::vector<ModuleShape> shapes;
    for (std::uint32_t i = 0; i < count; ++i) {
        const ModuleShape* previous = i == 0 ? nullptr : &shapes[choices.below(i)];
        ModuleShape shape = choose_shape(
            choices,
            {.host_functions = options.host_functions, .may_mismatch = options.may_mismatch},
            previous);
        shape.name = "m" + std::to_string(i);
        result.modules.push_back(generate_both(shape, choices));
        shapes.push_back(std::move(shape));
    }
    result.calls = choose_calls(shapes.back(), choices);
    return result;
}

Bytes choices_of_seed(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    Bytes choices(kLeastChoices + random() % kMoreChoices);
    for (std::uint8_t& byte : choices) {
        byte = static_cast<std::uint8_t>(random());
    }
    return choices;
}

}  // namespace lockstep::random_modules
