// Inputs of lz: data to be compressed, and streams written here by the format's description in lz.c.

#include <random>

#include "tests/programs/application_run.hpp"

namespace lockstep::programs {

namespace {

ApplicationRun compresses(std::string detail, const Bytes& data) {
    Bytes input{'c'};
    input.insert(input.end(), data.begin(), data.end());
    return {.application = "lz", .detail = std::move(detail), .input = input, .output = {}};
}

/// A stream of these tokens; what they stand for must be known for the hash.
Bytes stream_of(std::string_view data, const Bytes& tokens) {
    Bytes stream{'L', 'Z'};
    std::size_t size = data.size();
    for (; size >= 128; size >>= 7U) {
        stream.push_back(static_cast<std::uint8_t>(128 | (size & 127U)));
    }
    stream.push_back(static_cast<std::uint8_t>(size));
    std::uint32_t hash = 2'166'136'261U;
    for (const char character : data) {
        hash = (hash ^ static_cast<std::uint8_t>(character)) * 16'777'619U;
    }
    for (unsigned shift = 0; shift < 32; shift += 8) {
        stream.push_back(static_cast<std::uint8_t>(hash >> shift));
    }
    stream.insert(stream.end(), tokens.begin(), tokens.end());
    return stream;
}

ApplicationRun decompresses(std::string detail, const Bytes& stream, std::string_view data) {
    Bytes input{'d'};
    input.insert(input.end(), stream.begin(), stream.end());
    return {
        .application = "lz", .detail = std::move(detail), .input = input, .output = to_bytes(data)};
}

Bytes repeated(const Bytes& part, std::size_t size) {
    Bytes bytes;
    for (std::size_t i = 0; i < size; ++i) {
        bytes.push_back(part[i % part.size()]);
    }
    return bytes;
}

/// Words of a small vocabulary.
Bytes prose(std::size_t words) {
    static constexpr std::string_view kWords[] = {"step",  "root",   "leaf",    "bundle", "verdict",
                                                  "state", "claim ", "witness", "game",   ",\n"};
    std::mt19937_64 random(words);
    std::string text;
    for (std::size_t i = 0; i < words; ++i) {
        text += kWords[random() % std::size(kWords)];
        text += ' ';
    }
    return to_bytes(text);
}

Bytes noise(std::size_t size) {
    std::mt19937_64 random(size);
    Bytes bytes;
    for (std::size_t i = 0; i < size; ++i) {
        bytes.push_back(static_cast<std::uint8_t>(random()));
    }
    return bytes;
}

void add_corrupt(ApplicationRuns& runs) {
    const Bytes empty_copy{130, 2, 0};
    runs.push_back(decompresses("no_stream", to_bytes("LX"), ""));
    runs.push_back(decompresses("nothing", {}, ""));
    runs.push_back(decompresses("only_magic", to_bytes("LZ"), ""));
    runs.push_back(decompresses("endless_size", Bytes{'L', 'Z', 255, 255, 255, 255, 1}, ""));
    runs.push_back(decompresses("too_large", Bytes{'L', 'Z', 129, 128, 16, 0, 0, 0, 0}, ""));
    runs.push_back(decompresses("copy_of_nothing", stream_of("aaaaaa", empty_copy), ""));
    runs.push_back(decompresses("copy_from_before",
                                stream_of("abcabcabc", {2, 'a', 'b', 'c', 130, 3, 0}), ""));
    runs.push_back(decompresses("copy_too_long", stream_of("aaaaa", {0, 'a', 129, 0, 0}), ""));
    runs.push_back(decompresses("literals_too_long", stream_of("ab", {2, 'a', 'b', 'c'}), ""));
    runs.push_back(decompresses("cut_in_literals", stream_of("abc", {2, 'a', 'b'}), ""));
    runs.push_back(decompresses("cut_in_copy", stream_of("aaaaa", {0, 'a', 128, 0}), ""));
    runs.push_back(decompresses("cut_before_token", stream_of("abc", {}), ""));
    runs.push_back(decompresses("bad_hash", stream_of("abc", {2, 'a', 'b', 'd'}), ""));
    runs.push_back(decompresses("trailing", stream_of("abc", {2, 'a', 'b', 'c', 0}), ""));
}

}  // namespace

ApplicationRuns compression_runs() {
    ApplicationRuns runs;
    runs.push_back(compresses("prose", prose(300)));
    runs.push_back(compresses("empty", {}));
    runs.push_back(compresses("one", {7}));
    runs.push_back(compresses("three", {7, 7, 7}));
    runs.push_back(compresses("zeros", Bytes(20'000)));
    runs.push_back(compresses("period_5", repeated({1, 2, 3, 4, 5}, 3000)));
    runs.push_back(compresses("noise", noise(5000)));
    runs.push_back(compresses("noise_twice", repeated(noise(1500), 3000)));
    runs.push_back(compresses("far_apart", repeated(noise(70'000), 70'200)));
    runs.push_back({.application = "lz", .detail = "no_mode", .input = {'x'}, .output = Bytes{}});
    runs.push_back({.application = "lz", .detail = "no_input", .input = {}, .output = Bytes{}});
    runs.push_back(decompresses(
        "overlapping", stream_of("abcabcabc", {2, 'a', 'b', 'c', 130, 2, 0}), "abcabcabc"));
    runs.push_back(decompresses("nothing_in_it", stream_of("", {}), ""));
    add_corrupt(runs);
    return runs;
}

}  // namespace lockstep::programs
