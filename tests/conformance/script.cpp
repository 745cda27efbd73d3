#include "tests/conformance/script.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <boost/json.hpp>

namespace lockstep::conformance {

namespace {

namespace json = boost::json;
using vm::ValueType;

constexpr std::array<std::string_view, kCommandKinds> kCommandNames = {"module",
                                                                       "register",
                                                                       "action",
                                                                       "assert_return",
                                                                       "assert_trap",
                                                                       "assert_exhaustion",
                                                                       "assert_invalid",
                                                                       "assert_malformed",
                                                                       "assert_unlinkable",
                                                                       "assert_uninstantiable"};

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what);
}

std::string text_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value == nullptr ? std::string() : std::string(value->as_string());
}

CommandKind command_kind(std::string_view name) {
    const auto* const found = std::ranges::find(kCommandNames, name);
    if (found == kCommandNames.end()) {
        fail("unknown command " + std::string(name));
    }
    return static_cast<CommandKind>(found - kCommandNames.begin());
}

ValueType value_type(const std::string& name) {
    for (const auto type : {ValueType::i32, ValueType::i64, ValueType::f32, ValueType::f64,
                            ValueType::funcref, ValueType::externref}) {
        if (type_name(type) == name) {
            return type;
        }
    }
    fail("unknown type " + name);
}

std::uint64_t number(const std::string& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        fail("not a number: '" + text + "'");
    }
    return value;
}

std::uint64_t slot(ValueType type, const std::string& text) {
    if (!vm::is_reference(type)) {
        return number(text);
    }
    if (text == "null") {
        return 0;
    }
    if (type == ValueType::funcref) {
        fail("a function is written '" + text + "'");
    }
    return number(text) + 1;
}

Pattern pattern(const json::value& value) {
    const json::object& object = value.as_object();
    const ValueType type = value_type(text_of(object, "type"));
    const std::string text = text_of(object, "value");
    if (text == "nan:canonical") {
        return {.kind = Pattern::Kind::canonical_nan, .value = {.type = type}};
    }
    if (text == "nan:arithmetic") {
        return {.kind = Pattern::Kind::arithmetic_nan, .value = {.type = type}};
    }
    if (text.empty() && vm::is_reference(type)) {
        return {.kind = Pattern::Kind::non_null, .value = {.type = type}};
    }
    return {.kind = Pattern::Kind::exactly, .value = {.type = type, .slot = slot(type, text)}};
}

Value argument(const json::value& value) {
    const Pattern read = pattern(value);
    if (read.kind != Pattern::Kind::exactly) {
        fail("an argument is no value");
    }
    return read.value;
}

Action action(const json::object& object) {
    const std::string type = text_of(object, "type");
    if (type != "invoke" && type != "get") {
        fail("unknown action " + type);
    }
    Action read{.kind = type == "get" ? Action::Kind::get : Action::Kind::invoke,
                .instance = text_of(object, "module"),
                .field = std::string(object.at("field").as_string()),
                .arguments = {}};
    if (const json::value* arguments = object.if_contains("args")) {
        std::ranges::transform(arguments->as_array(), std::back_inserter(read.arguments), argument);
    }
    return read;
}

Command command(const json::value& value, const std::filesystem::path& folder) {
    const json::object& object = value.as_object();
    Command read{.kind = command_kind(text_of(object, "type")),
                 .line = object.at("line").to_number<std::uint64_t>(),
                 .name = text_of(object, "name"),
                 .as = text_of(object, "as"),
                 .file = {},
                 .is_text = text_of(object, "module_type") == "text",
                 .text = text_of(object, "text"),
                 .action = {},
                 .expected = {}};
    if (const json::value* file = object.if_contains("filename")) {
        read.file = folder / std::string(file->as_string());
    }
    if (const json::value* performed = object.if_contains("action")) {
        read.action = action(performed->as_object());
    }
    if (const json::value* expected = object.if_contains("expected")) {
        std::ranges::transform(expected->as_array(), std::back_inserter(read.expected), pattern);
    }
    return read;
}

}  // namespace

std::string_view command_name(CommandKind kind) {
    return kCommandNames[static_cast<std::size_t>(kind)];
}

Bytes read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        fail("cannot read " + path.string());
    }
    return {std::istreambuf_iterator<char>(file), {}};
}

Script read_script(const std::filesystem::path& path) {
    const Bytes bytes = read_file(path);
    Script script{.name = path.stem().string(), .commands = {}};
    try {
        const json::value parsed = json::parse(std::string(bytes.begin(), bytes.end()));
        for (const json::value& item : parsed.at("commands").as_array()) {
            script.commands.push_back(command(item, path.parent_path()));
        }
    } catch (const std::exception& error) {
        fail(path.string() + ", command " + std::to_string(script.commands.size()) + ": " +
             error.what());
    }
    return script;
}

}  // namespace lockstep::conformance
