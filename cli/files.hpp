#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.hpp"

namespace lockstep::cli {

/// The bytes of a file, which may be a pipe. Throws Failure: where there is none, where it is a
/// directory, and where it is longer than `limit_bytes`, in which case nothing is read of a regular
/// file. `what` says what the limit is for, as in "a module".
[[nodiscard]] Bytes read_file(const std::string& path, std::uint64_t limit_bytes,
                              const std::string& what);

/// A file that appears complete or not at all: the bytes go to a temporary file beside it, which
/// takes its name at the end. A pipe or device is written to as it is. Throws Failure.
class OutputFile {
public:
    /// Makes the temporary file, so that a folder that cannot be written to is found at once.
    explicit OutputFile(std::string path);
    OutputFile(const OutputFile&) = delete;
    OutputFile(OutputFile&&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;
    OutputFile& operator=(OutputFile&&) = delete;
    ~OutputFile();

    /// Writes the file. To be called once.
    void commit(ByteView bytes);

private:
    void open_temporary();
    void close_and_rename();

    std::string path_;       // as given
    std::string target_;     // with symbolic links followed
    std::string temporary_;  // empty where the target is written to directly
    int descriptor_ = -1;
};

}  // namespace lockstep::cli
