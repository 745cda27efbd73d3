#include "tests/differential/engines/v8_engine.hpp"

#include <array>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/hex.hpp"

namespace lockstep::engines {

namespace {

constexpr auto kEndings = std::to_array<std::pair<std::string_view, Ending>>({
    {"returned", Ending::returned},
    {"exited", Ending::exited},
    {"trapped", Ending::trapped},
    {"exhausted", Ending::exhausted},
    {"unknown", Ending::unknown},
    {"refused", Ending::refused},
});

/// Without the leading 0x.
std::string digits(ByteView bytes) {
    return to_hex(bytes).substr(2);
}

std::vector<std::string> ask_node(const std::string& command, const std::string& requests,
                                  const std::filesystem::path& folder) {
    const std::filesystem::path asked = folder / "requests.txt";
    const std::filesystem::path answered = folder / "answers.txt";
    std::filesystem::remove(answered);
    std::ofstream(asked, std::ios::binary) << requests;
    const std::string line =
        fmt::format("node '{}/tests/differential/engines/v8_engine.mjs' {} '{}' '{}'",
                    LOCKSTEP_SOURCE_DIR, command, asked.string(), answered.string());
    if (std::system(line.c_str()) != 0) {  // NOLINT(bugprone-command-processor)
        throw std::runtime_error("failed: " + line);
    }
    std::vector<std::string> answers;
    std::ifstream stream(answered);
    for (std::string answer; std::getline(stream, answer);) {
        answers.push_back(answer);
    }
    return answers;
}

std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> fields;
    std::size_t begin = 0;
    for (std::size_t tab = line.find('\t'); tab != std::string::npos;
         tab = line.find('\t', begin)) {
        fields.push_back(line.substr(begin, tab - begin));
        begin = tab + 1;
    }
    fields.push_back(line.substr(begin));
    return fields;
}

Observation parse(const std::string& line) {
    std::vector<std::string> fields = split(line);
    for (const auto& [name, ending] : kEndings) {
        if (fields.size() == 4 && fields[0] == name) {
            return {.ending = ending,
                    .detail = std::move(fields[1]),
                    .results = std::move(fields[2]),
                    .state = std::move(fields[3])};
        }
    }
    throw std::runtime_error("not an observation: " + line);
}

}  // namespace

void V8Batch::add(const RandomModules& modules, const std::vector<EntryCall>& calls) {
    requests_ += "input:" + digits(modules.input);
    for (const NamedModule& module : modules.modules) {
        requests_ += fmt::format(" {}={}", module.name, digits(module.settled_wasm));
    }
    for (const EntryCall& call : calls) {
        requests_ += fmt::format(" {}({})", call.function, fmt::join(call.arguments, ","));
    }
    requests_ += '\n';
    calls_ += calls.size();
}

std::vector<Observation> V8Batch::run(const std::filesystem::path& folder) const {
    std::vector<Observation> observations;
    for (const std::string& answer : ask_node("run", requests_, folder)) {
        observations.push_back(parse(answer));
    }
    if (observations.size() != calls_) {
        throw std::runtime_error("Node.js answered to another number of calls");
    }
    return observations;
}

std::vector<bool> validate_with_v8(std::span<const Bytes> modules,
                                   const std::filesystem::path& folder) {
    std::string requests;
    for (const Bytes& module : modules) {
        requests += digits(module) + '\n';
    }
    std::vector<bool> verdicts;
    for (const std::string& answer : ask_node("validate", requests, folder)) {
        verdicts.push_back(answer == "true");
    }
    if (verdicts.size() != modules.size()) {
        throw std::runtime_error("Node.js answered to another number of modules");
    }
    return verdicts;
}

}  // namespace lockstep::engines
