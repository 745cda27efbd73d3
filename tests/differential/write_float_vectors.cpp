// Writes floats.bin, the float instructions' operands and results for the Solidity tests. It is rows of
// 27 bytes, kFloatVectors for each instruction, in the order of their codes; big-endian:
//
//   code 2, operand a 8, operand b 8 (0 where there is one operand), result 8, trap 1
//
// Operands and results are slots, a lies under b on the stack; the result is 0 where there is a trap.

#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "base/byte_writer.hpp"
#include "tests/differential/float_operands.hpp"
#include "tests/differential/float_reference.hpp"

namespace {

using namespace lockstep;
using namespace lockstep::differential;

Bytes float_vectors() {
    ByteWriter writer;
    for (const FloatOperation& operation : float_operations()) {
        FloatOperandSource source(operation.opcode);
        for (std::size_t i = 0; i < kFloatVectors; ++i) {
            const FloatOperands operands = source.next();
            const FloatResult result = operation.evaluate(operands.a, operands.b);
            writer.put(static_cast<std::uint16_t>(operation.opcode));
            writer.put(operands.a);
            writer.put(operands.b);
            writer.put(result.value);
            writer.put(static_cast<std::uint8_t>(result.trap));
        }
    }
    return writer.take();
}

void write_vectors(const std::filesystem::path& folder) {
    const std::filesystem::path path = folder / "floats.bin";
    const Bytes vectors = float_vectors();
    std::filesystem::create_directories(folder);
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(vectors.data()),
               static_cast<std::streamsize>(vectors.size()));
    if (!file.flush()) {
        throw std::runtime_error("cannot write " + path.string());
    }
    std::cout << vectors.size() / 27 << " float vectors\n";
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        std::cerr << "usage: write_float_vectors <folder>\n";
        return 2;
    }
    try {
        write_vectors(arguments[1]);
        return 0;
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
