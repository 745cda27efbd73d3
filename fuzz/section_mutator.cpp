// A mutator for modules: changes the contents of a section, or the body of a function, and writes the
// sizes around it anew, which chance hardly ever does. Linked with libFuzzer only.

#include <cstring>
#include <optional>
#include <vector>

#include "base/bytes.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace lockstep::fuzz {

namespace {

constexpr std::size_t kHeaderBytes = 8;
constexpr std::uint8_t kCodeSection = 10;

/// Bytes of the input that stand behind their size.
struct Sized {
    std::size_t begin = 0;  // of the size
    ByteView contents;
    std::size_t end = 0;
};

std::optional<std::uint32_t> read_leb(ByteView bytes, std::size_t& at) {
    std::uint32_t value = 0;
    for (unsigned shift = 0; shift < 28 && at < bytes.size(); shift += 7) {
        const std::uint8_t byte = bytes[at++];
        value |= std::uint32_t{byte & 0x7FU} << shift;
        if (byte < 0x80) {
            return value;
        }
    }
    return std::nullopt;
}

void append_leb(Bytes& bytes, std::size_t value) {
    for (; value >= 0x80; value >>= 7U) {
        bytes.push_back(static_cast<std::uint8_t>(value | 0x80U));
    }
    bytes.push_back(static_cast<std::uint8_t>(value));
}

std::optional<Sized> read_sized(ByteView bytes, std::size_t at) {
    const std::size_t begin = at;
    const auto size = read_leb(bytes, at);
    if (!size || *size > bytes.size() - at) {
        return std::nullopt;
    }
    return Sized{.begin = begin, .contents = bytes.subspan(at, *size), .end = at + *size};
}

/// The sections of a module, or the bodies of a code section: each behind `prefix` bytes.
std::vector<Sized> split(ByteView bytes, std::size_t at, std::size_t prefix) {
    std::vector<Sized> parts;
    while (at + prefix < bytes.size()) {
        const auto part = read_sized(bytes, at + prefix);
        if (!part) {
            break;
        }
        parts.push_back(*part);
        at = part->end;
    }
    return parts;
}

Bytes mutate(ByteView bytes, std::size_t room) {
    Bytes changed(bytes.begin(), bytes.end());
    changed.resize(bytes.size() + room);
    changed.resize(LLVMFuzzerMutate(changed.data(), bytes.size(), changed.size()));
    return changed;
}

Bytes replace(ByteView whole, const Sized& part, const Bytes& contents) {
    const auto begin = static_cast<std::ptrdiff_t>(part.begin);
    Bytes changed(whole.begin(), whole.begin() + begin);
    append_leb(changed, contents.size());
    changed.insert(changed.end(), contents.begin(), contents.end());
    const ByteView rest = whole.subspan(part.end);
    changed.insert(changed.end(), rest.begin(), rest.end());
    return changed;
}

Bytes mutate_section(ByteView section, bool code, unsigned seed, std::size_t room) {
    std::size_t at = 0;
    if (code && read_leb(section, at)) {
        const std::vector<Sized> bodies = split(section, at, 0);
        if (!bodies.empty()) {
            const Sized& body = bodies[seed % bodies.size()];
            return replace(section, body, mutate(body.contents, room));
        }
    }
    return mutate(section, room);
}

}  // namespace

}  // namespace lockstep::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
    using namespace lockstep::fuzz;
    const lockstep::ByteView module(data, size);
    const std::vector<Sized> sections = split(module, kHeaderBytes, 1);
    const unsigned choice = seed / 8;
    constexpr std::size_t size_growth = 8;  // what the sizes themselves may grow by
    if (seed % 8 == 0 || sections.empty() || size + size_growth >= max_size) {
        return LLVMFuzzerMutate(data, size, max_size);
    }
    const std::size_t room = max_size - size - size_growth;
    const Sized& section = sections[choice % sections.size()];
    const bool code = module[section.begin - 1] == kCodeSection;
    const lockstep::Bytes contents = mutate_section(section.contents, code, choice / 16, room);
    const lockstep::Bytes changed = replace(module, section, contents);
    std::memcpy(data, changed.data(), changed.size());
    return changed.size();
}
