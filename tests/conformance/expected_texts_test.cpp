#include "tests/conformance/expected_texts.hpp"

#include <string_view>

#include <gtest/gtest.h>

namespace lockstep::conformance {
namespace {

using vm::LoadError;
using vm::LoadErrorCode;
using vm::Trap;

LoadError error_of(LoadErrorCode code, std::string_view name = {}) {
    return {.code = code, .offset = 0, .value = 0, .name = name};
}

TEST(ExpectedTexts, TrapsHaveTheSuitesWords) {
    EXPECT_TRUE(names_trap("integer divide by zero", Trap::integer_divide_by_zero));
    EXPECT_TRUE(names_trap("uninitialized element 2", Trap::uninitialized_element));
    EXPECT_FALSE(names_trap("uninitialized", Trap::uninitialized_element));
    EXPECT_FALSE(names_trap("integer divide by zero", Trap::integer_overflow));
    EXPECT_FALSE(names_trap("", Trap::unreachable));
}

TEST(ExpectedTexts, NoTextMeansOurOwnTraps) {
    for (const Trap trap :
         {Trap::none, Trap::out_of_gas, Trap::out_of_bounds_input_read, Trap::output_too_large}) {
        EXPECT_FALSE(names_trap(vm::trap_name(trap), trap));
        EXPECT_FALSE(names_trap("", trap));
    }
}

TEST(ExpectedTexts, EachCodeHasOneClass) {
    for (std::size_t i = 0; i < vm::kLoadErrorCodeCount; ++i) {
        const LoadError error = error_of(static_cast<LoadErrorCode>(i));
        int classes = 0;
        for (const auto refusal :
             {RefusalClass::malformed, RefusalClass::invalid, RefusalClass::unlinkable}) {
            classes += is_of_class(error, refusal, "any words") ? 1 : 0;
        }
        const bool has_name = error.code == LoadErrorCode::unsupported_feature ||
                              error.code == LoadErrorCode::limit_exceeded;
        EXPECT_EQ(classes, has_name ? 0 : 1) << vm::load_error_text(error.code);
    }
}

TEST(ExpectedTexts, FeaturesOfLaterVersionsAreRefusedInTheRightWordsOnly) {
    const LoadError memories = error_of(LoadErrorCode::unsupported_feature, "multi-memory");
    EXPECT_TRUE(is_of_class(memories, RefusalClass::invalid, "multiple memories"));
    EXPECT_TRUE(is_of_class(memories, RefusalClass::malformed, "malformed memop flags"));
    EXPECT_FALSE(is_of_class(memories, RefusalClass::malformed, "multiple memories"));
    EXPECT_FALSE(is_of_class(memories, RefusalClass::invalid, "type mismatch"));
    const LoadError simd = error_of(LoadErrorCode::unsupported_feature, "simd");
    EXPECT_FALSE(is_of_class(simd, RefusalClass::invalid, "multiple memories"));
    const LoadError locals = error_of(LoadErrorCode::limit_exceeded, "max_locals");
    EXPECT_TRUE(is_of_class(locals, RefusalClass::malformed, "too many locals"));
    const LoadError types = error_of(LoadErrorCode::limit_exceeded, "max_types");
    EXPECT_FALSE(is_of_class(types, RefusalClass::malformed, "too many locals"));
}

TEST(ExpectedTexts, WordsMayGoOn) {
    const LoadError function = error_of(LoadErrorCode::unknown_function);
    EXPECT_TRUE(has_words(function, "unknown function 7"));
    EXPECT_TRUE(has_words(function, "unknown function"));
    EXPECT_FALSE(has_words(function, "unknown table"));
    EXPECT_FALSE(has_words(function, "an unknown function"));
}

}  // namespace
}  // namespace lockstep::conformance
