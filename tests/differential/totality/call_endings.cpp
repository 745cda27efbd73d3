// Exhausted stacks, halts, returns, and what can happen before the entry function is called.

#include "tests/differential/totality/ending.hpp"
#include "tests/unit/vm/module/wasm_bytes.hpp"
#include "vm/machine/limits.hpp"

namespace lockstep::differential {

namespace {

using vm::Opcode;
using vm::Trap;
using vm::test::code;
using vm::test::code_section;
using vm::test::element_section;
using vm::test::export_section;
using vm::test::function_section;
using vm::test::function_type;
using vm::test::join;
using vm::test::kEnd;
using vm::test::kI32;
using vm::test::kI64;
using vm::test::leb;
using vm::test::list;
using vm::test::module_of;
using vm::test::section;
using vm::test::sized;
using vm::test::table_section;
using vm::test::type_section;

constexpr std::uint64_t kMost = 0xFFFF'FFFF;
/// Of the frames below the last one.
constexpr std::uint32_t kFrameSlots = 1024;

/// (func $f (param i32) ... (if (local.get 0) (then (call $f (local.get 0) - 1)) (else call $last))):
/// frames of kFrameSlots slots, and a last one of `last_slots`, called through a table or not.
LoadedProgram frames_program(std::uint32_t last_slots, bool is_indirect) {
    const auto locals = [](std::uint32_t count) { return join({{1}, leb(count), {kI64}}); };
    // One parameter, two operands.
    const Bytes call_last = is_indirect ? Bytes{0x41, 0x00, 0x11, 0x01, 0x00} : Bytes{0x10, 0x01};
    const Bytes recursive = join({locals(kFrameSlots - 3),
                                  {0x20, 0x00, 0x04, 0x40},
                                  {0x20, 0x00, 0x41, 0x01, 0x6B, 0x10, 0x00, 0x05},
                                  call_last,
                                  {kEnd, kEnd}});
    const Bytes last = join({locals(last_slots), {kEnd}});
    return load_or_throw(
        module_of({section(type_section, list({function_type({kI32}, {}), function_type({}, {})})),
                   section(function_section, {2, 0, 1}), section(table_section, {1, 0x70, 0, 1}),
                   section(export_section, {1, 1, 'f', 0, 0}),
                   section(element_section, {1, 0, 0x41, 0, kEnd, 1, 1}),
                   section(code_section, list({sized(recursive), sized(last)}))}));
}

void add_exhausted_slots(TotalityCases& endings) {
    constexpr std::uint32_t kBelow = vm::kMaxSlots / kFrameSlots - 1;
    for (const bool is_indirect : {false, true}) {
        const std::string program = is_indirect ? "frames_through_table/f/" : "frames/f/";
        const auto frames = [&](const std::string& detail, std::uint32_t last_slots) {
            return Ending(program + detail, frames_program(last_slots, is_indirect), "f")
                .arguments({kBelow - 1});
        };
        endings.push_back(frames("one_slot_left", kFrameSlots - 1).returns());
        endings.push_back(frames("no_slot_left", kFrameSlots).reaches("kMaxSlots").returns());
        endings.push_back(frames("one_slot_too_many", kFrameSlots + 1)
                              .exceeds("kMaxSlots")
                              .traps(is_indirect ? Opcode::call_reference : Opcode::call,
                                     Trap::call_stack_exhausted));
    }
}

void add_exhausted_depth(TotalityCases& endings) {
    for (const auto& [function, opcode] :
         {std::pair{"direct", Opcode::call}, {"through_table", Opcode::call_reference}}) {
        const auto calls = [&](const std::string& detail, std::uint64_t count) {
            return Ending("calls", function, detail).arguments({count - 1});
        };
        endings.push_back(calls("one_frame_left", vm::kMaxCallDepth - 1).returns());
        endings.push_back(
            calls("no_frame_left", vm::kMaxCallDepth).reaches("kMaxCallDepth").returns());
        endings.push_back(calls("one_frame_too_many", vm::kMaxCallDepth + 1)
                              .exceeds("kMaxCallDepth")
                              .traps(opcode, Trap::call_stack_exhausted));
    }
}

void add_starts(TotalityCases& endings) {
    endings.push_back(Ending("start_traps", "entry", "unreachable")
                          .arguments({~std::uint64_t{0}})
                          .memory(64, {4, 3, 2, 1})
                          .traps(Opcode::unreachable, Trap::unreachable));
    endings.push_back(
        Ending("start_halts", "entry", "code_3").arguments({1}).output({'b', 'y', 'e'}).halts(3));
    endings.push_back(Ending("start_exhausts", "entry", "depth")
                          .exceeds("kMaxCallDepth")
                          .traps(Opcode::call, Trap::call_stack_exhausted));
    endings.push_back(Ending("data_outside", "entry", "one_past")
                          .memory(100, {'f', 'i', 'r', 's', 't'})
                          .memory(65'533, Bytes(3))
                          .traps(Opcode::memory_init, Trap::out_of_bounds_memory_access));
    endings.push_back(Ending("elements_outside", "entry", "one_past")
                          .table(0, {1, 0, 0, 0})
                          .traps(Opcode::table_init, Trap::out_of_bounds_table_access));
}

void add_halts(TotalityCases& endings) {
    for (const std::uint64_t code : {std::uint64_t{0}, std::uint64_t{1}, kMost}) {
        const std::string detail = "code_" + std::to_string(code);
        const auto exit_code = static_cast<std::uint32_t>(code);
        const auto byte = static_cast<std::uint8_t>(code);
        const auto high = static_cast<std::uint8_t>(code >> 8U);
        const Bytes written{byte, high, high, high};
        endings.push_back(Ending("host", "halt", detail).arguments({code}).halts(exit_code));
        endings.push_back(Ending("host", "indirect", detail).arguments({code}).halts(exit_code));
        for (const std::uint64_t levels : {0U, 1U, 40U}) {
            endings.push_back(
                Ending("host", "nested", "levels_" + std::to_string(levels) + "_" + detail)
                    .arguments({levels, code})
                    .memory(16, written)
                    .output(written)
                    .halts(exit_code));
        }
    }
}

void add_returns(TotalityCases& endings) {
    endings.push_back(Ending("host", "nothing", "no_results").returns());
    endings.push_back(Ending("host", "results", "three")
                          .arguments({7, ~std::uint64_t{0}})
                          .returns({~std::uint64_t{0}, 7, 0x3FC0'0000}));
    endings.push_back(Ending("host", "nothing", "gas_limit_0")
                          .gas(0)
                          .gas_left(0)
                          .after_steps(1)
                          .traps(Opcode::charge, Trap::out_of_gas));
    endings.push_back(Ending("host", "nothing", "greatest_gas_limit")
                          .gas(vm::kMaxGasLimit)
                          .reaches("kMaxGasLimit")
                          .returns());
}

/// A function of kMaxEntryArguments parameters that returns the last.
void add_entry_arguments(TotalityCases& endings) {
    const Bytes wasm = module_of(
        {section(type_section, list({function_type(Bytes(vm::kMaxEntryArguments, kI64), {kI64})})),
         section(function_section, {1, 0}), section(export_section, {1, 1, 'f', 0, 0}),
         section(code_section, list({code({0x20, vm::kMaxEntryArguments - 1})}))});
    std::vector<std::uint64_t> arguments(vm::kMaxEntryArguments);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        arguments[i] = i << 40U;
    }
    endings.push_back(Ending("arguments/f/as_many_as_can_be", load_or_throw(wasm), "f")
                          .arguments(arguments)
                          .reaches("kMaxEntryArguments")
                          .returns({arguments.back()}));
}

}  // namespace

TotalityCases call_endings() {
    TotalityCases endings;
    add_exhausted_slots(endings);
    add_exhausted_depth(endings);
    add_starts(endings);
    return endings;
}

TotalityCases host_endings() {
    TotalityCases endings;
    add_halts(endings);
    add_returns(endings);
    add_entry_arguments(endings);
    return endings;
}

}  // namespace lockstep::differential
