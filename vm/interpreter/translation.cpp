#include "vm/interpreter/translation.hpp"

#include <algorithm>

#include "vm/interpreter/control_handlers.hpp"
#include "vm/interpreter/function_translator.hpp"

namespace lockstep::vm {

namespace {

/// Indices of words have 32 bits, and distances are signed.
constexpr std::size_t kMaxWords = 0x7FFF'FFFF;
/// Words for an instruction, about; that is, no more memory than the lowered program.
constexpr std::size_t kWordsPerInstruction = 1;

/// In the order of their code.
std::vector<FunctionShape> function_shapes(const Program& program) {
    std::vector<FunctionShape> shapes;
    shapes.reserve(program.functions.size());
    for (const FunctionRecord& record : program.functions) {
        shapes.push_back({.entry = record.entry,
                          .parameters = record.parameters,
                          .results = record.results,
                          .slots = record.slots,
                          .locals_depth = record.locals_depth});
    }
    std::ranges::sort(shapes, {}, &FunctionShape::entry);
    return shapes;
}

/// Where the words of a function's entry begin, of one that is translated; else 0.
std::uint32_t entry_word(const ThreadedCode& code, std::uint32_t pc) {
    const std::uint32_t record = pc < code.records.size() ? code.records[pc] : 0;
    return record == 0 ? 0 : record - static_cast<std::uint32_t>(kEntryWords);
}

void resolve_calls(const Program& program, const std::vector<PendingCall>& calls,
                   ThreadedCode& code) {
    for (const PendingCall& call : calls) {
        const std::uint32_t entry = entry_word(code, program.code[call.pc].b);
        if (entry == 0) {
            code.words[call.word] = std::bit_cast<Word>(leave_handler());
        } else {
            code.words[call.word + 1] |= entry;
        }
    }
}

}  // namespace

ThreadedCode translate(const Program& program) {
    ThreadedCode code;
    code.shapes = function_shapes(program);
    code.records.resize(program.code.size());
    code.words.reserve(program.code.size() * kWordsPerInstruction + 1);
    code.words.push_back(0);
    std::vector<PendingCall> calls;
    FunctionTranslator translator(program, code, calls);
    for (std::size_t i = 0; i < code.shapes.size(); ++i) {
        const std::size_t end =
            i + 1 < code.shapes.size() ? code.shapes[i + 1].entry : program.code.size();
        if (code.shapes[i].entry < end && end <= program.code.size() &&
            code.words.size() < kMaxWords / 2) {
            // One that is not translated is left to the one-instruction interpreter.
            static_cast<void>(
                translator.translate(code.shapes[i], static_cast<std::uint32_t>(end)));
        }
    }
    resolve_calls(program, calls, code);
    code.entries.reserve(program.functions.size());
    for (const FunctionRecord& record : program.functions) {
        code.entries.push_back(entry_word(code, record.entry));
    }
    return code;
}

}  // namespace lockstep::vm
