#include "tests/differential/engines/module_mutation.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "fuzz/module_parts.hpp"
#include "tests/random_modules/instruction_writer.hpp"
#include "vm/module/instruction_reader.hpp"
#include "vm/module/opcode_info.hpp"

namespace lockstep::engines {

using fuzz::Choices;
using fuzz::SizedPart;
using vm::ImmediateKind;
using vm::WasmOpcode;

namespace {

constexpr auto kOpcodes = std::to_array<WasmOpcode>({
#define LOCKSTEP_WASM_OPCODE(name, code, text, immediate, parameters, results, align) \
    WasmOpcode::name,
#include "vm/module/wasm_opcodes.def"
#undef LOCKSTEP_WASM_OPCODE
});

/// Bytes that mean something in many places.
constexpr auto kBytes =
    std::to_array<std::uint8_t>({0x00, 0x01, 0x02, 0x03, 0x40, 0x60, 0x6F, 0x70, 0x7B, 0x7C, 0x7D,
                                 0x7E, 0x7F, 0x80, 0x0B, 0xFC, 0xFD, 0xFE, 0xFF, 0x05, 0x0A, 0x41});

Bytes slice(ByteView bytes, std::size_t begin, std::size_t end) {
    return {bytes.begin() + static_cast<std::ptrdiff_t>(begin),
            bytes.begin() + static_cast<std::ptrdiff_t>(end)};
}

/// [begin, end) of `bytes` replaced.
Bytes splice(ByteView bytes, std::size_t begin, std::size_t end, ByteView with) {
    Bytes changed = slice(bytes, 0, begin);
    changed.insert(changed.end(), with.begin(), with.end());
    changed.insert(changed.end(), bytes.begin() + static_cast<std::ptrdiff_t>(end), bytes.end());
    return changed;
}

Bytes mutate_bytes(ByteView bytes, Choices& choices) {
    const std::size_t at = choices.any<std::uint32_t>() % (bytes.size() + 1);
    const std::size_t next = std::min(at + 1, bytes.size());
    const std::uint8_t byte =
        choices.coin() ? kBytes.at(choices.below(kBytes.size())) : choices.any<std::uint8_t>();
    switch (choices.below(5)) {
        case 0: return splice(bytes, at, next, {});
        case 1: return splice(bytes, at, at, std::array{byte});
        case 2:
            if (at < bytes.size()) {
                return splice(
                    bytes, at, next,
                    std::array{static_cast<std::uint8_t>(bytes[at] ^ (1U << (byte % 8U)))});
            }
            [[fallthrough]];
        case 3:
            if (at < bytes.size()) {
                const auto change = static_cast<std::uint8_t>(choices.coin() ? 1 : 255);
                return splice(bytes, at, next,
                              std::array{static_cast<std::uint8_t>(bytes[at] + change)});
            }
            [[fallthrough]];
        default: return splice(bytes, at, next, std::array{byte});
    }
}

/// The offsets at which the instructions of an expression begin, and where the last one ends.
std::vector<std::size_t> find_instructions(ByteView body) {
    std::vector<std::size_t> offsets;
    std::size_t at = 0;
    const auto runs = fuzz::read_leb(body, at);
    for (std::uint32_t i = 0; runs && i < *runs && fuzz::read_leb(body, at); ++i) {
        ++at;
    }
    vm::InstructionReader reader(body.subspan(std::min(at, body.size())), at);
    while (!reader.at_end()) {
        offsets.push_back(reader.offset());
        if (!reader.read()) {
            break;
        }
    }
    offsets.push_back(body.size());
    return offsets;
}

Bytes random_instruction(Choices& choices) {
    random_modules::InstructionWriter writer;
    const WasmOpcode opcode = kOpcodes.at(choices.below(kOpcodes.size()));
    const ImmediateKind immediate = vm::opcode_info(opcode).immediate;
    if (immediate == ImmediateKind::f32 || immediate == ImmediateKind::f64) {
        writer.constant(vm::opcode_info(opcode).result, choices.any<std::uint64_t>());
        return writer.take();
    }
    writer.op(opcode);
    const auto small = [&] { return choices.below(choices.below(20) == 19 ? 200 : 4); };
    switch (immediate) {
        case ImmediateKind::none:
        case ImmediateKind::f32:
        case ImmediateKind::f64: break;
        case ImmediateKind::block_type:
        case ImmediateKind::reference_type: writer.byte(kBytes.at(choices.below(14))); break;
        case ImmediateKind::select_types:
            writer.number(choices.below(8) == 7 ? small() : 1);
            writer.byte(kBytes.at(6 + choices.below(7)));
            break;
        case ImmediateKind::labels: {
            const std::uint64_t count = small();
            writer.number(count);
            for (std::uint64_t i = 0; i <= count; ++i) {
                writer.number(small());
            }
            break;
        }
        case ImmediateKind::type_and_table:
        case ImmediateKind::memory_argument:
        case ImmediateKind::data_and_memory:
        case ImmediateKind::two_memories:
        case ImmediateKind::element_and_table:
        case ImmediateKind::two_tables:
            writer.number(small());
            writer.number(choices.coin() ? 0 : small());
            break;
        default: writer.number(small()); break;
    }
    return writer.take();
}

Bytes mutate_instructions(ByteView body, Choices& choices) {
    const std::vector<std::size_t> offsets = find_instructions(body);
    const std::size_t count = offsets.size() - 1;
    if (count == 0) {
        return mutate_bytes(body, choices);
    }
    const std::size_t i = choices.any<std::uint16_t>() % count;
    const std::size_t j = choices.any<std::uint16_t>() % count;
    const ByteView other = body.subspan(offsets[j], offsets[j + 1] - offsets[j]);
    switch (choices.below(7)) {
        case 0: return splice(body, offsets[i], offsets[i + 1], {});
        case 1: return splice(body, offsets[i], offsets[i], other);
        case 2: return splice(body, offsets[i], offsets[i + 1], other);
        case 3: return splice(body, offsets[i], offsets[i], random_instruction(choices));
        case 4:
            return splice(body, offsets[i], offsets[std::min(i + 1 + choices.below(4), count)], {});
        case 5: {
            const std::size_t end = offsets[i + 1];
            const Bytes changed = mutate_bytes(body.subspan(offsets[i], end - offsets[i]), choices);
            return splice(body, offsets[i], end, changed);
        }
        default: return splice(body, offsets[i], offsets[i + 1], random_instruction(choices));
    }
}

/// The size, or the section behind it, written in another way.
Bytes mutate_size(const Bytes& wasm, const SizedPart& section, Choices& choices) {
    Bytes size;
    fuzz::append_leb(size, section.contents.size());
    for (std::uint64_t i = 1 + choices.below(5); i > 0; --i) {
        size.back() |= 0x80U;
        size.push_back(0);
    }
    const auto contents = static_cast<std::size_t>(section.contents.data() - wasm.data());
    return splice(wasm, section.begin, contents, size);
}

Bytes mutate_order(const Bytes& wasm, const std::vector<SizedPart>& sections, Choices& choices) {
    const SizedPart& one = sections[choices.below(sections.size())];
    const SizedPart& two = sections[choices.below(sections.size())];
    const Bytes copy = slice(wasm, two.begin - 1, two.end);
    switch (choices.below(4)) {
        case 0: return splice(wasm, one.begin - 1, one.end, {});
        case 1: return splice(wasm, one.begin - 1, one.begin - 1, copy);
        case 2: return splice(wasm, one.begin - 1, one.end, copy);
        default:
            return splice(wasm, one.begin - 1, one.begin,
                          std::array{static_cast<std::uint8_t>(choices.below(14))});
    }
}

Bytes mutate_once(const Bytes& wasm, Choices& choices) {
    const std::vector<SizedPart> sections = fuzz::split_sections(wasm);
    if (sections.empty()) {
        return mutate_bytes(wasm, choices);
    }
    const std::uint64_t kind = choices.below(20);
    if (kind == 0) {
        return mutate_bytes(wasm, choices);
    }
    if (kind == 1) {
        return mutate_order(wasm, sections, choices);
    }
    const auto is_code = [&](const SizedPart& part) {
        return wasm[part.begin - 1] == fuzz::kCodeSection;
    };
    const auto code = std::ranges::find_if(sections, is_code);
    if (kind > 9 && code != sections.end()) {
        const std::vector<SizedPart> bodies = fuzz::split_bodies(code->contents);
        if (!bodies.empty()) {
            const SizedPart& body = bodies[choices.below(bodies.size())];
            const Bytes changed = mutate_instructions(body.contents, choices);
            return fuzz::replace(wasm, *code, fuzz::replace(code->contents, body, changed));
        }
    }
    const SizedPart& section = sections[choices.below(sections.size())];
    if (kind == 2) {
        return mutate_size(wasm, section, choices);
    }
    return fuzz::replace(wasm, section, mutate_bytes(section.contents, choices));
}

}  // namespace

Bytes mutate_module(const Bytes& wasm, Choices& choices) {
    Bytes changed = wasm;
    for (std::uint64_t i = 1 + (choices.coin() ? 0 : choices.below(4)); i > 0; --i) {
        changed = mutate_once(changed, choices);
    }
    return changed;
}

}  // namespace lockstep::engines
