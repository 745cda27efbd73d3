#include "tests/differential/engines/observation_writer.hpp"

#include <fmt/format.h>

#include "base/hex.hpp"
#include "merkle/sha256.hpp"

namespace lockstep::engines {

using vm::ValueType;

void ObservationWriter::value(ValueType type, std::uint64_t bits) {
    constexpr std::uint64_t infinity32 = 0x7F80'0000;
    constexpr std::uint64_t infinity64 = 0x7FF0'0000'0000'0000;
    switch (type) {
        case ValueType::i32: text_ += fmt::format("i32:{:08x} ", bits); break;
        case ValueType::i64: text_ += fmt::format("i64:{:016x} ", bits); break;
        case ValueType::f32:
            text_ += (bits & 0x7FFF'FFFF) > infinity32 ? "nan " : fmt::format("f32:{:08x} ", bits);
            break;
        case ValueType::f64:
            text_ +=
                (bits & ~(1ULL << 63U)) > infinity64 ? "nan " : fmt::format("f64:{:016x} ", bits);
            break;
        case ValueType::funcref:
            text_ += bits == 0 ? "null " : fmt::format("func:{} ", bits - 1);
            break;
        case ValueType::externref:
            text_ += bits == 0 ? "null " : fmt::format("extern:{} ", bits);
            break;
    }
}

void ObservationWriter::size(const std::string& name, std::uint64_t number) {
    text_ += fmt::format("{} {} ", name, number);
}

void ObservationWriter::bytes(const std::string& name, ByteView bytes) {
    text_ += fmt::format("{} {} {} ", name, bytes.size(), to_hex(merkle::sha256(bytes)));
}

}  // namespace lockstep::engines
