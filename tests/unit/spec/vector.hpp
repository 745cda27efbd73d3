#pragma once

// The vectors at the end of each page of docs/spec: one JSON object in a fenced block under the
// heading "Vectors". Each member is a vector: its name, and an object with the fields of its check.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/bytes.hpp"
#include "base/hash256.hpp"

namespace lockstep::spec_test {

/// One vector. Every reader throws where the field is missing or is something else, and remembers
/// that the field was read.
class Vector {
public:
    explicit Vector(boost::json::object fields) : fields_(std::move(fields)) {}

    [[nodiscard]] bool has(std::string_view name) const { return fields_.contains(name); }
    [[nodiscard]] std::string text(std::string_view name) const;
    /// A JSON number, or big-endian hexadecimal of at most 8 bytes.
    [[nodiscard]] std::uint64_t number(std::string_view name) const;
    [[nodiscard]] Bytes bytes(std::string_view name) const;
    [[nodiscard]] Hash256 hash(std::string_view name) const;
    [[nodiscard]] std::vector<std::uint64_t> numbers(std::string_view name) const;
    [[nodiscard]] std::vector<Bytes> byte_strings(std::string_view name) const;
    [[nodiscard]] std::vector<Hash256> hashes(std::string_view name) const;
    /// A list of lists of numbers.
    [[nodiscard]] std::vector<std::vector<std::uint64_t>> rows(std::string_view name) const;

    /// The fields that nobody has read: a vector must not say more than what is checked.
    [[nodiscard]] std::vector<std::string> unread_fields() const;

private:
    [[nodiscard]] const boost::json::value& field(std::string_view name) const;

    boost::json::object fields_;
    mutable std::set<std::string, std::less<>> read_;
};

using Page = std::map<std::string, Vector, std::less<>>;

/// The vectors of a page's text; throws where there is not exactly one block of them.
[[nodiscard]] Page vectors_of(std::string_view markdown);

/// The vectors of docs/spec/<name>.
[[nodiscard]] Page read_page(std::string_view name);

}  // namespace lockstep::spec_test
