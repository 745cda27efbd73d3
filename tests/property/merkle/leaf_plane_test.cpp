// Trees large enough to keep their leaves in files, machines that map those files, and everything that
// happens to the trees meanwhile: what a machine sees, and what a tree holds, stays what it was.

#include "merkle/leaf_plane.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "merkle/memory_tree.hpp"
#include "tests/property/merkle/random.hpp"
#include "tests/unit/merkle/slow_tree.hpp"

namespace lockstep::merkle {
namespace {

constexpr unsigned kDepth = 16;
constexpr std::uint64_t kChunks = std::uint64_t{1} << (kDepth - kChunkLevel);
constexpr std::size_t kMemoryBytes = kChunks * kChunkBytes;

bool is_deep() {
    return std::getenv("LOCKSTEP_DEEP") != nullptr;
}

/// The bytes of a machine that begins as a tree's file and the chunks beside it.
class Fork {
public:
    explicit Fork(const MemoryTree& tree) {
        const LeafFile file = tree.leaf_file();
        beside_ = file.beside.size();
        has_plane_ = file.plane != nullptr;
        void* const mapped = has_plane_ ? mmap(nullptr, kMemoryBytes, PROT_READ | PROT_WRITE,
                                               MAP_PRIVATE, file.plane->fd(), 0)
                                        : mmap(nullptr, kMemoryBytes, PROT_READ | PROT_WRITE,
                                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (mapped == MAP_FAILED) {
            throw std::bad_alloc();
        }
        bytes_ = static_cast<std::uint8_t*>(mapped);
        for (const std::uint64_t chunk : file.beside) {
            std::ranges::copy(tree.chunk_bytes(chunk), bytes_ + chunk * kChunkBytes);
        }
    }
    Fork(const Fork&) = delete;
    Fork& operator=(const Fork&) = delete;
    Fork(Fork&&) = delete;
    Fork& operator=(Fork&&) = delete;
    ~Fork() { munmap(bytes_, kMemoryBytes); }

    [[nodiscard]] bool sees(const Bytes& expected) const {
        return std::memcmp(bytes_, expected.data(), kMemoryBytes) == 0;
    }
    [[nodiscard]] std::size_t beside() const { return beside_; }
    [[nodiscard]] bool has_plane() const { return has_plane_; }
    [[nodiscard]] std::uint8_t& operator[](std::size_t at) { return bytes_[at]; }

private:
    std::uint8_t* bytes_ = nullptr;
    std::size_t beside_ = 0;
    bool has_plane_ = false;
};

struct Twins {
    MemoryTree tree{kDepth};
    Bytes bytes = Bytes(kMemoryBytes);

    void update(const std::vector<std::uint64_t>& chunks) {
        std::vector<ChunkUpdate> updates;
        updates.reserve(chunks.size());
        for (const std::uint64_t chunk : chunks) {
            updates.push_back(
                {chunk, ByteView(bytes).subspan(chunk * kChunkBytes, kChunkBytes), true});
        }
        tree.update_chunks(updates);
    }

    /// A tree made from nothing but these bytes.
    [[nodiscard]] Hash256 fresh_root() {
        MemoryTree fresh(kDepth);
        for (std::uint64_t chunk = 0; chunk < kChunks; ++chunk) {
            fresh.update_chunk(chunk, ByteView(bytes).subspan(chunk * kChunkBytes, kChunkBytes),
                               tree.charged(chunk));
        }
        return fresh.root();
    }

