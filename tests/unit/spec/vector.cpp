#include "tests/unit/spec/vector.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include <boost/json/parse.hpp>

#include "base/hex.hpp"

namespace lockstep::spec_test {

namespace {

constexpr std::string_view kHeading = "\n## Vectors\n";
constexpr std::string_view kBlockBegin = "\n```json\n";
constexpr std::string_view kBlockEnd = "\n```\n";

Bytes to_bytes(const boost::json::value& value) {
    const auto bytes = bytes_from_hex(std::string(value.as_string()));
    if (!bytes) {
        throw std::runtime_error("not hexadecimal: " + std::string(value.as_string()));
    }
    return *bytes;
}

Hash256 to_hash(const boost::json::value& value) {
    const auto hash = hash_from_hex(std::string(value.as_string()));
    if (!hash) {
        throw std::runtime_error("not a hash: " + std::string(value.as_string()));
    }
    return *hash;
}

std::uint64_t to_number(const boost::json::value& value) {
    if (!value.is_string()) {
        return value.to_number<std::uint64_t>();
    }
    const Bytes bytes = to_bytes(value);
    if (bytes.size() > sizeof(std::uint64_t)) {
        throw std::runtime_error("longer than a number");
    }
    std::uint64_t number = 0;
    for (const std::uint8_t byte : bytes) {
        number = number << 8U | byte;
    }
    return number;
}

template <typename Convert>
auto convert_all(const boost::json::value& list, Convert convert) {
    std::vector<decltype(convert(list))> converted;
    for (const boost::json::value& value : list.as_array()) {
        converted.push_back(convert(value));
    }
    return converted;
}

}  // namespace

const boost::json::value& Vector::field(std::string_view name) const {
    const boost::json::value* const value = fields_.if_contains(name);
    if (value == nullptr) {
        throw std::runtime_error("no field " + std::string(name));
    }
    read_.emplace(name);
    return *value;
}

std::string Vector::text(std::string_view name) const {
    return std::string(field(name).as_string());
}

std::uint64_t Vector::number(std::string_view name) const {
    return to_number(field(name));
}

Bytes Vector::bytes(std::string_view name) const {
    return to_bytes(field(name));
}

Hash256 Vector::hash(std::string_view name) const {
    return to_hash(field(name));
}

std::vector<std::uint64_t> Vector::numbers(std::string_view name) const {
    return convert_all(field(name), to_number);
}

std::vector<Bytes> Vector::byte_strings(std::string_view name) const {
    return convert_all(field(name), to_bytes);
}

std::vector<Hash256> Vector::hashes(std::string_view name) const {
    return convert_all(field(name), to_hash);
}

std::vector<std::vector<std::uint64_t>> Vector::rows(std::string_view name) const {
    return convert_all(field(name), [](const auto& row) { return convert_all(row, to_number); });
}

std::vector<std::string> Vector::unread_fields() const {
    std::vector<std::string> unread;
    for (const auto& member : fields_) {
        if (!read_.contains(std::string(member.key()))) {
            unread.emplace_back(member.key());
        }
    }
    return unread;
}

Page vectors_of(std::string_view markdown) {
    const std::size_t heading = markdown.find(kHeading);
    if (heading == std::string_view::npos) {
        throw std::runtime_error("no heading \"Vectors\"");
    }
    const std::string_view section = markdown.substr(heading + kHeading.size());
    const std::size_t begin = section.find(kBlockBegin);
    const std::size_t end = section.find(kBlockEnd, begin == std::string_view::npos ? 0 : begin);
    if (begin == std::string_view::npos || end == std::string_view::npos) {
        throw std::runtime_error("no block of vectors");
    }
    if (section.find(kBlockBegin, end) != std::string_view::npos) {
        throw std::runtime_error("a second block of vectors");
    }
    const std::size_t text = begin + kBlockBegin.size();
    Page page;
    const boost::json::value vectors = boost::json::parse(section.substr(text, end - text));
    for (const auto& member : vectors.as_object()) {
        page.emplace(member.key(), Vector(member.value().as_object()));
    }
    return page;
}

Page read_page(std::string_view name) {
    const auto path = std::filesystem::path(LOCKSTEP_SOURCE_DIR) / "docs" / "spec" / name;
    std::ifstream file(path);
    if (!file) {
        throw std::runtime_error("cannot read " + path.string());
    }
    return vectors_of(std::string(std::istreambuf_iterator<char>(file), {}));
}

}  // namespace lockstep::spec_test
