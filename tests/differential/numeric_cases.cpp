#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/differential/step_cases.hpp"

namespace lockstep::differential {

namespace {

vm::Opcode opcode_from_name(const std::string& mnemonic) {
    for (std::uint16_t code = 0x0600; code <= 0x06FF; ++code) {
        const vm::OpcodeTraits* row = vm::find_traits(code);
        if (row != nullptr && row->mnemonic == mnemonic) {
            return row->opcode;
        }
    }
    throw std::runtime_error("no such numeric instruction: " + mnemonic);
}

vm::Trap trap_from_name(const std::string& text) {
    for (const vm::Trap trap : {vm::Trap::integer_divide_by_zero, vm::Trap::integer_overflow}) {
        if (vm::trap_name(trap) == text) {
            return trap;
        }
    }
    return vm::Trap::none;
}

/// A line of numeric.txt: mnemonic, operands, "=", result or trap.
StepCase parse_case(const std::string& line) {
    std::istringstream words(line);
    std::string mnemonic;
    words >> mnemonic;
    std::vector<std::uint64_t> operands;
    std::string label;
    for (std::string word; words >> word && word != "=";) {
        operands.push_back(std::stoull(word, nullptr, 16));
        label += (label.empty() ? "" : "_") + word;
    }
    std::string result;
    words >> result;
    const vm::Trap trap = trap_from_name(result);
    const std::string outcome = trap == vm::Trap::none ? "success" : result;
    Scenario scenario(mnemonic + "/" + outcome + "/" + label,
                      {.opcode = opcode_from_name(mnemonic)});
    scenario.operands(operands);
    return trap == vm::Trap::none ? scenario.next({std::stoull(result, nullptr, 16)})
                                  : scenario.trap(trap);
}

}  // namespace

StepCases numeric_cases() {
    const std::string path = LOCKSTEP_SOURCE_DIR "/tests/vectors/numeric.txt";
    std::ifstream file(path);
    if (!file) {
        throw std::runtime_error("cannot read " + path);
    }
    StepCases cases;
    for (std::string line; std::getline(file, line);) {
        cases.push_back(parse_case(line));
    }
    return cases;
}

}  // namespace lockstep::differential
