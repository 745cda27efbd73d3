#include "tests/conformance/script_runner.hpp"

#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "tests/conformance/expected_texts.hpp"
#include "tests/conformance/store.hpp"
#include "vm/module/decode.hpp"
#include "vm/module/validate.hpp"

namespace lockstep::conformance {

namespace {

/// What a command should have given and what it gave; nothing where all is well.
struct Mismatch {
    std::string expected;
    std::string got;
};
using Verdict = std::optional<Mismatch>;

std::string trap_text(vm::Trap trap) {
    return fmt::format("trap {}", vm::trap_name(trap));
}

std::string text_of(const Outcome& outcome) {
    if (const auto* values = std::get_if<Values>(&outcome)) {
        return to_text(std::span<const Value>(*values));
    }
    if (const auto* trap = std::get_if<vm::Trap>(&outcome)) {
        return trap_text(*trap);
    }
    return std::get<Problem>(outcome).text;
}

std::string text_of(const Refusal& refusal) {
    if (const auto* error = std::get_if<vm::LoadError>(&refusal)) {
        return to_text(*error);
    }
    if (const auto* trap = std::get_if<vm::Trap>(&refusal)) {
        return trap_text(*trap);
    }
    return std::get<Problem>(refusal).text;
}

/// The trap's part of a refusal or an outcome, where it is one and the text means it.
template <typename... Parts>
bool is_trap(const std::variant<Parts...>& result, std::string_view text) {
    const auto* trap = std::get_if<vm::Trap>(&result);
    return trap != nullptr && names_trap(text, *trap);
}

RefusalClass class_wanted(CommandKind kind) {
    switch (kind) {
        case CommandKind::assert_malformed: return RefusalClass::malformed;
        case CommandKind::assert_invalid: return RefusalClass::invalid;
        case CommandKind::assert_unlinkable: return RefusalClass::unlinkable;
        default: break;
    }
    throw std::logic_error("not an assertion about a refusal");
}

class ScriptRunner {
public:
    ScriptRunner(std::string script, const Bytes& spectest, Executor& executor)
        : script_(std::move(script)), store_(executor) {
        const auto instance = store_.instantiate(spectest, script_ + ":spectest");
        if (!instance) {
            throw std::runtime_error("spectest: " + text_of(instance.error()));
        }
        store_.name("spectest", *instance);
    }

    void run(const Command& command) {
        if (command.is_text) {
            ++result_.texts;
            return;
        }
        const Verdict verdict = execute(command);
        KindCount& count = result_.counts[static_cast<std::size_t>(command.kind)];
        if (!verdict) {
            ++count.passed;
            return;
        }
        ++count.failed;
        result_.failures.push_back(failure(command, verdict->expected, verdict->got));
    }

    ScriptResult finish() {
        result_.steps = store_.steps();
        return std::move(result_);
    }

private:
    Verdict execute(const Command& command) {
        switch (command.kind) {
            case CommandKind::module: return instantiate(command);
            case CommandKind::register_: return register_instance(command);
            case CommandKind::action: return expect_end(command);
            case CommandKind::assert_return: return expect_values(command);
            case CommandKind::assert_trap:
            case CommandKind::assert_exhaustion: return expect_trap(command);
            case CommandKind::assert_invalid:
            case CommandKind::assert_malformed: return expect_bad_module(command);
            case CommandKind::assert_unlinkable:
            case CommandKind::assert_uninstantiable: return expect_no_instance(command);
        }
        throw std::logic_error("unknown command");
    }

    /// Also where it fails, the instances before it are not what the script goes on with.
    Verdict instantiate(const Command& command) {
        last_.reset();
        const auto instance = store_.instantiate(read_file(command.file), label(command));
        if (!instance) {
            return Mismatch{"an instance", text_of(instance.error())};
        }
        last_ = *instance;
        if (!command.name.empty()) {
            instances_[command.name] = *instance;
        }
        return {};
    }

    Verdict register_instance(const Command& command) {
        const auto instance = find_instance(command.name);
        if (!instance) {
            return Mismatch{"an instance", "no instance " + command.name};
        }
        store_.name(command.as, *instance);
        return {};
    }

