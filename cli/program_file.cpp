#include "cli/program_file.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/failure.hpp"
#include "cli/files.hpp"
#include "cli/text.hpp"
#include "vm/module/limits.hpp"
#include "vm/program/host_functions.hpp"

namespace lockstep::cli {

namespace {

constexpr std::string_view kModule = "a WebAssembly module in the binary format";

bool starts_with(ByteView bytes, std::string_view prefix) {
    return bytes.size() >= prefix.size() &&
           std::ranges::equal(bytes.first(prefix.size()), prefix, {}, {},
                              [](char c) { return static_cast<std::uint8_t>(c); });
}

/// What the file may be where it does not begin as a module; else what a module is.
std::string guess(ByteView bytes) {
    using namespace std::string_view_literals;
    struct Format {
        std::string_view prefix;
        std::string_view advice;
    };
    constexpr std::array<Format, 6> kFormats{{
        {"\0asm\x0d\0\x01\0"sv,
         "a core module; this is a component, take the core module out of it"},
        {"("sv, "the binary format; this looks like the text format, convert it with wat2wasm"},
        {";;"sv, "the binary format; this looks like the text format, convert it with wat2wasm"},
        {"\x7f"
         "ELF"sv,
         "a WebAssembly module; this is a native program, compile for wasm32"},
        {"\x1f\x8b"sv, "a WebAssembly module; this is compressed, decompress it"},
        {"BC\xc0\xde"sv, "a WebAssembly module; this is LLVM bitcode, link it with wasm-ld"},
    }};
    for (const Format& format : kFormats) {
        if (starts_with(bytes, format.prefix)) {
            return std::string(format.advice);
        }
    }
    return std::string(kModule);
}

bool is_about_header(const vm::LoadError& error) {
    return error.code == vm::LoadErrorCode::bad_magic ||
           error.code == vm::LoadErrorCode::bad_version ||
           (error.code == vm::LoadErrorCode::unexpected_end && error.offset <= 8);
}

/// Whether the error's value is the index that does not exist.
bool has_index(vm::LoadErrorCode code) {
    return code >= vm::LoadErrorCode::unknown_type &&
           code <= vm::LoadErrorCode::unknown_data_segment;
}

std::string_view class_text(vm::LoadErrorCode code) {
    switch (vm::load_error_class(code)) {
        case vm::LoadErrorClass::malformed: return "malformed module";
        case vm::LoadErrorClass::invalid: return "invalid module";
        case vm::LoadErrorClass::unsupported: return "not supported";
        case vm::LoadErrorClass::limit: return "module too large";
    }
    return "refused";
}

bool is_about_import(vm::LoadErrorCode code) {
    return code == vm::LoadErrorCode::unsupported_import ||
           code == vm::LoadErrorCode::import_type_mismatch;
}

std::string reason(const LoadFailure& failure) {
    const vm::LoadError& error = failure.error;
    std::string text = fmt::format("{}: {}", class_text(error.code), load_error_text(error.code));
    if (is_about_import(error.code)) {
        return text + fmt::format(" '{}.{}'", printable(failure.import_module),
                                  printable(failure.import_name));
    }
    if (!error.name.empty()) {
        return text + fmt::format(": {}", error.name);
    }
    return has_index(error.code) ? text + fmt::format(" {}", error.value) : text;
}

/// What an import could be bound to.
std::string importable(const LoadFailure& failure, std::span<const LinkedFile> links) {
    constexpr std::string_view kHostFunctions =
        "of the module 'lockstep': the functions input_size, input_read, output_write, halt";
    const auto link = std::ranges::find(links, failure.import_module, &LinkedFile::name);
    if (failure.import_module == vm::kHostModule) {
        return std::string(kHostFunctions);
    }
    if (link == links.end()) {
        return fmt::format("{}; of others: what --link NAME=FILE adds", kHostFunctions);
    }
    const auto place = static_cast<std::size_t>(link - links.begin());
    return failure.linked && *failure.linked <= place
               ? fmt::format("--link of '{}' in front of the module", printable(link->name))
               : "an export of " + printable(link->path);
}

/// What the type of an import must be: the host function's, or that of another module's export.
std::string importable_type(const LoadFailure& failure, std::span<const LinkedFile> links) {
    const auto link = std::ranges::find(links, failure.import_module, &LinkedFile::name);
    return link == links.end() ? std::string(failure.error.name)
                               : "the type of the export of " + printable(link->path);
}

std::string expectation(const LoadFailure& failure, std::span<const LinkedFile> links,
                        ByteView file) {
    const vm::LoadError& error = failure.error;
    switch (error.code) {
        case vm::LoadErrorCode::unsupported_import: return importable(failure, links);
        case vm::LoadErrorCode::import_type_mismatch: return importable_type(failure, links);
        case vm::LoadErrorCode::limit_exceeded: return "at most " + grouped(error.value);
        default: return is_about_header(error) ? guess(file) : std::string();
    }
}

/// The bytes of a module, and enough of them for guess().
struct ModuleFile {
    Bytes bytes;
    Bytes beginning;
};

ModuleFile read_module(const std::string& path) {
    constexpr std::size_t kBeginningBytes = 16;
    Bytes bytes = read_file(path, vm::kMaxModuleBytes, "a module");
    if (bytes.empty()) {
        throw Failure(ExitCode::refused, "is empty").in(path).expected(std::string(kModule));
    }
    const auto size = std::min(bytes.size(), kBeginningBytes);
    Bytes beginning(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    return {.bytes = std::move(bytes), .beginning = std::move(beginning)};
}

}  // namespace

LoadedProgram load_program(const std::string& path, std::span<const LinkedFile> links,
                           const LoadOptions& options) {
    std::vector<LinkedModule> linked;
    std::vector<Bytes> beginnings;
    std::uint64_t size_bytes = 0;
    const auto read = [&](const std::string& file) {
        ModuleFile module = read_module(file);
        size_bytes += module.bytes.size();
        if (size_bytes > vm::kMaxModuleBytes) {  // before more is read
            throw Failure(ExitCode::refused, "is too large beside the modules linked with it")
                .in(file)
                .expected(fmt::format("at most {} bytes together", grouped(vm::kMaxModuleBytes)));
        }
        beginnings.push_back(std::move(module.beginning));
        return std::move(module.bytes);
    };
    for (const LinkedFile& link : links) {
        linked.push_back({.name = link.name, .wasm = read(link.path)});
    }
    Bytes bytes = read(path);
    auto program = LoadedProgram::load(std::move(linked), std::move(bytes), options);
    if (!program) {
        const LoadFailure& failure = program.error();
        throw Failure(ExitCode::refused, reason(failure))
            .in(failure.linked ? links[*failure.linked].path : path)
            .at(failure.error.offset)
            .expected(
                expectation(failure, links, beginnings[failure.linked.value_or(links.size())]));
    }
    return *std::move(program);
}

}  // namespace lockstep::cli
