#pragma once

// The tagged messages of docs/spec/state.md, section 1. Each is a struct that lists its fields once;
// hashing, writing and reading follow from the list.

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "base/bytes.hpp"
#include "base/hash256.hpp"
#include "merkle/domain_tag.hpp"
#include "merkle/sha256.hpp"
#include "vm/machine/gas.hpp"

namespace lockstep::trace {

struct StateRecord {
    static constexpr auto kTag = merkle::DomainTag::state;
    Hash256 image;
    Hash256 environment;
    Hash256 values;
    Hash256 locals;
    Hash256 callers;
    std::uint8_t status = 0;
    std::uint32_t code = 0;
    std::uint32_t pc = 0;
    std::uint32_t call_depth = 0;
    std::uint32_t slots_used = 0;
    std::uint64_t steps = 0;
    std::uint64_t gas = 0;

    static auto fields(auto& r) {
        return std::tie(r.image, r.environment, r.values, r.locals, r.callers, r.status, r.code,
                        r.pc, r.call_depth, r.slots_used, r.steps, r.gas);
    }
    bool operator==(const StateRecord&) const = default;
};

struct EnvironmentRecord {
    static constexpr auto kTag = merkle::DomainTag::environment;
    Hash256 memories;
    Hash256 globals;
    Hash256 tables;
    Hash256 io;

    static auto fields(auto& r) { return std::tie(r.memories, r.globals, r.tables, r.io); }
};

struct MemoryRecord {
    static constexpr auto kTag = merkle::DomainTag::memory_record;
    Hash256 root;
    std::uint32_t pages = 0;
    std::uint32_t max_pages = 0;

    static auto fields(auto& r) { return std::tie(r.root, r.pages, r.max_pages); }
};

struct TableRecord {
    static constexpr auto kTag = merkle::DomainTag::table_record;
    Hash256 slots;
    std::uint32_t size = 0;
    std::uint32_t max = 0;

    static auto fields(auto& r) { return std::tie(r.slots, r.size, r.max); }
};

struct IoRecord {
    static constexpr auto kTag = merkle::DomainTag::io;
    Hash256 input;
    std::uint64_t input_length = 0;
    Hash256 output;
    std::uint64_t output_length = 0;

    static auto fields(auto& r) {
        return std::tie(r.input, r.input_length, r.output, r.output_length);
    }
};

struct ImageRecord {
    static constexpr auto kTag = merkle::DomainTag::image;
    std::uint16_t version = vm::kSpecVersion;
    std::uint8_t code_depth = 0;
    Hash256 code;
    Hash256 program;

    static auto fields(auto& r) { return std::tie(r.version, r.code_depth, r.code, r.program); }
};

struct ProgramRecord {
    static constexpr auto kTag = merkle::DomainTag::program;
    std::uint8_t functions_depth = 0;
    std::uint8_t data_depth = 0;
    std::uint8_t elements_depth = 0;
    Hash256 functions;
    Hash256 data;
    Hash256 elements;
    Hash256 initial;

    static auto fields(auto& r) {
        return std::tie(r.functions_depth, r.data_depth, r.elements_depth, r.functions, r.data,
                        r.elements, r.initial);
    }
};

struct InitialRecord {
    static constexpr auto kTag = merkle::DomainTag::initial;
    Hash256 memories;
    Hash256 globals;
    Hash256 tables;

    static auto fields(auto& r) { return std::tie(r.memories, r.globals, r.tables); }
};

/// One of the structs above.
template <typename R>
concept Record = requires(R record) {
    { R::kTag } -> std::convertible_to<merkle::DomainTag>;
    R::fields(record);
};

namespace detail {

inline void write_field(std::uint8_t* to, const Hash256& field) {
    // Not byte by byte, which is what the compiler makes of std::copy where ranges may overlap.
    std::memcpy(to, field.bytes.data(), field.bytes.size());
}

template <std::unsigned_integral T>
void write_field(std::uint8_t* to, T field) {
    store_be(to, field);
}

template <typename... Fields>
constexpr std::size_t size_of_fields(std::type_identity<std::tuple<Fields&...>> /*fields*/) {
    return (sizeof(Fields) + ... + 0);
}

}  // namespace detail

/// Size of tag and fields.
template <Record R>
inline constexpr std::size_t kMessageBytes =
    1 + detail::size_of_fields(std::type_identity<decltype(R::fields(std::declval<R&>()))>());

namespace detail {

/// Where a field begins in the message.
template <Record R, std::size_t kField>
consteval std::size_t field_offset() {
    using Fields = decltype(R::fields(std::declval<R&>()));
    return [&]<std::size_t... kBefore>(std::index_sequence<kBefore...>) {
        return (std::size_t{1} + ... +
                sizeof(std::remove_reference_t<std::tuple_element_t<kBefore, Fields>>));
    }(std::make_index_sequence<kField>());
}

/// Writes what of a field at `offset` lies at or behind `begin`, to where `begin` is.
template <std::size_t kOffset, std::size_t kBegin, typename T>
void write_field_from(const T& field, std::uint8_t* to) {
    if constexpr (kOffset >= kBegin) {
        write_field(to + (kOffset - kBegin), field);
    } else if constexpr (kOffset + sizeof(T) > kBegin) {
        std::array<std::uint8_t, sizeof(T)> bytes;
        write_field(bytes.data(), field);
        std::memcpy(to, bytes.data() + (kBegin - kOffset), kOffset + sizeof(T) - kBegin);
    }
}

}  // namespace detail

/// Writes tag and fields, from the message's byte `kBegin` on: kMessageBytes - kBegin.
template <std::size_t kBegin = 0, Record R>
void write_message(const R& record, std::uint8_t* to) {
    static_assert(kMessageBytes<R> != merkle::kNodeMessageBytes);
    if constexpr (kBegin == 0) {
        *to = static_cast<std::uint8_t>(R::kTag);
    }
    const auto fields = R::fields(record);
    [&]<std::size_t... kField>(std::index_sequence<kField...>) {
        (detail::write_field_from<detail::field_offset<R, kField>(), kBegin>(
             std::get<kField>(fields), to),
         ...);
    }(std::make_index_sequence<std::tuple_size_v<decltype(fields)>>());
}

/// Writes the fields, without the tag.
template <Record R>
void append(ByteWriter& writer, const R& record) {
    std::apply([&](const auto&... field) { (writer.put(field), ...); }, R::fields(record));
}

/// The hash of tag and fields.
template <Record R>
[[nodiscard]] Hash256 hash(const R& record) {
    merkle::PaddedMessage<kMessageBytes<R>> message;
    write_message(record, message.blocks.data());
    return merkle::sha256_of_blocks(message.blocks);
}

namespace detail {

[[nodiscard]] inline bool read_field(ByteReader& reader, Hash256& field) {
    const auto value = reader.read_hash();
    field = value.value_or(Hash256{});
    return value.has_value();
}

template <std::unsigned_integral T>
[[nodiscard]] bool read_field(ByteReader& reader, T& field) {
    const auto value = reader.read<T>();
    field = value.value_or(T{});
    return value.has_value();
}

}  // namespace detail

/// Reads the fields, without the tag; nullopt where the bytes end too early.
template <Record R>
[[nodiscard]] std::optional<R> read_record(ByteReader& reader) {
    R record;
    const bool complete =
        std::apply([&](auto&... field) { return (detail::read_field(reader, field) && ...); },
                   R::fields(record));
    return complete ? std::optional<R>(record) : std::nullopt;
}

}  // namespace lockstep::trace
