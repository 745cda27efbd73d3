#include <algorithm>
#include <bit>
#include <limits>

#include "base/hex.hpp"
#include "tests/programs/program_run.hpp"

namespace lockstep::programs {

namespace {

Bytes from_hex(std::string_view digits) {
    return bytes_from_hex("0x" + std::string(digits)).value();
}

Bytes little_endian(const std::vector<std::int32_t>& numbers) {
    Bytes bytes;
    for (const std::int32_t number : numbers) {
        const auto bits = std::bit_cast<std::uint32_t>(number);
        for (unsigned shift = 0; shift < 32; shift += 8) {
            bytes.push_back(static_cast<std::uint8_t>(bits >> shift));
        }
    }
    return bytes;
}

/// A glider after the number of generations: a multiple of 4 moves it one down and right.
Bytes glider(std::size_t generations) {
    Bytes rows(32);
    const std::size_t shift = generations / 4;
    for (const auto& [row, columns] : {std::pair{0U, 2U}, {1U, 4U}, {2U, 7U}}) {
        const std::uint32_t line = columns << shift;
        rows.at(2 * (row + shift)) = static_cast<std::uint8_t>(line);
        rows.at(2 * (row + shift) + 1) = static_cast<std::uint8_t>(line >> 8U);
    }
    return rows;
}

Bytes with_first(std::uint8_t first, const Bytes& rest) {
    Bytes bytes{first};
    bytes.insert(bytes.end(), rest.begin(), rest.end());
    return bytes;
}

/// Numbers that a linear congruential generator makes.
std::vector<std::int32_t> scattered(std::size_t count) {
    std::vector<std::int32_t> numbers;
    std::uint32_t state = 1;
    for (std::size_t i = 0; i < count; ++i) {
        state = state * 1'664'525U + 1'013'904'223U;
        numbers.push_back(std::bit_cast<std::int32_t>(state));
    }
    return numbers;
}

ProgramRun sorts(std::string_view detail, std::vector<std::int32_t> numbers) {
    Call run("sort", "_start", detail);
    run.input(little_endian(numbers));
    std::ranges::sort(numbers);
    return run.writes(little_endian(numbers));
}

}  // namespace

ProgramRuns c_runs() {
    ProgramRuns runs;
    for (const auto& [n, value] : {std::pair{0, 0}, {1, 1}, {11, 89}}) {
        runs.push_back(Call("fibonacci", "_start", std::to_string(n))
                           .input(Bytes{static_cast<std::uint8_t>(n)})
                           .writes(little_endian({value})));
    }
    runs.push_back(
        Call("fibonacci", "_start", "no_input").traps(vm::Trap::out_of_bounds_input_read));
    runs.push_back(Call("fibonacci", "_start", "out_of_gas")
                       .input(Bytes{30})
                       .gas(4000)
                       .traps(vm::Trap::out_of_gas));
    runs.push_back(Call("sha256", "_start", "abc")
                       .input("abc")
                       .writes(from_hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f"
                                        "20015ad")));
    // FIPS 180-2, appendix B.2.
    runs.push_back(
        Call("sha256", "_start", "two_blocks")
            .input("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
            .writes(from_hex("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")));
    runs.push_back(Call("sha256", "_start", "too_long").input(Bytes(8192)).halts(1));
    runs.push_back(sorts("nothing", {}));
    runs.push_back(sorts("twelve", {5, -3, 900, 0, -70'000, 5, 42, 7, 0x7FFF'FFFF,
                                    std::numeric_limits<std::int32_t>::min(), 1, 1}));
    runs.push_back(sorts("descending", {9, 8, 7, 6, 5, 4, 3, 2, 1, 0, -1, -2, -3}));
    runs.push_back(sorts("scattered", scattered(80)));
    runs.push_back(Call("sort", "_start", "odd_length").input(Bytes(7)).halts(2));
    runs.push_back(
        Call("sieve", "_start", "800").input(little_endian({800})).writes(little_endian({139})));
    runs.push_back(Call("sieve", "_start", "no_memory").input(Bytes{0, 0, 0, 0x7F}).halts(3));
    runs.push_back(Call("calculator", "_start", "formula")
                       .input("12 34+5*1000-7 3%/2 40<+")
                       .writes(to_bytes("2199023254782")));
    runs.push_back(Call("calculator", "_start", "divides_by_zero")
                       .input("1 0/")
                       .traps(vm::Trap::integer_divide_by_zero));
    runs.push_back(Call("calculator", "_start", "too_few").input("1 +").halts(5));
    runs.push_back(Call("calculator", "_start", "unknown").input("1 2?").halts(7));
    for (const std::uint8_t generations : Bytes{0, 4}) {
        runs.push_back(Call("life", "_start", std::to_string(generations))
                           .input(with_first(generations, glider(0)))
                           .writes(glider(generations)));
    }
    return runs;
}

}  // namespace lockstep::programs