    Verdict expect_end(const Command& command) {
        const Outcome outcome = perform(command);
        if (std::holds_alternative<Values>(outcome)) {
            return {};
        }
        return Mismatch{"no trap", text_of(outcome)};
    }

    Verdict expect_values(const Command& command) {
        const Outcome outcome = perform(command);
        const auto* values = std::get_if<Values>(&outcome);
        if (values != nullptr && match(command.expected, *values)) {
            return {};
        }
        return Mismatch{to_text(std::span<const Pattern>(command.expected)), text_of(outcome)};
    }

    Verdict expect_trap(const Command& command) {
        const Outcome outcome = perform(command);
        if (is_trap(outcome, command.text)) {
            return {};
        }
        return Mismatch{"trap '" + command.text + "'", text_of(outcome)};
    }

    Verdict expect_bad_module(const Command& command) {
        auto module = vm::decode(read_file(command.file));
        if (!module) {
            return compare_refusal(command, module.error());
        }
        const auto valid = vm::validate(std::move(*module));
        if (!valid) {
            return compare_refusal(command, valid.error());
        }
        return Mismatch{wanted_refusal(command), "a valid module"};
    }

    Verdict expect_no_instance(const Command& command) {
        const auto instance = store_.instantiate(read_file(command.file), label(command));
        if (command.kind == CommandKind::assert_uninstantiable) {
            if (!instance && is_trap(instance.error(), command.text)) {
                return {};
            }
            return Mismatch{"trap '" + command.text + "'",
                            instance ? "an instance" : text_of(instance.error())};
        }
        if (instance) {
            return Mismatch{wanted_refusal(command), "an instance"};
        }
        if (const auto* error = std::get_if<vm::LoadError>(&instance.error())) {
            return compare_refusal(command, *error);
        }
        return Mismatch{wanted_refusal(command), text_of(instance.error())};
    }

    Verdict compare_refusal(const Command& command, const vm::LoadError& error) {
        if (!is_of_class(error, class_wanted(command.kind), command.text)) {
            return Mismatch{wanted_refusal(command), to_text(error)};
        }
        if (!has_words(error, command.text)) {
            result_.other_words.push_back(
                failure(command, wanted_refusal(command), to_text(error)));
        }
        return {};
    }

    static std::string wanted_refusal(const Command& command) {
        return fmt::format("{}: {}", refusal_class_name(class_wanted(command.kind)), command.text);
    }

    Outcome perform(const Command& command) {
        const auto instance = find_instance(command.action.instance);
        if (!instance) {
            return Problem{"no instance " + command.action.instance};
        }
        return store_.perform(*instance, command.action, label(command));
    }

    /// The last one where there is no name.
    [[nodiscard]] std::optional<std::uint32_t> find_instance(const std::string& name) const {
        if (name.empty()) {
            return last_;
        }
        const auto found = instances_.find(name);
        return found == instances_.end() ? std::nullopt : std::optional(found->second);
    }

    [[nodiscard]] std::string label(const Command& command) const {
        return fmt::format("{}:{}", script_, command.line);
    }

    [[nodiscard]] Failure failure(const Command& command, std::string expected,
                                  std::string got) const {
        return {.script = script_,
                .line = command.line,
                .command = command.kind,
                .expected = std::move(expected),
                .got = std::move(got)};
    }

    std::string script_;
    Store store_;
    std::map<std::string, std::uint32_t> instances_;  // by the script's names
    std::optional<std::uint32_t> last_;
    ScriptResult result_;
};

}  // namespace

std::string to_text(const Failure& failure) {
    return fmt::format("{}:{}: {}: expected {}, got {}", failure.script, failure.line,
                       command_name(failure.command), failure.expected, failure.got);
}

ScriptResult run_script(const Script& script, const Bytes& spectest, Executor& executor) {
    ScriptRunner runner(script.name, spectest, executor);
    for (const Command& command : script.commands) {
        runner.run(command);
    }
    return runner.finish();
}

}  // namespace lockstep::conformance
