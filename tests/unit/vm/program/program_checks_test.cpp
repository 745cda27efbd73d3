// The checker that all tests of lowering rely on finds what it should.

#include "program_checks.hpp"

#include <functional>
#include <string_view>

#include <gtest/gtest.h>

#include "listing.hpp"

namespace lockstep::vm {
namespace {

TEST(ProgramChecks, FindFaults) {
    // (module (func (param i32) (result i32)
    //   (if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.const 2)))))
    const std::string_view wasm =
        "0061736d0100000001060160017f017f030201000a0e010c002000047f41010541020b0b";
    // Listing: charge, local_set, local_get, jump_unless, charge, const_, jump, charge, const_,
    // charge, return_.
    const Program good = lower_module(wasm);
    const std::uint32_t entry = good.functions[0].entry;
    using Change = std::function<void(Program&)>;
    const std::vector<Change> changes = {
        [&](Program& p) { p.code[entry].a += 1; },
        [&](Program& p) { p.code[entry + 2].b = 1; },
        [&](Program& p) { p.code[entry + 2].c = 1; },
        [&](Program& p) { p.code[entry + 3].b += 1; },
        [&](Program& p) { p.code[entry + 5] = {.opcode = Opcode::i32_eqz}; },
        [&](Program& p) { p.code[entry + 6].b = entry + 7; },
        [&](Program& p) { p.code[entry + 10].a += 1; },
        [&](Program& p) { p.code[entry + 10] = {.opcode = Opcode::unreachable}; },
        [&](Program& p) { p.functions[0].slots += 1; },
        [&](Program& p) { p.functions[0].results = 0; },
        [&](Program& p) { p.functions[0].parameters = 0; },
        [&](Program& p) { p.functions[0].locals_depth = 1; },
        [&](Program& p) { p.function_infos[0].code_end -= 1; },
        [&](Program& p) {
            p.code.pop_back();
            p.function_infos[0].code_end -= 1;
        },
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        Program bad = good;
        changes[i](bad);
        EXPECT_FALSE(find_faults(bad).empty()) << i;
    }
}

}  // namespace
}  // namespace lockstep::vm
