#pragma once

// A test script: the JSON that wast2json.mjs writes.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "tests/conformance/value.hpp"

namespace lockstep::conformance {

enum class CommandKind : std::uint8_t {
    module,
    register_,
    action,
    assert_return,
    assert_trap,
    assert_exhaustion,
    assert_invalid,
    assert_malformed,
    assert_unlinkable,
    assert_uninstantiable,
};

inline constexpr std::size_t kCommandKinds =
    static_cast<std::size_t>(CommandKind::assert_uninstantiable) + 1;

/// As the suite spells it: "assert_return"; "register".
[[nodiscard]] std::string_view command_name(CommandKind kind);

struct Action {
    enum class Kind : std::uint8_t { invoke, get };
    Kind kind = Kind::invoke;
    std::string instance;  // the script's name of it; empty: the last one
    std::string field;     // the export's name
    Values arguments;
};

/// Fields that a kind does not need are empty.
struct Command {
    CommandKind kind = CommandKind::module;
    std::uint64_t line = 0;
    std::string name;            // of module and register: of the instance, "$M"
    std::string as;              // of register
    std::filesystem::path file;  // of commands about a module
    bool is_text = false;        // `file` is text, not the binary format
    std::string text;            // what the suite says of the trap or the refusal
    Action action;
    Patterns expected;
};

struct Script {
    std::string name;  // without ".wast"
    std::vector<Command> commands;
};

/// Throws std::runtime_error for what is not known or missing.
[[nodiscard]] Script read_script(const std::filesystem::path& path);

[[nodiscard]] Bytes read_file(const std::filesystem::path& path);

}  // namespace lockstep::conformance
