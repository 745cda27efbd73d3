#include "tests/differential/vector_file.hpp"

#include <fstream>
#include <stdexcept>
#include <string_view>

#include "base/byte_writer.hpp"
#include "base/check.hpp"
#include "trace/committer.hpp"
#include "trace/image.hpp"
#include "trace/initial_opening.hpp"
#include "vm/machine/start.hpp"

namespace lockstep::differential {

namespace {

void put_text(ByteWriter& writer, std::string_view text) {
    for (const char character : text) {
        writer.put(static_cast<std::uint8_t>(character));
    }
}

void put_label(ByteWriter& writer, const std::string& label) {
    LOCKSTEP_CHECK(label.size() <= 255);
    writer.put(static_cast<std::uint8_t>(label.size()));
    put_text(writer, label);
}

void put_initial(ByteWriter& writer, const InitialCase& initial) {
    const vm::Invocation& invocation = initial.invocation;
    const trace::Image image(*initial.program);
    auto state = vm::start(*initial.program, invocation);
    LOCKSTEP_CHECK(state.has_value());
    trace::Committer committer(image, *initial.program, *state);
    const StateRoot root = committer.root(*state);
    const Bytes opening = trace::open_initial(image, invocation.function);
    put_label(writer, initial.label);
    writer.put(image.root.value);
    writer.put(invocation.function.value);
    writer.put(static_cast<std::uint8_t>(invocation.arguments.size()));
    for (const std::uint64_t argument : invocation.arguments) {
        writer.put(argument);
    }
    writer.put(committer.io().input);
    writer.put(committer.io().input_length);
    writer.put(invocation.gas_limit.value);
    writer.put(root.value);
    writer.put(static_cast<std::uint32_t>(opening.size()));
    writer.put(ByteView(opening));
}

void write_file(const std::filesystem::path& path, const Bytes& bytes) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) {
        throw std::runtime_error("cannot write " + path.string());
    }
}

}  // namespace

void write_step_vectors(const std::filesystem::path& path, std::span<const RecordedStep> steps) {
    ByteWriter writer;
    put_text(writer, "LSV1");
    writer.put(static_cast<std::uint32_t>(steps.size()));
    for (const RecordedStep& step : steps) {
        writer.put(step.pre.value);
        writer.put(step.post.value);
        put_label(writer, step.label);
        writer.put(static_cast<std::uint32_t>(step.bundle.size()));
        writer.put(ByteView(step.bundle));
    }
    write_file(path, writer.bytes());
}

void write_initial_vectors(const std::filesystem::path& path, std::span<const InitialCase> cases) {
    ByteWriter writer;
    put_text(writer, "LSI1");
    writer.put(static_cast<std::uint32_t>(cases.size()));
    for (const InitialCase& initial : cases) {
        put_initial(writer, initial);
    }
    write_file(path, writer.bytes());
}

}  // namespace lockstep::differential
