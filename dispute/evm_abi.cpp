#include "dispute/evm_abi.hpp"

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"

namespace lockstep::dispute {

namespace {

constexpr std::size_t kWordBytes = 32;

void put_word(ByteWriter& writer, std::uint64_t number) {
    writer.put(std::uint64_t{0});
    writer.put(std::uint64_t{0});
    writer.put(std::uint64_t{0});
    writer.put(number);
}

}  // namespace

Bytes encode_creation(ByteView creation_code, const Address& argument) {
    ByteWriter writer;
    writer.put(creation_code);
    writer.put(Bytes(kWordBytes - argument.size(), 0));
    writer.put(ByteView(argument));
    return writer.take();
}

Bytes encode_verify_call(const StateRoot& pre, ByteView bundle) {
    ByteWriter writer;
    writer.put(kVerify.selector);
    writer.put(pre.value);
    put_word(writer, 2 * kWordBytes);  // where the bytes begin, counted from after the selector
    put_word(writer, bundle.size());
    writer.put(bundle);
    const std::size_t padding = (kWordBytes - bundle.size() % kWordBytes) % kWordBytes;
    writer.put(Bytes(padding, 0));
    return writer.take();
}

std::optional<StateRoot> decode_verify_return(ByteView data) {
    ByteReader reader(data);
    const auto root = reader.read_hash();
    if (!root || reader.remaining() != 0) {
        return std::nullopt;
    }
    return StateRoot(*root);
}

}  // namespace lockstep::dispute
