#include "vm/jit/compiled_program.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include <sys/mman.h>

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "vm/jit/context.hpp"
#include "vm/jit/function_compiler.hpp"
#include "vm/program/disassembly.hpp"

namespace lockstep::vm::jit {

namespace {

/// Instructions of one unit of code; it ends with the function that is past it.
constexpr std::uint32_t kUnitInstructions = 1U << 16U;

class ThrowingHandler : public asmjit::ErrorHandler {
public:
    // What asmjit reports is that memory is exhausted, or a mistake of ours.
    void handleError(asmjit::Error error, const char* /*message*/,
                     asmjit::BaseEmitter* /*origin*/) override {
        if (error == asmjit::kErrorOutOfMemory) {
            throw std::bad_alloc();
        }
        LOCKSTEP_CHECK(false);
    }
};

std::uint32_t most_locals(const Program& program) {
    std::uint32_t most = 0;
    for (const FunctionInfo& info : program.function_infos) {
        most = std::max(most, info.locals);
    }
    return most;
}

struct Fixups {
    std::vector<CallFixup> calls;  // offsets in the image
};

/// Compiles functions from `first` on into a unit at the end of the image's code; returns the function
/// after the last.
std::uint32_t compile_unit(const Program& program, const CompileOptions& options,
                           const CallingConvention& convention, FunctionAnalysis& analysis,
                           std::uint32_t first, NativeImage& image, Fixups& fixups) {
    asmjit::CodeHolder code;
    ThrowingHandler handler;
    code.init(asmjit::Environment(asmjit::Arch::kX64));
    code.setErrorHandler(&handler);
    x86::Assembler assembler(&code);
    image.code.resize((image.code.size() + 15) / 16 * 16);
    const auto unit_offset = static_cast<std::uint32_t>(image.code.size());
    const Stubs stubs = compile_stubs(assembler);
    if (first == 0) {
        const auto offset = [&](const asmjit::Label& label) {
            return static_cast<std::uint32_t>(code.labelOffset(label));
        };
        image.enter = offset(stubs.enter);
        image.returned_gp = offset(stubs.returned_gp);
        image.returned_xmm = offset(stubs.returned_xmm);
        image.fault = offset(stubs.fault);
    }
    std::vector<CallFixup> calls;
    FunctionCompiler compiler(program, options, convention, image, analysis, assembler, stubs,
                              unit_offset, calls, most_locals(program));
    const std::uint32_t begin = program.functions[first].entry;
    std::uint32_t function = first;
    while (function < program.functions.size() &&
           program.functions[function].entry - begin < kUnitInstructions) {
        compiler.compile(function++);
    }
    const asmjit::CodeBuffer& buffer = code.textSection()->buffer();
    image.code.insert(image.code.end(), buffer.data(), buffer.data() + buffer.size());
    for (const CallFixup& call : calls) {
        fixups.calls.push_back({.offset = unit_offset + call.offset, .callee = call.callee});
    }
    return function;
}

/// Whether what the image does not commit to is there, too.
bool is_complete(const Program& program) {
    if (program.functions.empty() || program.function_infos.size() != program.functions.size()) {
        return false;
    }
    for (std::size_t i = 0; i < program.functions.size(); ++i) {
        const FunctionRecord& function = program.functions[i];
        const FunctionInfo& info = program.function_infos[i];
        if (function.type >= program.types.size() || info.code_end > program.code.size() ||
            function.entry >= info.code_end ||
            program.types[function.type].parameters.size() != function.parameters) {
            return false;
        }
    }
    return true;
}

void fix_calls(const std::vector<CallFixup>& calls, NativeImage& image) {
    for (const CallFixup& call : calls) {
        const std::uint32_t distance = image.entries[call.callee] - (call.offset + 4);
        std::memcpy(image.code.data() + call.offset, &distance, sizeof(distance));
    }
}

}  // namespace

bool is_supported() {
#if defined(__x86_64__)
    const auto& features = asmjit::CpuInfo::host().features().x86();
    return features.hasAVX() && features.hasBMI() && features.hasBMI2() && features.hasLZCNT() &&
           features.hasPOPCNT();
#else
    return false;
#endif
}

std::optional<NativeImage> compile(const Program& program, const CompileOptions& options) {
    if (!is_supported() || !is_complete(program)) {
        return std::nullopt;
    }
    NativeImage image;
    image.entries.reserve(program.functions.size());
    const CallingConvention convention(program);
    FunctionAnalysis analysis(program, convention);
    Fixups fixups;
    for (std::uint32_t function = 0; function < program.functions.size();) {
        function = compile_unit(program, options, convention, analysis, function, image, fixups);
        if (image.code.size() > kMaxCodeBytes) {
            return std::nullopt;
        }
    }
    fix_calls(fixups.calls, image);
    return image;
}

CompiledProgram::CompiledProgram(const Program& program, NativeImage image,
                                 const CompileOptions& options)
    : program_(program),
      image_(std::move(image)),
      options_(options),
      mapped_bytes_(image_.code.size()) {
    void* range =
        mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (range == MAP_FAILED) {
        throw std::bad_alloc();
    }
    code_ = static_cast<std::uint8_t*>(range);
    std::ranges::copy(image_.code, code_);
    if (mprotect(range, mapped_bytes_, PROT_READ | PROT_EXEC) != 0) {
        munmap(range, mapped_bytes_);
        throw std::bad_alloc();
    }
    functions_.reserve(program.functions.size());
    for (std::size_t i = 0; i < program.functions.size(); ++i) {
        functions_.push_back({.entry = reinterpret_cast<std::uint64_t>(code_ + image_.entries[i]),
                              .type = program.functions[i].type});
    }
}

CompiledProgram::~CompiledProgram() {
    munmap(code_, mapped_bytes_);
}

const CheckPoint* CompiledProgram::check_point_at(std::uint32_t pc) const {
    const auto found = std::ranges::lower_bound(image_.check_points, pc, {}, &CheckPoint::pc);
    return found != image_.check_points.end() && found->pc == pc ? &*found : nullptr;
}

std::uint32_t CompiledProgram::return_pc(std::uint64_t return_address) const {
    LOCKSTEP_CHECK(contains(return_address));
    const auto offset =
        static_cast<std::uint32_t>(return_address - reinterpret_cast<std::uint64_t>(code_));
    const auto found = std::ranges::lower_bound(image_.call_sites, offset, {}, &CallSite::offset);
    LOCKSTEP_CHECK(found != image_.call_sites.end() && found->offset == offset);
    return found->return_pc;
}

std::optional<std::uint32_t> CompiledProgram::fault_pc(std::uint64_t address) const {
    if (!contains(address)) {
        return std::nullopt;
    }
    const auto offset =
        static_cast<std::uint32_t>(address - reinterpret_cast<std::uint64_t>(code_));
    const auto found = std::ranges::lower_bound(image_.fault_sites, offset, {}, &FaultSite::offset);
    if (found == image_.fault_sites.end() || found->offset != offset) {
        return std::nullopt;
    }
    return found->pc;
}

std::uint32_t CompiledProgram::function_at(std::uint32_t pc) const {
    const auto function = vm::function_at(program_, pc);
    LOCKSTEP_CHECK(function.has_value());
    return function->value;
}

}  // namespace lockstep::vm::jit
