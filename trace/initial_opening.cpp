#include "trace/initial_opening.hpp"

#include <span>

#include "base/byte_writer.hpp"
#include "merkle/multiproof.hpp"

namespace lockstep::trace {

Bytes open_initial(const Image& image, FunctionIndex function) {
    const ProgramRecord& program = image.program_record;
    ByteWriter writer;
    writer.put(image.image_record.code_depth);
    writer.put(image.image_record.code);
    // The program record but for its last field, the hash of what follows.
    writer.put(program.functions_depth);
    writer.put(program.data_depth);
    writer.put(program.elements_depth);
    writer.put(program.functions);
    writer.put(program.data);
    writer.put(program.elements);
    append(writer, image.initial_record);
    const std::uint64_t leaf = function.value;
    merkle::append_multiproof(writer, image.functions, std::span(&leaf, 1));
    return writer.take();
}

}  // namespace lockstep::trace
