// Inputs of keccak256, lisp, containers and the applications in AssemblyScript.

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "base/hex.hpp"
#include "tests/programs/application_run.hpp"

namespace lockstep::programs {

namespace {

ApplicationRun with_text(std::string application, std::string detail, std::string_view input,
                         std::optional<std::string_view> output = {}) {
    ApplicationRun run{.application = std::move(application),
                       .detail = std::move(detail),
                       .input = to_bytes(input),
                       .output = {}};
    if (output) {
        run.output = to_bytes(*output);
    }
    return run;
}

std::string lisp_program(const std::string& name) {
    std::ifstream file(LOCKSTEP_SOURCE_DIR "/tests/programs/applications/inputs/" + name + ".lisp");
    if (!file) {
        throw std::runtime_error("no program " + name);
    }
    return {std::istreambuf_iterator<char>(file), {}};
}

ApplicationRun lisp(std::string detail, std::string_view program, std::string_view output) {
    return with_text("lisp", std::move(detail), program, output);
}

void add_lisp_errors(ApplicationRuns& runs) {
    static constexpr std::pair<std::string_view, std::string_view> kWrong[] = {
        {"(", "a closing parenthesis is missing"},
        {")", "a closing parenthesis is too many"},
        {"'", "an expression is expected"},
        {"(car 1)", "a pair is expected"},
        {"(+ 'a 1)", "an integer is expected"},
        {"(define 1 2)", "a symbol is expected"},
        {"(quotient 1 0)", "division by zero"},
        {"(cons 1)", "a wrong number of arguments"},
        {"((lambda (x) x))", "too few arguments"},
        {"((lambda (x) x) 1 2)", "too many arguments"},
        {"(1 2)", "only functions can be applied"},
        {"(define (f n) (+ 1 (f n))) (f 1)", "nested too deeply"},
        {"(define (f l) (f (cons 1 l))) (f '())", "out of memory"},
        {"(define (f) (f)) (f)", "too many evaluations"},
        {"(define p (cons 1 2)) (set-car! p p) (set-cdr! p p) (if (display p) 1)",
         "too much to display"},
    };
    for (std::size_t i = 0; i < std::size(kWrong); ++i) {
        ApplicationRun run = lisp("wrong_" + std::to_string(i), kWrong[i].first,
                                  "\nerror: " + std::string(kWrong[i].second) + "\n");
        if (kWrong[i].second == "too much to display") {
            run.output.reset();
        }
        runs.push_back(std::move(run));
    }
    runs.push_back(
        lisp("unbound", "(display 7) (+ x 1)", "7x\nerror: the variable is not bound\n"));
    runs.push_back(lisp("nested_in_source", std::string(1000, '('),
                        "\nerror: the program is nested too deeply\n"));
    runs.push_back(lisp("too_long", std::string(16'385, ' '), ""));
}

/// Values in an order that is the worst for a median of three.
std::string worst_order(unsigned count) {
    std::string script;
    const unsigned half = count / 2;
    for (unsigned i = 0; i < half; ++i) {
        const unsigned value = i % 2 == 0 ? i + 1 : half + i + (half % 2 == 0 ? 1 : 0);
        script += "+ " + std::to_string(i) + " " + std::to_string(value) + "\n";
        script += "+ " + std::to_string(half + i) + " " + std::to_string(2 * (i + 1)) + "\n";
    }
    return script + "s\n";
}

}  // namespace

ApplicationRuns keccak_runs() {
    ApplicationRuns runs;
    for (const std::size_t size : {500U, 1U, 7U, 8U, 135U, 136U, 137U, 271U, 272U, 4000U}) {
        Bytes input(size);
        for (std::size_t i = 0; i < size; ++i) {
            input[i] = static_cast<std::uint8_t>(i * 7 + size);
        }
        runs.push_back({.application = "keccak256",
                        .detail = std::to_string(size),
                        .input = input,
                        .output = {}});
    }
    // Known to every Ethereum node: the hash of nothing, that of "transfer(address,uint256)" with the
    // function's selector at its front, and that of the RLP encoding of nothing.
    for (const auto& [text, digest] :
         {std::pair{std::string_view(),
                    "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"},
          {"transfer(address,uint256)",
           "0xa9059cbb2ab09eb219583f4a59a5d0623ade346d962bcd4e46b11da047c9049b"},
          {"\x80", "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"}}) {
        runs.push_back({.application = "keccak256",
                        .detail = "known_" + std::to_string(text.size()),
                        .input = to_bytes(text),
                        .output = bytes_from_hex(digest)});
    }
    return runs;
}

ApplicationRuns lisp_runs() {
    ApplicationRuns runs;
    runs.push_back(lisp("church", lisp_program("church"),
                        "84\n729\n(2 3 5 7 11 13 17 19 23 29 31 37)\n12\n(1 . 2)\n"
                        "-9223372036854775808\n-1\ndone\n"));
    runs.push_back(
        lisp("evaluator", lisp_program("evaluator"), "13\n2432902008176640000\n78\n#t\n"));
    const std::string lists = lisp_program("lists");
    runs.push_back(with_text("lisp", "lists", lists));
    runs.push_back(with_text("lisp", "cut_short", lists.substr(0, lists.size() - 20)));
    runs.push_back(lisp("variadic", "(display ((lambda x x) 1 2 3))", "(1 2 3)"));
    runs.push_back(lisp("nothing", " ; nothing\n", ""));
    add_lisp_errors(runs);
    return runs;
}

ApplicationRuns container_runs() {
    const auto script = [](std::string detail, std::string_view text,
                           std::optional<std::string_view> output = {}) {
        return with_text("containers", std::move(detail), text, output);
    };
    ApplicationRuns runs;
    runs.push_back(
        script("churn", "# 300 7\n!\ns\n[ 100 400\n# 100 8\n!\n? 115\n- 222\n- 222\n!\n"));
    runs.push_back(script("small", "+ 5 -7\n+ 3 10\n+ 5 8\n? 5\n? 4\n[ 0 10\n- 5\n- 5\n!\n",
                          "8\nabsent\n3:10 5:8 \nerased\nabsent\n1 1 a tree of black height 2\n"));
    runs.push_back(script("empty", "", ""));
    runs.push_back(script("sorts_nothing", "s", "\n\n0\n"));
    runs.push_back(script("worst_order", worst_order(400)));
    std::string rising;
    for (unsigned i = 0; i < 200; ++i) {
        rising += "+ " + std::to_string(i) + " " + std::to_string(i / 3) + "\n";
    }
    for (unsigned i = 0; i < 200; ++i) {
        rising += "- " + std::to_string((i * 7) % 200) + "\n";
    }
    runs.push_back(script("rising", rising + "!\n"));
    runs.push_back(script("dense", "# 2000 3\n!\n# 1500 99\n!\ns\n"));
    runs.push_back(script("unknown_command", "! x", ""));
    runs.push_back(script("no_number", "+ 4", ""));
    runs.push_back(script("too_long", std::string(16'385, '!'), ""));
    runs.push_back(script("out_of_memory", "# 90000 1", ""));
    return runs;
}

ApplicationRuns assemblyscript_runs() {
    const auto numbers = [](std::string detail, std::string_view text,
                            std::optional<std::string_view> output = {}) {
        return with_text("big_numbers", std::move(detail), text, output);
    };
    ApplicationRuns runs;
    runs.push_back(numbers("mixed", "pi 60\nfactorial 30\npower 3 50\nwords a b a c b a\n",
                           "3.141592653589793238462643383279502884197169399375105820974944\n"
                           "265252859812191058636308480000000\n717897987691852588770249\n"
                           "a 3, b 2, c 1\n"));
    runs.push_back(numbers("long", "pi 400\nfactorial 200\npower 999999 100\n"));
    runs.push_back(numbers("words", "words the step of the root of the state of the step of it"));
    runs.push_back(
        numbers("edges", "pi 0\nfactorial 0\npower 0 0\npower 0 9\nwords \n", "3.\n1\n1\n0\n 1\n"));
    runs.push_back(numbers("nothing", "\n\n", ""));
    runs.push_back(numbers("not_utf8", "words \xFF\xC3\xA9 \xE2\x82 \xF0\x9F\x98\x80"));
    runs.push_back(numbers("unknown", "factorial 3\nsquare 3", "6\n"));
    runs.push_back(numbers("too_large", "factorial 201", ""));
    runs.push_back(numbers("no_number", "factorial x"));
    runs.push_back(with_text("mandelbrot", "set", "24 12 -0.5 0 2.8 40"));
    runs.push_back(with_text("mandelbrot", "zoomed", "20 20 -0.743643 0.131825 3.5e-5 120"));
    runs.push_back(with_text("mandelbrot", "one_point", "1 1 0 0 1 1"));
    runs.push_back(with_text("mandelbrot", "infinite", "8 4 1e308 -1e308 1e308 10"));
    runs.push_back(with_text("mandelbrot", "tiny", "8 4 1e-320 0 4e-320 10"));
    runs.push_back(with_text("mandelbrot", "five_numbers", "8 4 0 0 1", ""));
    runs.push_back(with_text("mandelbrot", "no_number", "8 4 0 zero 1 10", ""));
    runs.push_back(with_text("mandelbrot", "too_large", "101 4 0 0 1 10", ""));
    return runs;
}

}  // namespace lockstep::programs
