#include "tests/property/vm/random_program.hpp"

#include <array>
#include <bit>
#include <random>
#include <string_view>

#include "base/tree_depth.hpp"
#include "vm/program/opcode.hpp"

namespace lockstep::vm {

namespace {

constexpr std::uint32_t kFunctions = 4;
constexpr std::uint32_t kPages = 2;
constexpr std::uint32_t kGlobals = 9;
constexpr std::uint32_t kDataLeft = 8;  // hidden globals
constexpr std::uint32_t kElementsLeft = 7;
constexpr std::uint32_t kSegmentBytes = 100;
constexpr std::uint32_t kSegmentElements = 12;

std::vector<Opcode> numeric_opcodes() {
    std::vector<Opcode> opcodes;
    for (std::uint16_t code = 0x0600; code < 0x0700; ++code) {
        if (const OpcodeTraits* row = find_traits(code)) {
            opcodes.push_back(row->opcode);
        }
    }
    return opcodes;
}

/// Emits the code of one function after the other. `height_` is the number of values that the function
/// itself has pushed; what it emits never pops below that.
class Generator {
public:
    explicit Generator(std::uint64_t seed) : random_(seed) {}

    RandomRun generate() {
        furnish();
        emit(Opcode::charge, 10);
        emit(Opcode::invoke);
        emit(Opcode::return_);
        for (std::uint32_t i = 0; i < kFunctions; ++i) {
            program_.functions.push_back({.type = i % 2,
                                          .entry = 0,
                                          .slots = 40,
                                          .locals_depth = static_cast<std::uint8_t>(below(3))});
        }
        // Direct calls are of later functions; through a table there is recursion, which gas ends.
        for (std::uint32_t i = 0; i < kFunctions; ++i) {
            generate_function(i);
        }
        for (const auto& [at, callee] : calls_) {
            program_.code[at].b = program_.functions[callee].entry;
        }
        program_.function_infos.resize(program_.functions.size());
        Bytes input(one_in(20) ? 0 : 80 + below(200));
        for (std::uint8_t& byte : input) {
            byte = static_cast<std::uint8_t>(random_());
        }
        return {.program = std::move(program_),
                .invocation = {.function = FunctionIndex(0),
                               .arguments = {},
                               .input = std::make_shared<const Bytes>(std::move(input)),
                               .gas_limit = Gas(one_in(4) ? below(5000) : 60'000)}};
    }

private:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    bool one_in(std::uint64_t n) { return below(n) == 0; }

    void furnish() {
        program_.memories = {{.pages = one_in(50) ? 0 : kPages, .max_pages = kPages + 2}};
        program_.globals.resize(kGlobals);
        program_.globals[kDataLeft] = kSegmentBytes;
        program_.globals[kElementsLeft] = kSegmentElements;
        program_.tables = {{.size = 10, .max = 40}, {.size = 5, .max = 16}};
        program_.data_pool.resize(64 + kSegmentBytes);
        for (std::uint8_t& byte : program_.data_pool) {
            byte = static_cast<std::uint8_t>(random_());
        }
        program_.element_pool.resize(4 + kSegmentElements);
        for (std::uint64_t& slot : program_.element_pool) {
            slot = one_in(10) ? 0 : 1 + below(kFunctions);
        }
    }

    std::uint32_t emit(Opcode opcode, std::uint64_t a = 0, std::uint32_t b = 0,
                       std::uint16_t c = 0) {
        program_.code.push_back({.opcode = opcode, .c = c, .b = b, .a = a});
        return static_cast<std::uint32_t>(program_.code.size() - 1);
    }

    [[nodiscard]] std::uint32_t here() const {
        return static_cast<std::uint32_t>(program_.code.size());
    }

    void generate_function(std::uint32_t index) {
        function_ = index;
        height_ = 0;
        FunctionRecord& record = program_.functions[index];
        record.entry = here();
        emit(Opcode::charge, 15);
        const std::uint64_t pieces = 10 + below(25);
        for (std::uint64_t i = 0; i < pieces; ++i) {
            piece(3);
        }
        drop_to(0);
        emit(Opcode::return_, record.slots);
    }

    void push_constant(std::uint64_t value) {
        emit(Opcode::const_, value);
        ++height_;
    }

    /// Values as programs have them: small, at the borders of types, arbitrary.
    std::uint64_t value() {
        constexpr std::array<std::uint64_t, 6> kEdges{
            0, 1, 0x7FFF'FFFF, 0x8000'0000, 0xFFFF'FFFF, 0x8000'0000'0000'0000};
        switch (below(6)) {
            case 0: return kEdges.at(below(kEdges.size()));
            case 1: return random_();
            case 2: return small_number(one_in(2));
            default: return below(100);
        }
    }

    /// A float of this format below 1000, with a fraction.
    std::uint64_t small_number(bool is_f32) {
        const double number = static_cast<double>(below(8000)) / 8;
        return is_f32 ? std::bit_cast<std::uint32_t>(static_cast<float>(number))
                      : std::bit_cast<std::uint64_t>(number);
    }

    /// Addresses near the borders of leaves, chunks and memory, rarely past its end.
    std::uint64_t address() {
        constexpr std::uint64_t kEnd = kPages * 65'536ULL;
        switch (below(6)) {
            case 0: return 4096 * below(4) + 4080 + below(32);
            case 1: return one_in(60) ? kEnd - below(40) : kEnd - 130 - below(300);
            default: return below(600);
        }
    }

    std::uint64_t length() { return one_in(5) ? 0 : below(one_in(3) ? 120 : 20); }

    void need(std::uint32_t count) {
        while (height_ < count) {
            push_constant(value());
        }
    }

    void drop_to(std::uint32_t height) {
        if (height_ > height) {
            emit(Opcode::drop, 0, height_ - height);
            height_ = height;
        }
    }

    /// One group of instructions; blocks nest at most `depth` deep.
    void piece(unsigned depth) {
        if (height_ > 12) {
            drop_to(4);
        }
        switch (below(depth == 0 ? 9 : 12)) {
            case 0:
            case 1: numeric(); break;
            case 2: locals(); break;
            case 3: globals(); break;
            case 4: memory(); break;
            case 5: bulk(); break;
            case 6: tables(); break;
            case 7: host(); break;
            case 8: stack(); break;
            case 9: branch(depth - 1); break;
            case 10: loop(); break;
            default: call(); break;
        }
    }

    void numeric() {
        static const std::vector<Opcode> opcodes = numeric_opcodes();
        for (std::uint64_t i = below(4); i < 5; ++i) {
            const OpcodeTraits& row = traits(opcodes[below(opcodes.size())]);
            const bool divides = row.price_gas == 8;
            need(row.pops);
            if (divides && !one_in(40)) {
                push_constant(3);
            }
            // Of an arbitrary slot a conversion to an integer mostly traps.
            if (row.mnemonic.contains("_trunc_f") && !one_in(40)) {
                push_constant(small_number(row.mnemonic.contains("f32")));
            }
            emit(row.opcode);
            height_ = height_ - row.pops + row.pushes;
        }
    }

    void stack() {
        need(3);
        switch (below(3)) {
            case 0:
                emit(Opcode::select);
                height_ -= 2;
                break;
            case 1:
                emit(Opcode::drop_under, 0, 2);
                height_ -= 2;
                break;
            default:
                emit(Opcode::drop, 0, 1);
                --height_;
                break;
        }
    }

    void locals() {
        const unsigned depth = program_.functions[function_].locals_depth;
        const auto tree = static_cast<std::uint16_t>(depth);
        // The last slot of the frame counts loops.
        const auto index = static_cast<std::uint32_t>(below((std::uint64_t{4} << depth) - 1));
        need(1);
        emit(Opcode::local_tee, 0, index, tree);
        emit(Opcode::local_set, 0, index, tree);
        emit(Opcode::local_get, 0, index, tree);
    }

    void globals() {
        const auto tree = static_cast<std::uint16_t>(slot_tree_depth(kGlobals));
        const auto index = static_cast<std::uint32_t>(below(kElementsLeft));
        need(1);
        emit(Opcode::global_set, 0, index, tree);
        emit(Opcode::global_get, 0, index, tree);
        if (one_in(12)) {
            push_constant(0);
            emit(Opcode::global_set, 0, one_in(2) ? kDataLeft : kElementsLeft, tree);
            --height_;
        }
    }

    void memory() {
        constexpr std::array kLoads{Opcode::i32_load,     Opcode::i64_load,
                                    Opcode::i32_load8_s,  Opcode::i32_load16_u,
                                    Opcode::i64_load16_s, Opcode::i64_load32_s};
        constexpr std::array kStores{Opcode::i32_store, Opcode::i64_store, Opcode::i64_store8,
                                     Opcode::i32_store16};
        for (int i = 0; i < 3; ++i) {
            push_constant(address());
            need(1);
            push_constant(value());
            emit(kStores.at(below(kStores.size())), below(9));
            height_ -= 2;
            push_constant(address());
            emit(kLoads.at(below(kLoads.size())), below(9));
        }
        if (one_in(3)) {
            push_constant(one_in(3) ? 1 : 0);
            emit(Opcode::memory_grow);
            emit(Opcode::memory_size);
            ++height_;
        }
    }

    void bulk() {
        push_constant(address());
        const std::uint64_t kind = below(3);
        push_constant(kind == 0 ? value() : kind == 1 ? address() : below(90));
        push_constant(kind == 2 ? below(12) : length());
        if (kind == 2) {
            emit(Opcode::global_get, 0, kDataLeft,
                 static_cast<std::uint16_t>(slot_tree_depth(kGlobals)));
            emit(Opcode::memory_init, 64);
        } else {
            emit(kind == 0 ? Opcode::memory_fill : Opcode::memory_copy);
        }
        height_ -= 3;
    }

    /// Table 0 holds references only, so that it can be called through; table 1 anything.
    void tables() {
        const auto table = static_cast<std::uint32_t>(below(2));
        const auto element = [&] {
            return table == 1 ? value() : one_in(10) ? 0 : 1 + below(kFunctions);
        };
        const std::uint64_t size = table == 0 ? 10 : 5;
        const auto index = [&] { return one_in(60) ? size + 30 : below(size); };
        switch (below(7)) {
            case 0:
                push_constant(index());
                push_constant(element());
                emit(Opcode::table_set, 0, table, 1);
                height_ -= 2;
                break;
            case 1:
                push_constant(index());
                emit(Opcode::table_get, 0, table, 1);
                break;
            case 2:
                push_constant(element());
                push_constant(below(6));
                push_constant(0);
                emit(Opcode::table_grow, 0, table, 1);
                emit(Opcode::table_size, 0, table, 1);
                --height_;
                break;
            case 3:
                push_constant(below(size / 2));
                push_constant(element());
                push_constant(below(size / 2));
                emit(Opcode::table_fill, 0, table, 1);
                height_ -= 3;
                break;
            case 4:
                push_constant(below(3));
                push_constant(below(3));
                push_constant(below(3));
                emit(Opcode::table_copy, one_in(2) ? 0 : table, table, 1);
                height_ -= 3;
                break;
            case 5:
                push_constant(below(3));
                push_constant(below(8));
                push_constant(below(4));
                emit(Opcode::global_get, 0, kElementsLeft,
                     static_cast<std::uint16_t>(slot_tree_depth(kGlobals)));
                emit(Opcode::table_init, 4, table, 1);
                height_ -= 3;
                break;
            default:
                push_constant(below(10));
                emit(Opcode::table_element, 0, 0, 1);
                if (one_in(12)) {
                    emit(Opcode::call_reference, 0, static_cast<std::uint32_t>(below(2)));
                    --height_;
                    emit(Opcode::charge, 30);
                }
                break;
        }
    }

    void host() {
        switch (below(one_in(40) ? 5 : 3)) {
            case 0:
                emit(Opcode::input_size);
                ++height_;
                break;
            case 1:
                push_constant(address());
                push_constant(below(20));
                push_constant(below(one_in(4) ? 60 : 4));
                emit(Opcode::input_read);
                height_ -= 3;
                break;
            case 2:
                push_constant(address());
                push_constant(length());
                emit(Opcode::output_write);
                height_ -= 2;
                break;
            case 3:
                push_constant(below(5));
                emit(Opcode::halt);
                --height_;
                break;
            default: emit(Opcode::unreachable); break;
        }
    }

    /// Pieces that leave the height as it was.
    void balanced(unsigned depth) {
        const std::uint32_t before = height_;
        height_ = 0;
        emit(Opcode::charge, 30);
        for (std::uint64_t i = below(3); i < 4; ++i) {
            piece(depth);
        }
        drop_to(0);
        height_ = before;
    }

    void branch(unsigned depth) {
        need(1);
        --height_;
        if (one_in(3)) {
            const auto rows = static_cast<std::uint32_t>(below(4));
            const std::uint32_t table = emit(Opcode::jump_table, 0, rows);
            std::vector<std::uint32_t> ends;
            for (std::uint32_t row = 0; row <= rows; ++row) {
                emit(Opcode::jump);
            }
            for (std::uint32_t row = 0; row <= rows; ++row) {
                program_.code[table + 1 + row].b = here();
                balanced(0);
                ends.push_back(emit(Opcode::jump));
            }
            for (const std::uint32_t end : ends) {
                program_.code[end].b = here();
            }
        } else {
            const std::uint32_t skip = emit(one_in(2) ? Opcode::jump_if : Opcode::jump_unless);
            balanced(depth);
            const std::uint32_t end = emit(Opcode::jump);
            program_.code[skip].b = here();
            balanced(depth);
            program_.code[end].b = here();
        }
        emit(Opcode::charge, 30);
    }

    void loop() {
        const unsigned locals_depth = program_.functions[function_].locals_depth;
        const auto tree = static_cast<std::uint16_t>(locals_depth);
        const std::uint32_t counter = (4U << locals_depth) - 1;
        push_constant(1 + below(4));
        emit(Opcode::local_set, 0, counter, tree);
        --height_;
        const std::uint32_t begin = here();
        emit(Opcode::charge, 6);
        // Loops share the counter, so they do not nest.
        balanced(0);
        emit(Opcode::local_get, 0, counter, tree);
        emit(Opcode::const_, 1);
        emit(Opcode::i32_sub);
        emit(Opcode::local_tee, 0, counter, tree);
        emit(Opcode::jump_if, 0, begin);
        emit(Opcode::charge, 30);
    }

    void call() {
        if (function_ + 1 >= kFunctions) {
            return;
        }
        const auto callee =
            static_cast<std::uint32_t>(function_ + 1 + below(kFunctions - function_ - 1));
        const FunctionRecord& record = program_.functions[callee];
        if (one_in(2)) {
            push_constant(one_in(60) ? 0 : callee + 1);
            emit(Opcode::call_reference, 0, one_in(60) ? 7 : record.type);
            --height_;
        } else {
            const std::uint32_t at =
                emit(Opcode::call, record.slots, 0, std::uint16_t{record.locals_depth});
            calls_.emplace_back(at, callee);
        }
        emit(Opcode::charge, 30);
    }

    std::mt19937_64 random_;
    Program program_;
    std::uint32_t function_ = 0;
    std::uint32_t height_ = 0;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> calls_;
};

}  // namespace

RandomRun random_run(std::uint64_t seed) {
    return Generator(seed).generate();
}

}  // namespace lockstep::vm
