#include "trace/state_batch.hpp"

namespace lockstep::trace {

void StateBatch::set_environments(const Hash256& image, std::span<const Hash256> environments) {
    std::vector<std::uint8_t> blocks(environments.size() * kFirst);
    StateRecord record;
    record.image = image;
    for (std::size_t i = 0; i < environments.size(); ++i) {
        record.environment = environments[i];
        std::array<std::uint8_t, kMessageBytes<StateRecord>> message;
        write_message(record, message.data());
        std::copy_n(message.begin(), kFirst,
                    blocks.begin() + static_cast<std::ptrdiff_t>(i * kFirst));
    }
    first_blocks_.assign(environments.size(), merkle::kSha256Initial);
    merkle::compress_all(first_blocks_, blocks.data(), 1);
}

}  // namespace lockstep::trace
