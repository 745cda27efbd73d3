#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/hex.hpp"
#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/options.hpp"
#include "cli/step_text.hpp"
#include "cli/text.hpp"

namespace lockstep::cli {

namespace {

/// Far above what one step can need: docs/spec/bundle.md, section 3.
constexpr std::uint64_t kMaxBundleBytes = std::uint64_t{1} << 16U;

struct VerifyCommand {
    std::string bundle;
    std::optional<StateRoot> pre;
    std::optional<StateRoot> post;
    bool is_json = false;
};

struct Judgement {
    std::optional<trace::ProvenStep> proven;  // what the bundle proves, if anything
    std::string reason;                       // empty where it is what was asked for
    std::optional<std::size_t> offset;
};

Judgement judge(const VerifyCommand& command, ByteView bundle) {
    const auto proven = verify(bundle);
    if (!proven) {
        return {.proven = std::nullopt,
                .reason = std::string(witness_error_name(proven.error().error)),
                .offset = proven.error().offset};
    }
    Judgement judgement{.proven = *proven, .reason = {}, .offset = std::nullopt};
    if (command.pre && *command.pre != proven->pre) {
        judgement.reason = "proves a step from another state than --pre";
    } else if (command.post && *command.post != proven->post) {
        judgement.reason = "proves a step to another state than --post";
    }
    return judgement;
}

void print_json(const Judgement& judgement) {
    boost::json::object report;
    report["valid"] = judgement.reason.empty();
    report["pre"] = nullptr;
    report["post"] = nullptr;
    if (judgement.proven) {
        report["pre"] = to_hex(judgement.proven->pre.value);
        report["post"] = to_hex(judgement.proven->post.value);
        report["step"] = judgement.proven->step;
        report["opcode"] = nullptr;
        if (judgement.proven->opcode != 0) {
            report["opcode"] = opcode_name(judgement.proven->opcode);
        }
    }
    if (!judgement.reason.empty()) {
        report["reason"] = judgement.reason;
        report["offset"] = nullptr;
        if (judgement.offset) {
            report["offset"] = *judgement.offset;
        }
    }
    print_line(boost::json::serialize(report));
}

void print_text(const VerifyCommand& command, const Judgement& judgement) {
    const std::string file = file_name(command.bundle);
    if (judgement.reason.empty()) {
        print_line(fmt::format("{} is valid", file));
    } else {
        const std::string place =
            judgement.offset ? fmt::format("offset {}: ", *judgement.offset) : "";
        print_line(fmt::format("{} is not valid: {}{}", file, place, judgement.reason));
    }
    if (!judgement.proven) {
        return;
    }
    const trace::ProvenStep& step = *judgement.proven;
    print_field("step", grouped(step.step));
    print_field("opcode",
                step.opcode == 0 ? "none: the machine has stopped" : opcode_name(step.opcode));
    print_field("pre", to_hex(step.pre.value));
    print_field("post", to_hex(step.post.value));
    if (judgement.reason.empty() && !command.pre) {
        print_field("note",
                    "proven from pre; whether pre is agreed on is for you to check (--pre)");
    }
}

ExitCode execute(const VerifyCommand& command) {
    const Bytes bundle = read_file(command.bundle, kMaxBundleBytes, "a bundle");
    const Judgement judgement = judge(command, bundle);
    if (command.is_json) {
        print_json(judgement);
    } else {
        print_text(command, judgement);
    }
    return judgement.reason.empty() ? ExitCode::success : ExitCode::not_proven;
}

}  // namespace

void add_verify_command(CLI::App& app, Command& chosen) {
    const auto command = std::make_shared<VerifyCommand>();
    CLI::App* verify = app.add_subcommand("verify", "Check a proof bundle");
    verify->add_option("BUNDLE", command->bundle, "A file written by prove")->required();
    add_root(*verify, "--pre", command->pre, "The state root that the step must start from");
    add_root(*verify, "--post", command->post, "The state root that the step must lead to");
    add_json(*verify, command->is_json);
    verify->callback([command, &chosen] { chosen = [command] { return execute(*command); }; });
}

}  // namespace lockstep::cli
