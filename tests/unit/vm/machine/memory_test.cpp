#include "vm/machine/memory.hpp"

#include <algorithm>
#include <new>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

namespace lockstep::vm {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

void put(Memory& memory, std::uint64_t address, std::uint8_t byte) {
    *memory.write(address, 1) = byte;
}

TEST(Memory, BeginsZeroAndUncharged) {
    const Memory memory(2, 3);
    EXPECT_EQ(memory.pages(), 2U);
    EXPECT_EQ(memory.max_pages(), 3U);
    EXPECT_EQ(memory.bytes().size(), 2U * 65'536U);
    EXPECT_THAT(memory.bytes(), Each(0));
    EXPECT_FALSE(memory.charged(0));
    EXPECT_FALSE(memory.charged(47));
    EXPECT_THAT(memory.charged_chunks(), IsEmpty());
    EXPECT_THAT(memory.logged_chunks(), IsEmpty());
}

TEST(Memory, MayHaveNoPages) {
    const Memory memory;
    EXPECT_EQ(memory.pages(), 0U);
    EXPECT_TRUE(memory.bytes().empty());
}

TEST(Memory, FirstWriteChargesAndLogsItsChunk) {
    Memory memory(1, 1);
    put(memory, 4096, 7);
    EXPECT_EQ(memory.bytes()[4096], 7);
    EXPECT_TRUE(memory.charged(1));
    EXPECT_FALSE(memory.charged(0));
    EXPECT_THAT(memory.charged_chunks(), ElementsAre(1));
    EXPECT_THAT(memory.logged_chunks(), ElementsAre(1));
}

TEST(Memory, StraddlingWriteChargesBothChunks) {
    Memory memory(1, 1);
    std::fill_n(memory.write(8190, 4), 4, std::uint8_t{9});
    EXPECT_THAT(memory.charged_chunks(), ElementsAre(1, 2));
    EXPECT_EQ(memory.bytes()[8193], 9);
}

TEST(Memory, WriteToTheEndOfAChunkLeavesTheNextAlone) {
    Memory memory(1, 1);
    (void)memory.write(4088, 8);
    EXPECT_THAT(memory.charged_chunks(), ElementsAre(0));
}

TEST(Memory, LogIsClearedAndChargesStay) {
    Memory memory(1, 1);
    put(memory, 0, 1);
    put(memory, 5000, 1);
    memory.clear_logged();
    EXPECT_THAT(memory.logged_chunks(), IsEmpty());
    EXPECT_TRUE(memory.charged(1));
    put(memory, 5001, 2);
    put(memory, 5002, 2);
    EXPECT_THAT(memory.logged_chunks(), ElementsAre(1));
    EXPECT_THAT(memory.charged_chunks(), ElementsAre(0, 1));
}

TEST(Memory, GrowingKeepsWhatIsThere) {
    Memory memory(1, 3);
    put(memory, 65'535, 5);
    memory.set_pages(3);
    EXPECT_EQ(memory.bytes().size(), 3U * 65'536U);
    EXPECT_EQ(memory.bytes()[65'535], 5);
    EXPECT_EQ(memory.bytes()[65'536], 0);
    put(memory, 3 * 65'536 - 1, 6);
    EXPECT_TRUE(memory.charged(47));
}

TEST(Memory, CopiesAreIndependentAndComplete) {
    Memory original(1, 2);
    put(original, 100, 1);
    original.clear_logged();
    put(original, 9000, 2);
    Memory copy(original);
    put(copy, 100, 50);
    put(copy, 20'000, 60);
    put(copy, 9001, 70);  // logged already, in the original
    EXPECT_EQ(original.bytes()[100], 1);
    EXPECT_EQ(original.bytes()[20'000], 0);
    EXPECT_FALSE(original.charged(4));
    EXPECT_THAT(original.logged_chunks(), ElementsAre(2));
    EXPECT_EQ(copy.bytes()[9000], 2);
    EXPECT_EQ(copy.pages(), 1U);
    EXPECT_EQ(copy.max_pages(), 2U);
    EXPECT_THAT(copy.charged_chunks(), ElementsAre(0, 2, 4));
    EXPECT_THAT(copy.logged_chunks(), ElementsAre(2, 0, 4));
}

TEST(Memory, AssignmentReplacesAll) {
    Memory target(2, 2);
    put(target, 70'000, 1);
    Memory source(1, 1);
    put(source, 5, 9);
    target = source;
    EXPECT_EQ(target.max_pages(), 1U);
    EXPECT_EQ(target.bytes()[5], 9);
    EXPECT_THAT(target.charged_chunks(), ElementsAre(0));
    const Memory& same = target;
    target = same;
    EXPECT_EQ(target.bytes()[5], 9);
}

TEST(Memory, MovesTakeTheBytesAlong) {
    Memory source(1, 1);
    put(source, 5, 9);
    const std::uint8_t* address = source.data();
    Memory moved(std::move(source));
    EXPECT_EQ(moved.data(), address);
    Memory target(3, 3);
    target = std::move(moved);
    EXPECT_EQ(target.data(), address);
    EXPECT_EQ(target.bytes()[5], 9);
    EXPECT_TRUE(target.charged(0));
}

TEST(Memory, ReservesTheGreatestRangeWithoutTouchingIt) {
    Memory memory(65'536, 65'536);
    put(memory, 0xFFFF'FFFF, 3);
    EXPECT_EQ(memory.bytes().size(), 1ULL << 32U);
    EXPECT_THAT(memory.charged_chunks(), ElementsAre(1'048'575));
    const Memory copy(memory);
    EXPECT_EQ(copy.bytes()[0xFFFF'FFFF], 3);
}

TEST(Memory, TakesOverChunksWithoutMarkingThem) {
    Memory memory(1, 2);
    put(memory, 5, 9);
    put(memory, 9000, 8);
    memory.clear_logged();
    const Bytes sevens(kChunkBytes, 7);
    memory.replace_chunk(3, sevens);
    memory.replace_chunk(0, {});
    EXPECT_EQ(memory.bytes()[5], 0);
    EXPECT_EQ(memory.bytes()[3 * kChunkBytes], 7);
    EXPECT_EQ(memory.bytes()[4 * kChunkBytes - 1], 7);
    EXPECT_EQ(memory.bytes()[4 * kChunkBytes], 0);
    EXPECT_THAT(memory.charged_chunks(), ElementsAre(0, 2));
    EXPECT_THAT(memory.logged_chunks(), IsEmpty());
    EXPECT_DEATH(memory.replace_chunk(16, sevens), "");
    EXPECT_DEATH(memory.replace_chunk(1, ByteView(sevens).first(4095)), "");
}

TEST(Memory, ChargedChunksCanBeSet) {
    Memory memory(1, 1);
    for (const std::uint64_t chunk : {4U, 2U, 7U, 1U}) {
        put(memory, chunk * kChunkBytes, 1);
    }
    memory.set_charged_chunks(std::vector<std::uint32_t>{4, 2, 9});
    EXPECT_THAT(memory.charged_chunks(), ElementsAre(4, 2, 9));
    EXPECT_THAT(memory.logged_chunks(), IsEmpty());
    for (std::uint32_t chunk = 0; chunk < 16; ++chunk) {
        EXPECT_EQ(memory.charged(chunk), chunk == 4 || chunk == 2 || chunk == 9) << chunk;
    }
    put(memory, 4 * kChunkBytes, 1);
    put(memory, 7 * kChunkBytes, 1);
    EXPECT_THAT(memory.charged_chunks(), ElementsAre(4, 2, 9, 7));
    EXPECT_THAT(memory.logged_chunks(), ElementsAre(4, 7));
    memory.set_charged_chunks({});
    EXPECT_THAT(memory.charged_chunks(), IsEmpty());
    EXPECT_FALSE(memory.charged(4));
}

/// A file of 24 KiB whose bytes are the numbers of their chunks, counted from 1.
class OverAFile : public testing::Test {
protected:
    static constexpr std::size_t kFileChunks = 6;

    OverAFile() : file_(memfd_create("memory_test", MFD_CLOEXEC)) {
        for (std::size_t i = 0; i < kFileChunks; ++i) {
            const Bytes chunk(kChunkBytes, static_cast<std::uint8_t>(i + 1));
            EXPECT_EQ(write(file_, chunk.data(), chunk.size()), kChunkBytes);
        }
    }
    ~OverAFile() override { close(file_); }
    OverAFile(const OverAFile&) = delete;
    OverAFile(OverAFile&&) = delete;
    OverAFile& operator=(const OverAFile&) = delete;
    OverAFile& operator=(OverAFile&&) = delete;

    [[nodiscard]] Memory over(std::uint32_t pages) const {
        return Memory::over(file_, kFileChunks * kChunkBytes, pages, 4);
    }

    int file_;
};

TEST_F(OverAFile, BeginsAsTheFileAndIsZeroBehindIt) {
    const Memory memory = over(2);
    EXPECT_EQ(memory.bytes().size(), 2 * 65'536U);
    EXPECT_EQ(memory.max_pages(), 4U);
    for (std::size_t i = 0; i < kFileChunks; ++i) {
        EXPECT_THAT(memory.bytes().subspan(i * kChunkBytes, kChunkBytes), Each(i + 1));
    }
    EXPECT_THAT(memory.bytes().subspan(kFileChunks * kChunkBytes), Each(0));
    EXPECT_THAT(memory.charged_chunks(), IsEmpty());
}

TEST_F(OverAFile, WritesStayInTheMemory) {
    Memory first = over(1);
    put(first, 5, 99);
    Memory second = over(1);
    EXPECT_EQ(second.bytes()[5], 1);
    put(second, 4096, 98);
    EXPECT_EQ(first.bytes()[4096], 2);
    EXPECT_EQ(first.bytes()[5], 99);
}

TEST_F(OverAFile, IsGuardedGrowsAndIsCopiedAndMoved) {
    Memory memory = over(1);
    EXPECT_TRUE(memory.is_guarded());
    memory.guard();
    memory.set_charged_chunks(std::vector<std::uint32_t>{2});
    put(memory, 5, 99);
    memory.set_pages(3);
    put(memory, 3 * 65'536 - 1, 44);
    EXPECT_EQ(memory.bytes()[70'000], 0);
    // Only what is charged can differ from zero in a machine's memory, so that is what is copied.
    const Memory copy(memory);
    EXPECT_FALSE(copy.is_guarded());
    EXPECT_EQ(copy.bytes()[5], 99);
    EXPECT_EQ(copy.bytes()[2 * kChunkBytes], 3);
    EXPECT_EQ(copy.bytes()[3 * 65'536 - 1], 44);
    const Memory moved(std::move(memory));
    EXPECT_EQ(moved.bytes()[5], 99);
    EXPECT_TRUE(moved.is_guarded());
}

TEST_F(OverAFile, FewerPagesThanTheFileHas) {
    Memory memory = Memory::over(file_, kFileChunks * kChunkBytes, 0, 1);
    EXPECT_TRUE(memory.bytes().empty());
    memory.set_pages(1);
    EXPECT_THAT(memory.bytes(), Each(0));
}

TEST(Memory, AFileThatCannotBeMappedIsOutOfMemory) {
    EXPECT_THROW((void)Memory::over(-1, 4096, 1, 1), std::bad_alloc);
}

}  // namespace
}  // namespace lockstep::vm
