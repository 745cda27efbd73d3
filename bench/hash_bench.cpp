#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <openssl/evp.h>

#include "bench/hash_time.hpp"
#include "bench/root_bench.hpp"
#include "merkle/chain.hpp"
#include "merkle/sha256.hpp"
#include "merkle/sha256_kernel.hpp"
#include "merkle/shape.hpp"
#include "merkle/tree.hpp"

namespace lockstep::bench {

namespace {

constexpr const char* kEvpTime = "x EVP's time";
constexpr unsigned kFullTreeDepth = 21;  // 64 MiB
constexpr unsigned kQuickTreeDepth = 10;
constexpr std::size_t kChainLength = 2'000;
/// So many are hashed together.
constexpr std::size_t kRecords = 512;
/// A state record's.
constexpr std::size_t kRecordBytes = 194;
constexpr std::size_t kRecordBlocks = merkle::padded_bytes(kRecordBytes) / 64;

/// OpenSSL as a program does best with it that keeps to its current interface: the algorithm looked up
/// once, one context for all messages.
class Evp {
public:
    Evp()
        : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free),
          context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
        if (!algorithm_ || !context_) {
            throw std::runtime_error("OpenSSL has no SHA-256");
        }
    }

    void digest(ByteView message, std::uint8_t* hash) {
        unsigned size = 0;
        if (EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) != 1 ||
            EVP_DigestUpdate(context_.get(), message.data(), message.size()) != 1 ||
            EVP_DigestFinal_ex(context_.get(), hash, &size) != 1) {
            throw std::runtime_error("OpenSSL does not hash");
        }
    }

    [[nodiscard]] Hash256 pair(const Hash256& left, const Hash256& right) {
        const std::array<Hash256, 2> message = {left, right};
        Hash256 parent;
        digest({message[0].bytes.data(), 64}, parent.bytes.data());
        return parent;
    }

private:
    std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm_;
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

/// The root of leaves that are overwritten.
Hash256 evp_tree_root(Evp& evp, std::vector<Hash256>& nodes) {
    for (std::size_t count = nodes.size(); count > 1; count /= 2) {
        for (std::size_t i = 0; i < count / 2; ++i) {
            nodes[i] = evp.pair(nodes[2 * i], nodes[2 * i + 1]);
        }
    }
    return nodes.front();
}

/// What is measured, in seconds; of the tree, with what it gives.
struct HashTimes {
    double batched_node = 0;
    double single_node = 0;
    double value_link = 0;
    double record = 0;
    double tree = 0;
    Hash256 root;
};

template <typename F>
double chain_seconds(const Options& options, const F& next) {
    Hash256 hash;
    const double seconds = median_seconds(
        options, [] {},
        [&] {
            for (std::size_t i = 0; i < kChainLength; ++i) {
                hash = next(hash, i);
            }
        });
    keep(hash.bytes[0]);
    return seconds / kChainLength;
}

HashTimes evp_times(const Options& options, const std::vector<Hash256>& leaves) {
    Evp evp;
    HashTimes times;
    times.single_node = chain_seconds(
        options, [&](const Hash256& hash, std::size_t) { return evp.pair(hash, hash); });
    times.batched_node = times.single_node;
    times.value_link = chain_seconds(options, [&](Hash256 hash, std::size_t i) {
        std::array<std::uint8_t, merkle::kValueLinkBytes> message;
        merkle::write_value_link(hash, i, message.data());
        evp.digest(message, hash.bytes.data());
        return hash;
    });
    times.record = chain_seconds(options, [&](Hash256 hash, std::size_t) {
        std::array<std::uint8_t, kRecordBytes> message{hash.bytes[0]};
        evp.digest(message, hash.bytes.data());
        return hash;
    });
    std::vector<Hash256> nodes;
    times.tree = median_seconds(
        options, [&] { nodes = leaves; }, [&] { times.root = evp_tree_root(evp, nodes); });
    return times;
}

HashTimes kernel_times(const Options& options, const merkle::Sha256Kernel& kernel,
                       const std::vector<Hash256>& leaves, unsigned depth) {
    merkle::use_kernel(kernel);
    HashTimes times;
    times.batched_node = pair_seconds(options, kernel);
    times.single_node = chain_seconds(
        options, [](const Hash256& hash, std::size_t) { return merkle::hash_pair(hash, hash); });
    times.value_link = chain_seconds(
        options, [](const Hash256& hash, std::size_t i) { return merkle::value_link(hash, i); });
    std::vector<std::uint8_t> blocks(kRecords * 64 * kRecordBlocks);
    std::vector<merkle::Sha256State> states(kRecords, merkle::kSha256Initial);
    times.record =
        median_seconds(
            options, [] {}, [&] { merkle::compress_all(states, blocks.data(), kRecordBlocks); }) /
        kRecords;
    keep(states.back()[0]);
    std::vector<Hash256> nodes;
    times.tree = median_seconds(
        options, [&] { nodes = leaves; },
        [&] { times.root = merkle::tree_root(std::move(nodes), depth); });
    return times;
}

void add_times(const std::string& name, const HashTimes& times, const HashTimes& evp,
               std::size_t leaf_bytes, Results& results) {
    const auto add = [&](const char* group, double HashTimes::* time) {
        results.push_back(
            {group, name, times.*time * 1e9, "ns", times.*time / (evp.*time), kEvpTime});
    };
    add("nodes, many at once", &HashTimes::batched_node);
    add("nodes, each above the one before", &HashTimes::single_node);
    add("value links, each behind the one before", &HashTimes::value_link);
    add("state records, many at once", &HashTimes::record);
    results.push_back({"full tree", name, static_cast<double>(leaf_bytes) / times.tree / 1e9,
                       "GB/s", times.tree / evp.tree, kEvpTime});
}

}  // namespace

void measure_hashing(const Options& options, Results& results) {
    const unsigned depth = options.quick ? kQuickTreeDepth : kFullTreeDepth;
    const std::vector<Hash256> leaves = distinct_nodes(std::size_t{1} << depth);
    const std::size_t leaf_bytes = leaves.size() * merkle::kLeafBytes;
    const merkle::Sha256Kernel& active = merkle::active_kernel();
    const HashTimes evp = evp_times(options, leaves);
    add_times("EVP", evp, evp, leaf_bytes, results);
    for (const merkle::Sha256Kernel* const kernel : merkle::usable_kernels()) {
        const HashTimes times = kernel_times(options, *kernel, leaves, depth);
        if (times.root != evp.root) {
            throw std::runtime_error(std::string(kernel->name) + " hashes wrongly");
        }
        const std::string in_use = kernel == &active ? " (in use)" : "";
        add_times(std::string(kernel->name) + in_use, times, evp, leaf_bytes, results);
    }
    merkle::use_kernel(active);
}

}  // namespace lockstep::bench
