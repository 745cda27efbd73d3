// A mutator for modules: changes the contents of a section, or the body of a function, and writes the
// sizes around it anew, which chance hardly ever does. Linked with libFuzzer only.

#include <cstring>
#include <vector>

#include "base/bytes.hpp"
#include "fuzz/module_parts.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace lockstep::fuzz {

namespace {

Bytes mutate(ByteView bytes, std::size_t room) {
    Bytes changed(bytes.begin(), bytes.end());
    changed.resize(bytes.size() + room);
    changed.resize(LLVMFuzzerMutate(changed.data(), bytes.size(), changed.size()));
    return changed;
}

Bytes mutate_section(ByteView section, bool code, unsigned seed, std::size_t room) {
    if (code) {
        const std::vector<SizedPart> bodies = split_bodies(section);
        if (!bodies.empty()) {
            const SizedPart& body = bodies[seed % bodies.size()];
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
    const std::vector<SizedPart> sections = split_sections(module);
    const unsigned choice = seed / 8;
    constexpr std::size_t size_growth = 8;  // what the sizes themselves may grow by
    if (seed % 8 == 0 || sections.empty() || size + size_growth >= max_size) {
        return LLVMFuzzerMutate(data, size, max_size);
    }
    const std::size_t room = max_size - size - size_growth;
    const SizedPart& section = sections[choice % sections.size()];
    const bool code = module[section.begin - 1] == kCodeSection;
    const lockstep::Bytes contents = mutate_section(section.contents, code, choice / 16, room);
    const lockstep::Bytes changed = replace(module, section, contents);
    std::memcpy(data, changed.data(), changed.size());
    return changed.size();
}
