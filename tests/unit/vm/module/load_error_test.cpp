#include "vm/module/load_error.hpp"

#include <set>
#include <string_view>

#include <gtest/gtest.h>

namespace lockstep::vm::test {
namespace {

TEST(LoadError, EachCodeHasATextOfItsOwn) {
    std::set<std::string_view> texts;
    for (std::size_t i = 0; i < kLoadErrorCodeCount; ++i) {
        const std::string_view text = load_error_text(static_cast<LoadErrorCode>(i));
        EXPECT_FALSE(text.empty()) << i;
        EXPECT_TRUE(texts.insert(text).second) << text;
    }
}

TEST(LoadError, CodesAreGroupedByClass) {
    EXPECT_EQ(load_error_class(LoadErrorCode::unexpected_end), LoadErrorClass::malformed);
    EXPECT_EQ(load_error_class(LoadErrorCode::code_size_mismatch), LoadErrorClass::malformed);
    EXPECT_EQ(load_error_class(LoadErrorCode::unknown_type), LoadErrorClass::invalid);
    EXPECT_EQ(load_error_class(LoadErrorCode::bad_start_function), LoadErrorClass::invalid);
    EXPECT_EQ(load_error_class(LoadErrorCode::unsupported_feature), LoadErrorClass::unsupported);
    EXPECT_EQ(load_error_class(LoadErrorCode::limit_exceeded), LoadErrorClass::limit);
}

}  // namespace
}  // namespace lockstep::vm::test
