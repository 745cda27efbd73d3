#pragma once

#include <cstdint>
#include <expected>
#include <stdexcept>
#include <string>
#include <string_view>

namespace lockstep::store {

enum class StoreErrorKind : std::uint8_t {
    missing,          // no such folder
    not_a_store,      // the folder holds something else
    foreign_version,  // of the format, or of the specification
    locked,           // in use by another process, or by this one
    not_writable,     // the folder or a file of it may not be written to
    disk_full,
    over_limit,  // StoreOptions::max_bytes
    corrupted,   // what is there is not what was written
    exists,      // the trace has been begun already
    mismatch,    // what was asked for is of another execution
    failed,      // whatever else the host refuses
};

[[nodiscard]] std::string_view store_error_name(StoreErrorKind kind);

/// `message` is a sentence for people: where, what was found, what was expected, what to do.
struct StoreError {
    StoreErrorKind kind = StoreErrorKind::failed;
    std::string message{};
};

template <typename T>
using StoreResult = std::expected<T, StoreError>;

/// An error where only an exception gets through: out of a TraceSink or a HistorySource.
class StoreFailure : public std::runtime_error {
public:
    explicit StoreFailure(StoreError error)
        : std::runtime_error(error.message), error_(std::move(error)) {}

    [[nodiscard]] const StoreError& error() const { return error_; }

private:
    StoreError error_;
};

}  // namespace lockstep::store