    [[nodiscard]] bool holds_its_bytes() const {
        for (std::uint64_t chunk = 0; chunk < kChunks; ++chunk) {
            if (!std::ranges::equal(tree.chunk_bytes(chunk),
                                    ByteView(bytes).subspan(chunk * kChunkBytes, kChunkBytes))) {
                return false;
            }
        }
        return true;
    }
};

Twins full_twins() {
    Twins twins;
    std::vector<std::uint64_t> all(kChunks);
    for (std::uint64_t i = 0; i < kChunks; ++i) {
        all[i] = i;
        twins.bytes[i * kChunkBytes] = static_cast<std::uint8_t>(i % 255 + 1);
    }
    twins.update(all);
    // Once more: those from before the tree was large enough move too.
    for (std::uint64_t i = 0; i < kChunks; ++i) {
        twins.bytes[i * kChunkBytes + 1] = 1;
    }
    twins.update(all);
    return twins;
}

struct Expected {
    std::unique_ptr<Fork> fork;
    Bytes bytes;
};

/// Writes a few bytes in some chunks, up to `most`, and updates the tree.
void change(Twins& twins, Random& random, std::uint64_t most) {
    std::vector<std::uint64_t> chunks;
    for (std::uint64_t i = 0; i < 1 + random() % most; ++i) {
        chunks.push_back(random() % kChunks);
        twins.bytes[chunks.back() * kChunkBytes + random() % kChunkBytes] =
            static_cast<std::uint8_t>(random());
    }
    std::ranges::sort(chunks);
    chunks.erase(std::ranges::unique(chunks).begin(), chunks.end());
    twins.update(chunks);
}

void write_in_order(Twins& twins, Random& random) {
    static_cast<void>(twins.tree.root());
    std::vector<LeafWrite> writes(1 + random() % 40);
    for (LeafWrite& write : writes) {
        write = {random() % (kChunks * kChunkLeaves),
                 slow::filled(static_cast<std::uint8_t>(random()))};
        std::ranges::copy(write.leaf.bytes, twins.bytes.begin() + static_cast<std::ptrdiff_t>(
                                                                      write.index * kLeafBytes));
    }
    std::vector<Hash256> roots(writes.size());
    twins.tree.write_leaves(writes, roots);
    ASSERT_EQ(roots.back(), twins.tree.root());
}

void do_something(std::vector<std::unique_ptr<Twins>>& pool, std::vector<Expected>& forks,
                  Random& random) {
    std::unique_ptr<Twins>& twins = pool[random() % pool.size()];
    switch (random() % 10) {
        case 0:
            if (pool.size() < 4) {
                pool.push_back(std::make_unique<Twins>(*twins));
            }
            break;
        case 1:
            if (pool.size() > 1) {
                pool.erase(pool.begin() + static_cast<std::ptrdiff_t>(random() % pool.size()));
            }
            break;
        case 2:
        case 3:
            if (forks.size() < 5) {
                forks.push_back({std::make_unique<Fork>(twins->tree), twins->bytes});
            } else {
                // A machine that runs on.
                Expected& expected = forks[random() % forks.size()];
                const std::size_t at = random() % kMemoryBytes;
                (*expected.fork)[at] = expected.bytes[at] = static_cast<std::uint8_t>(random());
            }
            break;
        case 4:
            if (!forks.empty()) {
                forks.erase(forks.begin() + static_cast<std::ptrdiff_t>(random() % forks.size()));
            }
            break;
        case 5: write_in_order(*twins, random); break;
        case 6: change(*twins, random, kChunks); break;
        default: change(*twins, random, 30);
    }
}

TEST(LeafPlane, MachinesSeeTheTreeTheyWereMadeFrom) {
    std::size_t with_plane = 0;
    for (std::uint64_t seed = 0; seed < (is_deep() ? 2'000U : 40U); ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        std::vector<std::unique_ptr<Twins>> pool;
        std::vector<Expected> forks;
        pool.push_back(std::make_unique<Twins>(seed % 3 == 0 ? Twins() : full_twins()));
        for (int i = 0; i < 80; ++i) {
            do_something(pool, forks, random);
            if (!forks.empty() && i % 8 == 0) {
                const Expected& any = forks[random() % forks.size()];
                ASSERT_TRUE(any.fork->sees(any.bytes)) << i;
                with_plane += any.fork->has_plane() ? 1U : 0U;
            }
        }
        for (const auto& twins : pool) {
            ASSERT_TRUE(twins->holds_its_bytes());
            ASSERT_EQ(twins->tree.root(), twins->fresh_root());
        }
        pool.clear();
        for (const Expected& expected : forks) {
            ASSERT_TRUE(expected.fork->sees(expected.bytes));
        }
    }
    EXPECT_GT(with_plane, 10U);
}

TEST(LeafPlane, OnlyWhatChangedSinceIsBeside) {
    Twins twins = full_twins();
    const Fork first(twins.tree);
    ASSERT_TRUE(first.has_plane());
    EXPECT_EQ(first.beside(), 0U);
    const Bytes before = twins.bytes;
    twins.bytes[5 * kChunkBytes] ^= 1U;
    twins.bytes[77 * kChunkBytes] ^= 1U;
    twins.update({5, 77});
    EXPECT_EQ(twins.tree.leaf_file().beside, (std::vector<std::uint64_t>{5, 77}));
    EXPECT_TRUE(first.sees(before));
    EXPECT_TRUE(Fork(twins.tree).sees(twins.bytes));
}

TEST(LeafPlane, AfterManyForksBeginsAnew) {
    Twins twins = full_twins();
    std::size_t beside = 0;
    std::size_t begun = 0;
    for (std::uint64_t round = 0; round < 600; ++round) {
        const Fork fork(twins.tree);
        begun += fork.beside() < beside ? 1U : 0U;
        beside = fork.beside();
        // Had it stayed with the first file, all chunks would be beside it in the end.
        ASSERT_LT(beside, kChunks / 4);
        twins.bytes[round % kChunks * kChunkBytes] ^= 1U;
        twins.update({round % kChunks});
    }
    EXPECT_GT(begun, 3U);
    EXPECT_LT(begun, 40U);
    EXPECT_TRUE(Fork(twins.tree).sees(twins.bytes));
}

TEST(LeafPlane, ATreeThatGrowsBeginsAnew) {
    Twins twins;
    std::vector<MemoryTree> copies;
    for (std::uint64_t chunk = 0; chunk < kChunks; ++chunk) {
        twins.bytes[chunk * kChunkBytes] = 1;
        twins.update({chunk});
        if (chunk % 16 == 0) {
            copies.push_back(twins.tree);
        }
    }
    const Fork fork(twins.tree);
    EXPECT_TRUE(fork.has_plane());
    EXPECT_LT(fork.beside(), kChunks * 3 / 4);
    EXPECT_TRUE(fork.sees(twins.bytes));
    for (MemoryTree& copy : copies) {
        const Fork of_copy(copy);
        Bytes bytes(kMemoryBytes);
        const auto chunks = static_cast<std::uint64_t>(&copy - copies.data()) * 16 + 1;
        for (std::uint64_t chunk = 0; chunk < chunks; ++chunk) {
            bytes[chunk * kChunkBytes] = 1;
        }
        ASSERT_TRUE(of_copy.sees(bytes)) << chunks;
    }
}

TEST(LeafPlane, ForksOnOtherThreadsSeeTheirTree) {
    Twins twins = full_twins();
    Random random(1);
    std::vector<std::jthread> threads;
    for (int i = 0; i < 20; ++i) {
        change(twins, random, 50);
        threads.emplace_back([copy = std::make_unique<Twins>(twins)] {
            const Fork fork(copy->tree);
            EXPECT_TRUE(fork.sees(copy->bytes));
            EXPECT_EQ(copy->tree.root(), copy->fresh_root());
            EXPECT_TRUE(fork.sees(copy->bytes));
        });
    }
    threads.clear();
    EXPECT_EQ(twins.tree.root(), twins.fresh_root());
}

/// Lowers a limit of the process as long as it lives.
class LoweredLimit {
public:
    LoweredLimit(__rlimit_resource resource, rlim_t value) : resource_(resource) {
        getrlimit(resource, &before_);
        const rlimit lower{.rlim_cur = value, .rlim_max = before_.rlim_max};
        setrlimit(resource, &lower);
    }
    LoweredLimit(const LoweredLimit&) = delete;
    LoweredLimit& operator=(const LoweredLimit&) = delete;
    LoweredLimit(LoweredLimit&&) = delete;
    LoweredLimit& operator=(LoweredLimit&&) = delete;
    ~LoweredLimit() { setrlimit(resource_, &before_); }

private:
    __rlimit_resource resource_;
    rlimit before_{};
};

TEST(LeafPlane, WithoutFilesLeavesAreOnTheHeap) {
    for (const auto resource : {RLIMIT_NOFILE, RLIMIT_FSIZE}) {
        const LoweredLimit none(resource, 0);
        Twins twins = full_twins();
        const Fork fork(twins.tree);
        EXPECT_FALSE(fork.has_plane());
        EXPECT_EQ(fork.beside(), kChunks);
        EXPECT_TRUE(fork.sees(twins.bytes));
        EXPECT_EQ(twins.tree.root(), twins.fresh_root());
    }
}

/// The statement is run by a process that is forked off.
TEST(LeafPlaneDeathTest, AProcessCannotWriteToTheLeavesOfItsParent) {
    Twins twins = full_twins();
    EXPECT_DEATH(twins.update({7}), "");
    twins.bytes[7 * kChunkBytes] ^= 1U;
    twins.update({7});
    EXPECT_TRUE(twins.holds_its_bytes());
}

TEST(LeafPlaneDeathTest, ASealedPlaneIsNotWritten) {
    const std::shared_ptr<LeafPlane> plane = LeafPlane::make(4);
    ASSERT_NE(plane, nullptr);
    EXPECT_DEATH(static_cast<void>(plane->leaves(4)), "internal check failed");
    plane->seal(1);
    EXPECT_DEATH(static_cast<void>(plane->leaves(0)), "internal check failed");
}

}  // namespace
}  // namespace lockstep::merkle
