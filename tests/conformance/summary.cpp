#include "tests/conformance/summary.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace lockstep::conformance {

namespace {

/// 1234567 as "1,234,567".
std::string grouped(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t place = digits.size(); place > 3; place -= 3) {
        digits.insert(place - 3, 1, ',');
    }
    return digits;
}

std::string row(std::string_view what, const std::string& count, const std::string& of) {
    return fmt::format("| {} | {} | {} |\n", what, count, of);
}

}  // namespace

void Summary::add(const ScriptResult& result) {
    ++scripts;
    for (std::size_t kind = 0; kind < kCommandKinds; ++kind) {
        counts[kind].passed += result.counts[kind].passed;
        counts[kind].failed += result.counts[kind].failed;
    }
    texts += result.texts;
    other_words += result.other_words.size();
    steps += result.steps;
}

std::string to_markdown(const Summary& summary) {
    std::string table =
        fmt::format("| commands of {} scripts | passed | of |\n| --- | ---: | ---: |\n",
                    grouped(summary.scripts));
    for (std::size_t kind = 0; kind < kCommandKinds; ++kind) {
        const KindCount& count = summary.counts[kind];
        table += row(fmt::format("`{}`", command_name(static_cast<CommandKind>(kind))),
                     grouped(count.passed), grouped(count.passed + count.failed));
    }
    table += row("`assert_malformed` of texts: for a parser of the text format only", "not run",
                 grouped(summary.texts));
    if (summary.steps_proven != 0) {
        table += row("steps proven from their bundles", grouped(summary.steps_proven),
                     grouped(summary.steps));
    }
    if (summary.bundles != 0) {
        table += row("bundles for the EVM, and the strata (script, opcode, outcome) they are of",
                     grouped(summary.bundles), grouped(summary.strata));
    }
    return table;
}

std::string to_json(const Summary& summary) {
    namespace json = boost::json;
    json::object commands;
    for (std::size_t kind = 0; kind < kCommandKinds; ++kind) {
        const KindCount& count = summary.counts[kind];
        commands[command_name(static_cast<CommandKind>(kind))] =
            json::object{{"passed", count.passed}, {"failed", count.failed}};
    }
    return json::serialize(json::object{{"scripts", summary.scripts},
                                        {"commands", commands},
                                        {"malformed_texts_not_run", summary.texts},
                                        {"refusals_in_other_words", summary.other_words},
                                        {"steps", summary.steps},
                                        {"steps_proven", summary.steps_proven},
                                        {"runs_capped", summary.runs_capped},
                                        {"bundles", summary.bundles},
                                        {"strata", summary.strata}});
}

}  // namespace lockstep::conformance
