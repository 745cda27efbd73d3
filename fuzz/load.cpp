// Input: a module, or what looks like one.
//
// Legal outcomes: it is refused, with an offset within its bytes; or it becomes a program that obeys
// the rules of lowering and has an image.

#include <cstdio>

#include "base/check.hpp"
#include "fuzz/fuzz_target.hpp"
#include "fuzz/load_program.hpp"
#include "tests/unit/vm/program/program_checks.hpp"
#include "trace/image.hpp"
#include "vm/program/disassembly.hpp"
#include "vm/program/image_encoding.hpp"
#include "vm/program/limits.hpp"

namespace lockstep::fuzz {

namespace {

void check_refusal(const vm::LoadError& error, std::size_t size) {
    LOCKSTEP_CHECK(error.offset <= size);
    LOCKSTEP_CHECK(!vm::load_error_text(error.code).empty());
}

void check_program(const vm::Program& program, std::size_t size) {
    LOCKSTEP_CHECK(program.code.size() <= vm::max_instructions(size));
    for (const std::string& fault : vm::find_faults(program)) {
        std::fprintf(stderr, "%s\n", fault.c_str());
        LOCKSTEP_CHECK(fault.empty());
    }
    for (std::uint32_t pc = 0; pc < program.code.size(); ++pc) {
        LOCKSTEP_CHECK(!vm::disassemble(program, pc).empty());
    }
    const trace::Image image(program);
    LOCKSTEP_CHECK(image.code.depth() == vm::code_tree_depth(program));
    LOCKSTEP_CHECK(image.root.value == trace::hash(image.image_record));
}

}  // namespace

}  // namespace lockstep::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto program = lockstep::fuzz::load_program({data, size});
    if (program) {
        lockstep::fuzz::check_program(*program, size);
    } else {
        lockstep::fuzz::check_refusal(program.error(), size);
    }
    return 0;
}
