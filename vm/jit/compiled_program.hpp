#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "vm/program/program.hpp"

namespace lockstep::vm::jit {

/// A place where native code can be left and entered, the state being complete in its homes
/// (docs/adr/0015). Its instruction is a `charge`.
struct CheckPoint {
    static constexpr std::uint32_t kNoEntry = 0xFFFF'FFFF;

    std::uint32_t pc = 0;
    std::uint32_t height = 0;        // of the frame's operands
    std::uint32_t steps = 0;         // of its superblock
    std::uint32_t entry = kNoEntry;  // offset of the code that native code is entered at

    bool operator==(const CheckPoint&) const = default;
};

/// Where a call returns to: the offset of the code behind it.
struct CallSite {
    std::uint32_t offset = 0;
    std::uint32_t return_pc = 0;

    bool operator==(const CallSite&) const = default;
};

/// Code that may fault or ask a helper for something, and the instruction that it is for.
struct FaultSite {
    std::uint32_t offset = 0;
    std::uint32_t pc = 0;

    bool operator==(const FaultSite&) const = default;
};

/// What a compiled program is, apart from where it lies: no address is in it.
struct NativeImage {
    Bytes code;
    std::vector<CheckPoint> check_points;  // by pc
    std::vector<CallSite> call_sites;      // by offset
    std::vector<FaultSite> fault_sites;    // by offset
    std::vector<std::uint32_t> entries;    // of each function, offset
    std::uint32_t enter = 0;               // offsets of the code that leads in and out
    std::uint32_t returned_gp = 0;
    std::uint32_t returned_xmm = 0;
    std::uint32_t fault = 0;
    std::uint32_t interpreted_functions = 0;  // those that there is no native code for
    /// The most that a path between two check points costs: static prices alone, and with all that its
    /// stores may have to pay.
    std::uint64_t path_gas = 0;
    std::uint64_t path_gas_with_stores = 0;

    bool operator==(const NativeImage&) const = default;
};

struct CompileOptions {
    /// Loads rely on pages that fault; otherwise on comparisons. See docs/embedding.md.
    bool guard_pages = true;

    // Parts of the code to leave out, to see what they cost. Results are wrong without them: for
    // benchmarks alone.
    bool without_counting = false;
    bool without_checks = false;
    bool without_dirty_chunks = false;
    bool without_canonical_nans = false;

    bool operator==(const CompileOptions&) const = default;
};

/// Code of a program, at the most: offsets are 32 bits, and calls reach 2 GiB.
inline constexpr std::size_t kMaxCodeBytes = std::size_t{1} << 27U;

/// Whether this processor can run what is compiled.
[[nodiscard]] bool is_supported();

/// Compiles all functions that can be; nothing where none can. Linear in the program's size. The program
/// must be one that lowering has made.
[[nodiscard]] std::optional<NativeImage> compile(const Program& program,
                                                 const CompileOptions& options);

/// Executable memory with the code of an image; never writable and executable at once.
class CompiledProgram {
public:
    /// `program` must outlive it. Throws std::bad_alloc.
    CompiledProgram(const Program& program, NativeImage image, const CompileOptions& options);
    CompiledProgram(const CompiledProgram&) = delete;
    CompiledProgram(CompiledProgram&&) = delete;
    CompiledProgram& operator=(const CompiledProgram&) = delete;
    CompiledProgram& operator=(CompiledProgram&&) = delete;
    ~CompiledProgram();

    [[nodiscard]] const Program& program() const { return program_; }
    [[nodiscard]] const NativeImage& image() const { return image_; }
    [[nodiscard]] const CompileOptions& options() const { return options_; }

    [[nodiscard]] const std::uint8_t* address(std::uint32_t offset) const { return code_ + offset; }
    [[nodiscard]] bool contains(std::uint64_t address) const {
        return address - reinterpret_cast<std::uint64_t>(code_) < image_.code.size();
    }
    [[nodiscard]] const struct NativeFunction* functions() const { return functions_.data(); }

    /// nullptr where there is none.
    [[nodiscard]] const CheckPoint* check_point_at(std::uint32_t pc) const;
    [[nodiscard]] std::uint32_t return_pc(std::uint64_t return_address) const;
    /// The instruction of the code at an address, none where it has no business to fault.
    [[nodiscard]] std::optional<std::uint32_t> fault_pc(std::uint64_t address) const;
    /// The function whose code a pc is in; pc is not in the prologue.
    [[nodiscard]] std::uint32_t function_at(std::uint32_t pc) const;

private:
    const Program& program_;
    NativeImage image_;
    CompileOptions options_;
    std::uint8_t* code_ = nullptr;
    std::size_t mapped_bytes_ = 0;
    std::vector<NativeFunction> functions_;
};

}  // namespace lockstep::vm::jit
