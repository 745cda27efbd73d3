// Every page of docs/spec ends in vectors, and this checks them all. What no check knows is a
// failure: a page, a kind of vector, a field. verifier-solidity/test/SpecVectors.t.sol reads the
// same pages.

#include <algorithm>
#include <exception>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/spec/checks.hpp"
#include "tests/unit/spec/vector.hpp"

namespace lockstep::spec_test {

const Check* find_check(std::string_view name) {
    static const std::vector<Check> checks = [] {
        std::vector<Check> all;
        for (const auto& some :
             {state_checks(), step_checks(), bundle_checks(), module_checks(), history_checks()}) {
            all.insert(all.end(), some.begin(), some.end());
        }
        return all;
    }();
    const auto found = std::ranges::find(checks, name, &Check::name);
    return found == checks.end() ? nullptr : &*found;
}

namespace {

/// The index has no vectors, and the table of opcodes is compared with the table that it is made from.
bool has_vectors(const std::filesystem::path& page) {
    return page.extension() == ".md" && page.filename() != "README.md" &&
           page.filename() != "opcodes.md";
}

std::vector<std::string> pages_with_vectors() {
    std::vector<std::string> pages;
    const std::filesystem::path folder(LOCKSTEP_SOURCE_DIR "/docs/spec");
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (has_vectors(entry.path())) {
            pages.push_back(entry.path().filename().string());
        }
    }
    std::ranges::sort(pages);
    return pages;
}

void check_vector(const Vector& vector) {
    const std::string name = vector.text("check");
    const Check* const check = find_check(name);
    ASSERT_NE(check, nullptr) << "nothing checks " << name;
    check->run(vector);
    EXPECT_THAT(vector.unread_fields(), testing::IsEmpty());
}

TEST(Spec, EachVectorHolds) {
    const auto pages = pages_with_vectors();
    EXPECT_GE(pages.size(), 7U);
    for (const std::string& name : pages) {
        SCOPED_TRACE(name);
        Page page;
        ASSERT_NO_THROW(page = read_page(name));
        EXPECT_FALSE(page.empty());
        for (const auto& [vector_name, vector] : page) {
            SCOPED_TRACE(vector_name);
            EXPECT_NO_THROW(check_vector(vector));
        }
    }
}

TEST(Spec, UnknownChecksAreNotFound) {
    EXPECT_NE(find_check("value_link"), nullptr);
    EXPECT_EQ(find_check("no such check"), nullptr);
}

TEST(Spec, FieldsThatNobodyReadAreTold) {
    const Page page = vectors_of(
        "# A page\n\n## Vectors\n\n```json\n"
        R"({"some_vector": {"check": "some_check", "a": 1, "b": "0x02"}})"
        "\n```\n");
    ASSERT_EQ(page.size(), 1U);
    const Vector& vector = page.begin()->second;
    EXPECT_EQ(vector.number("b"), 2U);
    EXPECT_THAT(vector.unread_fields(), testing::ElementsAre("check", "a"));
    EXPECT_THROW((void)vector.number("c"), std::exception);
}

TEST(Spec, PagesWithoutOneBlockOfVectorsAreRejected) {
    const std::string block = "\n```json\n{}\n```\n";
    EXPECT_NO_THROW((void)vectors_of("\n## Vectors\n" + block));
    EXPECT_THROW((void)vectors_of(block), std::exception);
    EXPECT_THROW((void)vectors_of("\n## Vectors\n"), std::exception);
    EXPECT_THROW((void)vectors_of("\n## Vectors\n" + block + block), std::exception);
}

}  // namespace

}  // namespace lockstep::spec_test
