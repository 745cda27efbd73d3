#include "vm/module/decode.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "base/check.hpp"
#include "vm/module/limits.hpp"
#include "vm/module/name_section.hpp"
#include "vm/module/section_decoder.hpp"
#include "vm/module/segment_decoder.hpp"
#include "vm/module/wasm_reader.hpp"

namespace lockstep::vm {

namespace {

constexpr std::array<std::uint8_t, 4> kMagic{0x00, 0x61, 0x73, 0x6D};
constexpr std::uint32_t kVersion = 1;
/// The second half of the version is a layer: 1 is the component model's.
constexpr std::uint32_t kComponentLayer = 0x10000;

using SectionDecoder = Load<void> (*)(WasmReader& section, Module& module);

/// A section's place in the order of sections, which is not that of the ids.
struct SectionKind {
    std::uint8_t id = 0;
    SectionDecoder decoder = nullptr;
};

constexpr std::uint8_t kCustomSectionId = 0;
constexpr std::uint8_t kTagSectionId = 13;
constexpr std::array<SectionKind, 12> kSectionOrder{{
    {1, decode_type_section},
    {2, decode_import_section},
    {3, decode_function_section},
    {4, decode_table_section},
    {5, decode_memory_section},
    {6, decode_global_section},
    {7, decode_export_section},
    {8, decode_start_section},
    {9, decode_element_section},
    {12, decode_data_count_section},
    {10, decode_code_section},
    {11, decode_data_section},
}};

class Decoder {
public:
    explicit Decoder(std::shared_ptr<const Bytes> bytes) : reader_(*bytes, 0) {
        module_.bytes = std::move(bytes);
    }

    Load<Module> decode() {
        LOCKSTEP_TRY_VOID(read_header());
        while (!reader_.at_end()) {
            LOCKSTEP_TRY_VOID(read_section());
        }
        LOCKSTEP_TRY_VOID(check_counts());
        if (names_) {
            module_.function_names = decode_function_names(*names_, module_.functions.size());
        }
        return std::move(module_);
    }

private:
    Load<void> read_header() {
        LOCKSTEP_TRY(const ByteView magic, reader_.read_bytes(kMagic.size()));
        if (!std::ranges::equal(magic, kMagic)) {
            return refuse(LoadErrorCode::bad_magic, 0);
        }
        const std::size_t start = reader_.offset();
        LOCKSTEP_TRY(const std::uint32_t version, reader_.read_fixed32());
        if (version / kComponentLayer == 1) {
            return refuse_feature("component-model", start);
        }
        if (version != kVersion) {
            return refuse(LoadErrorCode::bad_version, start, version);
        }
        return {};
    }

    Load<void> read_section() {
        const std::size_t start = reader_.offset();
        LOCKSTEP_TRY(const std::uint8_t id, reader_.read_u8());
        LOCKSTEP_TRY(const std::uint32_t size, reader_.read_u32());
        LOCKSTEP_TRY(WasmReader section, reader_.read_part(size));
        if (id == kCustomSectionId) {
            return read_custom_section(section);
        }
        if (id == kTagSectionId) {
            return refuse_feature("exception-handling", start);
        }
        const auto kind = std::ranges::find(kSectionOrder, id, &SectionKind::id);
        if (kind == kSectionOrder.end()) {
            return refuse(LoadErrorCode::bad_section_id, start, id);
        }
        const std::ptrdiff_t place = std::distance(kSectionOrder.begin(), kind);
        if (place < next_place_) {
            return refuse(LoadErrorCode::section_out_of_order, start, id);
        }
        next_place_ = place + 1;
        LOCKSTEP_TRY_VOID(kind->decoder(section, module_));
        if (!section.at_end()) {
            return refuse(LoadErrorCode::section_size_mismatch, section.offset());
        }
        return {};
    }

    Load<void> read_custom_section(WasmReader& section) {
        LOCKSTEP_TRY(const std::string_view name, section.read_name());
        if (name == "name" && !names_) {
            names_ = section;
        }
        return {};
    }

    Load<void> check_counts() const {
        const std::size_t defined = module_.functions.size() - module_.imported_function_count;
        if (module_.codes.size() != defined) {
            return refuse(LoadErrorCode::function_and_code_counts_differ, reader_.offset(),
                          module_.codes.size());
        }
        if (module_.data_count && *module_.data_count != module_.data_segments.size()) {
            return refuse(LoadErrorCode::data_count_mismatch, reader_.offset(),
                          module_.data_segments.size());
        }
        return {};
    }

    WasmReader reader_;
    Module module_;
    /// Position in kSectionOrder that the next section must have at least.
    std::ptrdiff_t next_place_ = 0;
    /// The first custom section `name`, after that word; read last, when functions are counted.
    std::optional<WasmReader> names_;
};

}  // namespace

Load<Module> decode(Bytes wasm) {
    if (wasm.size() > kMaxModuleBytes) {
        return refuse_limit("max_module_bytes", kMaxModuleBytes, kMaxModuleBytes);
    }
    return Decoder(std::make_shared<const Bytes>(std::move(wasm))).decode();
}

}  // namespace lockstep::vm
