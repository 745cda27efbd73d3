// Inputs of json.

#include <random>

#include "tests/programs/application_run.hpp"

namespace lockstep::programs {

namespace {

ApplicationRun json(std::string detail, char style, std::string_view text,
                    std::optional<std::string_view> output = {}) {
    ApplicationRun run{.application = "json",
                       .detail = std::move(detail),
                       .input = to_bytes(std::string(1, style) + std::string(text)),
                       .output = {}};
    if (output) {
        run.output = to_bytes(*output);
    }
    return run;
}

std::string string_of(std::mt19937_64& random) {
    static constexpr std::string_view kParts[] = {"a",
                                                  "key",
                                                  " ",
                                                  "\\n",
                                                  "\\\"",
                                                  "\\\\",
                                                  "\\u0000",
                                                  "\\u00e9",
                                                  "\\ud83d\\ude00",
                                                  "\\/",
                                                  "\xC3\xA9",
                                                  "\xE2\x82\xAC",
                                                  "\xF0\x9F\x98\x80",
                                                  "\x7F"};
    std::string text = "\"";
    for (std::uint64_t i = random() % 6; i != 0; --i) {
        text += kParts[random() % std::size(kParts)];
    }
    return text + "\"";
}

/// Any JSON text; the names within an object are numbered, so that they differ.
std::string arbitrary_text(std::mt19937_64& random, unsigned depth) {
    static constexpr std::string_view kWords[] = {"null",    "true", "false",  "0",
                                                  "-0.5e+3", "1E9",  "123456", "-1.25"};
    const bool is_container = depth < 6 && (depth == 0 || random() % 3 == 0);
    if (!is_container) {
        return random() % 2 == 0 ? string_of(random)
                                 : std::string(kWords[random() % std::size(kWords)]);
    }
    const bool is_object = random() % 2 == 0;
    const std::uint64_t count = random() % 8;
    std::string text(is_object ? "{" : "[");
    for (std::uint64_t i = 0; i < count; ++i) {
        text += i == 0 ? "" : random() % 2 == 0 ? "," : " ,\n\t";
        if (is_object) {
            const std::string name = string_of(random);
            text +=
                "\"" + std::to_string((i * 5) % 8) + name.substr(1) + (i % 2 == 0 ? ":" : " : ");
        }
        text += arbitrary_text(random, depth + 1);
    }
    return text + (is_object ? "}" : "]");
}

void add_refused(ApplicationRuns& runs) {
    static constexpr std::pair<std::string_view, std::string_view> kWrong[] = {
        {"", "offset 0: a value is expected\n"},
        {"  ", "offset 2: a value is expected\n"},
        {"nul", "offset 0: a value is expected\n"},
        {"[1,]", "offset 3: a value is expected\n"},
        {"[1 2]", "offset 3: a comma or a closing bracket is expected\n"},
        {"[1", "offset 2: a comma or a closing bracket is expected\n"},
        {"[", "offset 1: a value is expected\n"},
        {"{\"a\" 1}", "offset 5: a colon is expected\n"},
        {"{a:1}", "offset 1: a name is expected\n"},
        {"{\"a\":1,}", "offset 7: a name is expected\n"},
        {"{\"a\":1", "offset 6: a comma or a closing brace is expected\n"},
        {"{\"a\":1,\"\\u0061\":2}", "offset 7: the object has a member of that name\n"},
        {"1 x", "offset 2: the text goes on after its value\n"},
        {"01", "offset 1: the text goes on after its value\n"},
        {"-", "offset 1: a digit is expected\n"},
        {"1.", "offset 2: a digit is expected\n"},
        {"1e+", "offset 3: a digit is expected\n"},
        {"+1", "offset 0: a value is expected\n"},
        {"\"ab", "offset 0: the string does not end\n"},
        {"\"\\\"", "offset 0: the string does not end\n"},
        {"\"\\", "offset 1: there is no such escape\n"},
        {"\"\\x\"", "offset 1: there is no such escape\n"},
        {"\"\\u12g4\"", "offset 5: four hexadecimal digits are expected\n"},
        {"\"\\udc00\"", "offset 1: a low surrogate comes first\n"},
        {"\"\\ud800x\"", "offset 7: a low surrogate is expected\n"},
        {"\"\\ud800\\u0041\"", "offset 7: a low surrogate is expected\n"},
        {"\"\n\"", "offset 1: a control character in a string\n"},
        {"\"\xC0\xAF\"", "offset 1: not UTF-8\n"},
        {"\"\xED\xA0\x80\"", "offset 1: not UTF-8\n"},
        {"\"\xF4\x90\x80\x80\"", "offset 1: not UTF-8\n"},
        {"\"\xE2\x82\"", "offset 1: not UTF-8\n"},
        {"\"\x80\"", "offset 1: not UTF-8\n"},
    };
    for (std::size_t i = 0; i < std::size(kWrong); ++i) {
        runs.push_back(json("wrong_" + std::to_string(i), 'c', kWrong[i].first, kWrong[i].second));
    }
}

}  // namespace

ApplicationRuns json_runs() {
    ApplicationRuns runs;
    std::mt19937_64 random(8259);
    std::string large = "[";
    for (unsigned i = 0; i < 12; ++i) {
        large += (i == 0 ? "" : ",") + arbitrary_text(random, 0);
    }
    large += "]";
    runs.push_back(json("large_sorted", 's', large));
    runs.push_back(json("large_indented", 'p', large));
    runs.push_back(json("scalar", 'p', " -1.5e-7 ", "-1.5e-7\n"));
    runs.push_back(json("sorted", 's', "{\"b\":1,\"a\":[{}],\"\":{\"z\":0,\"y\":[]},\"ab\":\"\"}",
                        "{\"\":{\"y\":[],\"z\":0},\"a\":[{}],\"ab\":\"\",\"b\":1}\n"));
    runs.push_back(json("indented", 'p', "{\"a\":[1,{}],\"b\":[]}",
                        "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}\n"));
    runs.push_back(json("escapes", 'c', R"("\u0041\n\/\u001f\"\ud83d\ude00\u00e9")",
                        "\"A\\n/\\u001f\\\"\xF0\x9F\x98\x80\xC3\xA9\"\n"));
    runs.push_back(json("nested_100", 'c', std::string(100, '[') + std::string(100, ']')));
    runs.push_back(json("nested_101", 'c', std::string(101, '[') + std::string(101, ']')));
    runs.push_back(json("not_closed", 'c', std::string(4000, '[')));
    runs.push_back(json("no_style", 'x', "1", ""));
    runs.push_back({.application = "json", .detail = "no_input", .input = {}, .output = Bytes{}});
    runs.push_back(json("too_long", 'c', std::string(65'537, ' '), ""));
    add_refused(runs);
    return runs;
}

}  // namespace lockstep::programs
