#include "vm/jit/native_image_encoding.hpp"

#include <algorithm>
#include <functional>
#include <string_view>

#include <asmjit/core.h>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "vm/jit/sources_digest.hpp"
#include "vm/machine/limits.hpp"

namespace lockstep::vm::jit {

namespace {

constexpr std::size_t kEntryBytes = 4;
constexpr std::size_t kCheckPointBytes = 16;
constexpr std::size_t kSiteBytes = 8;

/// Bytes before the entries.
constexpr std::size_t kHeadBytes = 5 * 4 + 2 * 8 + 4 * 4;

std::uint32_t size32(const auto& list) {
    return static_cast<std::uint32_t>(list.size());
}

/// Takes fields from bytes that are long enough.
class Fields {
public:
    explicit Fields(ByteView bytes) : reader_(bytes) {}

    std::uint32_t u32() { return reader_.read<std::uint32_t>().value_or(0); }
    std::uint64_t u64() { return reader_.read<std::uint64_t>().value_or(0); }
    [[nodiscard]] std::size_t remaining() const { return reader_.remaining(); }
    ByteView rest() { return reader_.read_bytes(reader_.remaining()).value_or(ByteView()); }

private:
    ByteReader reader_;
};

struct Counts {
    std::uint32_t entries = 0;
    std::uint32_t check_points = 0;
    std::uint32_t call_sites = 0;
    std::uint32_t fault_sites = 0;

