#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "store/store.hpp"
#include "store/store_error.hpp"

namespace lockstep::store {

/// The folder of a store: a file that says that it is one (LOCKSTEP-STORE), a file that is locked as
/// long as somebody has it open (LOCKSTEP-LOCK), and LevelDB's folder (database). LevelDB is not let
/// near a folder that is not ours: opening is writing, to it.
class Folder {
public:
    /// Locks the folder. One that does not exist or is empty becomes a store where the options allow:
    /// is_new(), until confirm().
    [[nodiscard]] static StoreResult<Folder> open(const std::string& path,
                                                  const StoreOptions& options);

    /// The same for a store whose file of that name may be damaged: format() is then empty.
    [[nodiscard]] static StoreResult<Folder> open_damaged(const std::string& path,
                                                          const StoreOptions& options);

    Folder(Folder&& other) noexcept;
    Folder& operator=(Folder&& other) = delete;
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder();

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string database_path() const { return path_ + "/database"; }
    [[nodiscard]] bool is_new() const { return is_new_; }
    [[nodiscard]] const StoreLayout& layout() const { return layout_; }
    /// What the file says: versions and layout.
    [[nodiscard]] const std::string& format() const { return format_; }

    /// Takes the text of the format record, and writes it to a file that is not the marker yet.
    [[nodiscard]] StoreResult<void> write_new_format(std::string_view text);
    /// From now on that file is the marker, and the folder is a store.
    [[nodiscard]] StoreResult<void> confirm();

    /// All files in it.
    [[nodiscard]] StoreResult<std::uint64_t> disk_bytes() const;

private:
    explicit Folder(std::string path) : path_(std::move(path)) {}

    [[nodiscard]] StoreResult<void> lock(std::uint32_t milliseconds);
    [[nodiscard]] StoreResult<void> take_format(std::string_view text);

    std::string path_;
    int lock_ = -1;
    bool is_new_ = false;
    StoreLayout layout_{};
    std::string format_{};
};

/// An error of the operating system, by its number.
[[nodiscard]] StoreError system_error(int number, const std::string& path, const std::string& what);

/// "run `lockstep store rebuild FOLDER` ..."
[[nodiscard]] std::string rebuild_advice(const std::string& folder);

/// Whether all values are ones that a store can be made with.
[[nodiscard]] bool is_valid(const StoreLayout& layout);

}  // namespace lockstep::store
