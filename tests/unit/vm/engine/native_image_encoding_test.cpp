#include "vm/jit/native_image_encoding.hpp"

#include <array>
#include <functional>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/random_modules/linked_modules.hpp"
#include "tests/random_modules/random_module.hpp"

namespace lockstep::vm::jit {
namespace {

Program program_of(std::uint64_t seed) {
    return random_modules::link(
               random_modules::random_modules(random_modules::choices_of_seed(seed)),
               random_modules::Variant::plain)
        .value();
}

class NativeImageEncoding : public testing::Test {
protected:
    void SetUp() override {
        if (!is_supported()) {
            GTEST_SKIP() << "this processor has no JIT";
        }
        // A small one that has everything.
        for (std::uint64_t seed = 0; !has_all(image_); ++seed) {
            ASSERT_LT(seed, 100U);
            program_ = program_of(seed);
            image_ = compile(program_, {}).value();
        }
        ASSERT_TRUE(decode_native_image(encode(image_), program_).has_value());
    }

    static bool has_all(const NativeImage& image) {
        return image.check_points.size() >= 2 && image.call_sites.size() >= 2 &&
               image.fault_sites.size() >= 2 && image.code.size() < 10'000;
    }

    /// That the image is refused once it is so changed.
    void expect_refused(const std::string& what, const std::function<void(NativeImage&)>& change) {
        NativeImage image = image_;
        change(image);
        EXPECT_FALSE(decode_native_image(encode(image), program_).has_value()) << what;
    }

    Program program_;
    NativeImage image_;
};

TEST_F(NativeImageEncoding, GivesBackWhatWasEncoded) {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        const Program program = program_of(seed);
        for (const bool guard_pages : {false, true}) {
            const NativeImage image = compile(program, {.guard_pages = guard_pages}).value();
            const auto decoded = decode_native_image(encode(image), program);
            ASSERT_TRUE(decoded.has_value()) << "seed " << seed;
            EXPECT_EQ(*decoded, image) << "seed " << seed;
        }
    }
}

TEST_F(NativeImageEncoding, AnyOtherLengthIsRefused) {
    Bytes bytes = encode(image_);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        ASSERT_FALSE(decode_native_image(ByteView(bytes).first(length), program_).has_value())
            << length;
    }
    bytes.push_back(0);
    EXPECT_FALSE(decode_native_image(bytes, program_).has_value());
}

/// What the counts say is not allocated before there are the bytes.
TEST_F(NativeImageEncoding, HugeCountsAreRefused) {
    constexpr std::size_t kCountsAt = 36;
    for (std::size_t count = 0; count < 4; ++count) {
        Bytes bytes = encode(image_);
        store_be(bytes.data() + kCountsAt + 4 * count, 0xFFFF'FFFFU);
        EXPECT_FALSE(decode_native_image(bytes, program_).has_value()) << count;
    }
}

TEST_F(NativeImageEncoding, OffsetsPastTheCodeAreRefused) {
    const auto end = static_cast<std::uint32_t>(image_.code.size());
    expect_refused("enter", [&](NativeImage& image) { image.enter = end; });
    expect_refused("returned_gp", [&](NativeImage& image) { image.returned_gp = end; });
    expect_refused("returned_xmm", [&](NativeImage& image) { image.returned_xmm = end; });
    expect_refused("fault", [&](NativeImage& image) { image.fault = 0xFFFF'FFFF; });
    expect_refused("function", [&](NativeImage& image) { image.entries.back() = end; });
    expect_refused("check point", [&](NativeImage& image) { image.check_points[0].entry = end; });
    expect_refused("call site", [&](NativeImage& image) { image.call_sites.back().offset = end; });
    expect_refused("fault site",
                   [&](NativeImage& image) { image.fault_sites.back().offset = end; });
    expect_refused("code", [&](NativeImage& image) { image.code.resize(end / 2); });
}

TEST_F(NativeImageEncoding, PlacesPastTheProgramAreRefused) {
    const auto end = static_cast<std::uint32_t>(program_.code.size());
    expect_refused("check point", [&](NativeImage& image) { image.check_points.back().pc = end; });
    expect_refused("no charge", [&](NativeImage& image) { ++image.check_points.back().pc; });
    expect_refused("height", [&](NativeImage& image) { image.check_points[0].height = ~0U; });
    expect_refused("steps", [&](NativeImage& image) { image.check_points[0].steps = ~0U; });
    expect_refused("call site",
                   [&](NativeImage& image) { image.call_sites.back().return_pc = end; });
    expect_refused("call site 0", [&](NativeImage& image) { image.call_sites[0].return_pc = 0; });
    expect_refused("fault site", [&](NativeImage& image) { image.fault_sites.back().pc = end; });
    expect_refused("a function less", [&](NativeImage& image) { image.entries.pop_back(); });
    expect_refused("a function more", [&](NativeImage& image) { image.entries.push_back(0); });
    expect_refused("interpreted functions", [&](NativeImage& image) {
        image.interpreted_functions = static_cast<std::uint32_t>(image.entries.size()) + 1;
    });
    expect_refused("path gas", [&](NativeImage& image) { image.path_gas_with_stores = ~0ULL; });
    expect_refused("path gas",
                   [&](NativeImage& image) { image.path_gas = image.path_gas_with_stores + 1; });
}

TEST_F(NativeImageEncoding, UnsortedTablesAreRefused) {
    expect_refused("check points", [](NativeImage& image) {
        std::swap(image.check_points[0], image.check_points[1]);
    });
    expect_refused("call sites",
                   [](NativeImage& image) { std::swap(image.call_sites[0], image.call_sites[1]); });
    expect_refused("fault sites", [](NativeImage& image) {
        std::swap(image.fault_sites[0], image.fault_sites[1]);
    });
    expect_refused("twice",
                   [](NativeImage& image) { image.fault_sites[1] = image.fault_sites[0]; });
}

TEST(CompileOptions, EachIsEncodedOtherwise) {
    const std::array<CompileOptions, 6> all{{{},
                                             {.guard_pages = false},
                                             {.without_counting = true},
                                             {.without_checks = true},
                                             {.without_dirty_chunks = true},
                                             {.without_canonical_nans = true}}};
    std::set<std::uint32_t> codes;
    for (const CompileOptions& options : all) {
        codes.insert(encode(options));
    }
    EXPECT_EQ(codes.size(), all.size());
}

TEST(CodeVersion, IsADigestAndTheAssemblersVersion) {
    EXPECT_EQ(code_version().size(), 64U + 4);
}

}  // namespace
}  // namespace lockstep::vm::jit
