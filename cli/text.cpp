#include "cli/text.hpp"

#include <array>
#include <cstdio>

#include <fmt/format.h>

namespace lockstep::cli {

namespace {

struct Character {
    std::size_t size = 1;  // bytes
    std::uint32_t code = 0;
    bool is_valid = false;
};

/// The UTF-8 character at the front of a text that is not empty.
Character next_character(std::string_view text) {
    struct Form {
        std::uint8_t mask;
        std::uint8_t lead;
        std::size_t size;
        std::uint32_t least;
    };
    constexpr std::array<Form, 4> kForms{{
        {0x80, 0x00, 1, 0},
        {0xE0, 0xC0, 2, 0x80},
        {0xF0, 0xE0, 3, 0x800},
        {0xF8, 0xF0, 4, 0x1'0000},
    }};
    const auto first = static_cast<std::uint8_t>(text.front());
    for (const Form& form : kForms) {
        if ((first & form.mask) != form.lead || text.size() < form.size) {
            continue;
        }
        std::uint32_t code = first & static_cast<std::uint8_t>(~form.mask);
        for (const char c : text.substr(1, form.size - 1)) {
            const auto byte = static_cast<std::uint8_t>(c);
            if ((byte & 0xC0U) != 0x80U) {
                return {.size = 1, .code = first, .is_valid = false};
            }
            code = (code << 6U) | (byte & 0x3FU);
        }
        const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
        if (code >= form.least && code <= 0x10'FFFF && !is_surrogate) {
            return {.size = form.size, .code = code, .is_valid = true};
        }
    }
    return {.size = 1, .code = first, .is_valid = false};
}

/// Control characters, and those that reorder, hide or break the text around them.
bool is_unsafe(std::uint32_t code) {
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0xAD || code == 0x61C ||
           (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF ||
           (code >= 0xFFF9 && code <= 0xFFFB) || (code >= 0xE'0000 && code <= 0xE'0FFF);
}

}  // namespace

std::string printable(std::string_view text, std::size_t max_characters) {
    std::string safe;
    for (std::size_t count = 0; !text.empty(); ++count) {
        if (count == max_characters) {
            return safe + "...";
        }
        const Character character = next_character(text);
        if (!character.is_valid) {
            safe += fmt::format("\\x{:02x}", character.code);
        } else if (is_unsafe(character.code)) {
            safe += fmt::format("\\u{{{:x}}}", character.code);
        } else {
            safe += text.substr(0, character.size);
        }
        text.remove_prefix(character.size);
    }
    return safe;
}

std::string grouped(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, ",");
    }
    return digits;
}

std::string counted(std::uint64_t number, std::string_view noun) {
    return fmt::format("{} {}{}", grouped(number), noun, number == 1 ? "" : "s");
}

std::string file_name(std::string_view path) {
    return printable(path.substr(path.rfind('/') + 1));
}

void print_field(std::string_view label, std::string_view value) {
    fmt::print("  {:<12} {}\n", label, value);
}

void print_line(std::string_view line) {
    fmt::print("{}\n", line);
}

}  // namespace lockstep::cli
