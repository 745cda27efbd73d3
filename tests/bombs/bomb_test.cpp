// Modules that ask for much are loaded, or refused for the right reason, in memory linear in their bytes.

#include "tests/bombs/bomb.hpp"

#include <set>

#include <gtest/gtest.h>

#include "tests/bombs/counted_memory.hpp"

namespace lockstep::bombs {
namespace {

/// Of heap, for any module.
constexpr std::size_t kMostForAny = 100'000;

struct Received {
    std::string_view reception;
    std::size_t bytes = 0;
    HeapUse heap;
};

Received receive(const Family& family, std::size_t about_bytes) {
    Bytes wasm = family.make(about_bytes);
    Received received{.reception = {}, .bytes = wasm.size(), .heap = {}};
    reset_heap_use();
    {
        const auto loaded = load(std::move(wasm));
        received.reception = reception_of(loaded);
    }
    received.heap = heap_use();
    return received;
}

TEST(Bombs, AreReceivedAsTheyShouldInMemoryLinearInTheirBytes) {
    for (const Family& family : all_families()) {
        for (const std::size_t factor : {1U, 2U, 10U}) {
            const std::size_t bytes = std::min(factor * family.least_bytes, family.most_bytes);
            SCOPED_TRACE(family.name + ", " + std::to_string(bytes) + " bytes");
            const Received received = receive(family, bytes);
            EXPECT_EQ(received.reception, family.reception);
            const std::size_t most = kMostForAny + family.most_heap * received.bytes;
            EXPECT_LE(received.heap.peak, most);
            // What grows is copied; what is done for each function must not be large.
            EXPECT_LE(received.heap.total, 2 * most);
        }
    }
}

TEST(Bombs, AreAsLargeAsTheyAreAskedToBe) {
    for (const Family& family : all_families()) {
        for (const std::size_t bytes : {family.least_bytes, 2 * family.least_bytes}) {
            EXPECT_GE(family.make(bytes).size(), bytes * 3 / 4) << family.name;
        }
    }
}

TEST(Bombs, NamesAreUnique) {
    std::set<std::string> names;
    for (const Family& family : all_families()) {
        EXPECT_TRUE(names.insert(family.name).second) << family.name;
    }
}

}  // namespace
}  // namespace lockstep::bombs