    [[nodiscard]] std::uint64_t table_bytes() const {
        return std::uint64_t{entries} * kEntryBytes +
               std::uint64_t{check_points} * kCheckPointBytes +
               (std::uint64_t{call_sites} + fault_sites) * kSiteBytes;
    }
};

void read_tables(Fields& fields, const Counts& counts, NativeImage& image) {
    image.entries.reserve(counts.entries);
    for (std::uint32_t i = 0; i < counts.entries; ++i) {
        image.entries.push_back(fields.u32());
    }
    image.check_points.reserve(counts.check_points);
    for (std::uint32_t i = 0; i < counts.check_points; ++i) {
        image.check_points.push_back({.pc = fields.u32(),
                                      .height = fields.u32(),
                                      .steps = fields.u32(),
                                      .entry = fields.u32()});
    }
    image.call_sites.reserve(counts.call_sites);
    for (std::uint32_t i = 0; i < counts.call_sites; ++i) {
        image.call_sites.push_back({.offset = fields.u32(), .return_pc = fields.u32()});
    }
    image.fault_sites.reserve(counts.fault_sites);
    for (std::uint32_t i = 0; i < counts.fault_sites; ++i) {
        image.fault_sites.push_back({.offset = fields.u32(), .pc = fields.u32()});
    }
}

/// Each greater than the one before.
template <typename List, typename Projection>
bool rises(const List& list, Projection projection) {
    return std::ranges::adjacent_find(list, std::ranges::greater_equal(), projection) == list.end();
}

bool is_check_point_of(const CheckPoint& point, const NativeImage& image, const Program& program) {
    return point.pc < program.code.size() && program.code[point.pc].opcode == Opcode::charge &&
           point.height <= kMaxSlots && point.steps <= program.code.size() &&
           (point.entry == CheckPoint::kNoEntry || point.entry < image.code.size());
}

bool can_be_of(const NativeImage& image, const Program& program) {
    const auto in_code = [&](std::uint32_t offset) { return offset < image.code.size(); };
    return image.entries.size() == program.functions.size() &&
           std::ranges::all_of(image.entries, in_code) && in_code(image.enter) &&
           in_code(image.returned_gp) && in_code(image.returned_xmm) && in_code(image.fault) &&
           image.interpreted_functions <= image.entries.size() &&
           image.path_gas <= image.path_gas_with_stores &&
           image.path_gas_with_stores <= kMaxGasLimit &&
           rises(image.check_points, &CheckPoint::pc) &&
           rises(image.call_sites, &CallSite::offset) &&
           rises(image.fault_sites, &FaultSite::offset) &&
           std::ranges::all_of(
               image.check_points,
               [&](const CheckPoint& point) { return is_check_point_of(point, image, program); }) &&
           std::ranges::all_of(image.call_sites,
                               [&](const CallSite& site) {
                                   return in_code(site.offset) && site.return_pc != 0 &&
                                          site.return_pc < program.code.size();
                               }) &&
           std::ranges::all_of(image.fault_sites, [&](const FaultSite& site) {
               return in_code(site.offset) && site.pc < program.code.size();
           });
}

}  // namespace

ByteView code_version() {
    static const Bytes version = [] {
        const std::string_view sources = sources_digest();
        Bytes bytes(sources.begin(), sources.end());
        for (unsigned shift = 0; shift < 32; shift += 8) {
            bytes.push_back(static_cast<std::uint8_t>(ASMJIT_LIBRARY_VERSION >> shift));
        }
        return bytes;
    }();
    return version;
}

std::uint32_t processor_features() {
    const auto& features = asmjit::CpuInfo::host().features().x86();
    return (features.hasAVX() ? 1U : 0U) | (features.hasBMI() ? 2U : 0U) |
           (features.hasBMI2() ? 4U : 0U) | (features.hasLZCNT() ? 8U : 0U) |
           (features.hasPOPCNT() ? 16U : 0U);
}

std::uint32_t encode(const CompileOptions& options) {
    // All of them: one that is added does not compile here until it is encoded too.
    const auto& [guard_pages, without_counting, without_checks, without_dirty_chunks,
                 without_canonical_nans] = options;
    return (guard_pages ? 1U : 0U) | (without_counting ? 2U : 0U) | (without_checks ? 4U : 0U) |
           (without_dirty_chunks ? 8U : 0U) | (without_canonical_nans ? 16U : 0U);
}

Bytes encode_uncommitted(const Program& program) {
    ByteWriter writer;
    const auto put_types = [&](const std::vector<ValueType>& types) {
        writer.put(size32(types));
        for (const ValueType type : types) {
            writer.put(static_cast<std::uint8_t>(type));
        }
    };
    writer.put(size32(program.types));
    for (const FunctionType& type : program.types) {
        put_types(type.parameters);
        put_types(type.results);
    }
    writer.put(size32(program.function_infos));
    for (const FunctionInfo& info : program.function_infos) {
        writer.put(info.code_end);
        writer.put(info.locals);
    }
    return writer.take();
}

Bytes encode(const NativeImage& image) {
    const auto& [code, check_points, call_sites, fault_sites, entries, enter, returned_gp,
                 returned_xmm, fault, interpreted_functions, path_gas, path_gas_with_stores] =
        image;
    ByteWriter writer;
    writer.put(enter);
    writer.put(returned_gp);
    writer.put(returned_xmm);
    writer.put(fault);
    writer.put(interpreted_functions);
    writer.put(path_gas);
    writer.put(path_gas_with_stores);
    writer.put(size32(entries));
    writer.put(size32(check_points));
    writer.put(size32(call_sites));
    writer.put(size32(fault_sites));
    for (const std::uint32_t entry : entries) {
        writer.put(entry);
    }
    for (const CheckPoint& point : check_points) {
        writer.put(point.pc);
        writer.put(point.height);
        writer.put(point.steps);
        writer.put(point.entry);
    }
    for (const CallSite& site : call_sites) {
        writer.put(site.offset);
        writer.put(site.return_pc);
    }
    for (const FaultSite& site : fault_sites) {
        writer.put(site.offset);
        writer.put(site.pc);
    }
    writer.put(size32(code));
    writer.put(ByteView(code));
    return writer.take();
}

std::optional<NativeImage> decode_native_image(ByteView bytes, const Program& program) {
    if (bytes.size() < kHeadBytes) {
        return std::nullopt;
    }
    Fields fields(bytes);
    NativeImage image;
    image.enter = fields.u32();
    image.returned_gp = fields.u32();
    image.returned_xmm = fields.u32();
    image.fault = fields.u32();
    image.interpreted_functions = fields.u32();
    image.path_gas = fields.u64();
    image.path_gas_with_stores = fields.u64();
    const Counts counts{.entries = fields.u32(),
                        .check_points = fields.u32(),
                        .call_sites = fields.u32(),
                        .fault_sites = fields.u32()};
    if (fields.remaining() < counts.table_bytes() + 4) {
        return std::nullopt;
    }
    read_tables(fields, counts, image);
    const std::uint32_t code_bytes = fields.u32();
    if (code_bytes > kMaxCodeBytes || fields.remaining() != code_bytes) {
        return std::nullopt;
    }
    const ByteView code = fields.rest();
    image.code.assign(code.begin(), code.end());
    return can_be_of(image, program) ? std::optional(std::move(image)) : std::nullopt;
}

}  // namespace lockstep::vm::jit
