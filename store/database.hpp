#pragma once

// LevelDB with errors as values. Everything else of it stays in database.cpp.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "store/folder.hpp"
#include "store/store.hpp"
#include "store/store_error.hpp"

namespace leveldb {
class WriteBatch;
}  // namespace leveldb

namespace lockstep::store {

/// Changes that take place all together or not at all.
class Batch {
public:
    Batch();
    Batch(Batch&&) noexcept;
    Batch& operator=(Batch&&) noexcept;
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;
    ~Batch();

    void put(ByteView key, ByteView value);
    /// With the seal of a value that its key does not commit to.
    void put_sealed(ByteView key, ByteView body);
    void erase(ByteView key);

    [[nodiscard]] std::size_t bytes() const;

private:
    friend class Database;
    std::unique_ptr<leveldb::WriteBatch> changes_;
};

struct Entry {
    Bytes key;
    Bytes value;
};

class Database {
public:
    [[nodiscard]] static StoreResult<std::unique_ptr<Database>> open(const std::string& folder,
                                                                     const StoreOptions& options);
    /// After LevelDB's repair, if that leaves anything to open.
    [[nodiscard]] static StoreResult<std::unique_ptr<Database>> repair(const std::string& folder,
                                                                       const StoreOptions& options);

    Database(const Database&) = delete;
    Database(Database&&) = delete;
    Database& operator=(const Database&) = delete;
    Database& operator=(Database&&) = delete;
    ~Database();

    [[nodiscard]] StoreResult<std::optional<Bytes>> get(ByteView key) const;
    /// The body of a sealed value.
    [[nodiscard]] StoreResult<std::optional<Bytes>> get_sealed(ByteView key) const;
    [[nodiscard]] StoreResult<bool> has(ByteView key) const;

    /// Entries whose keys begin with the prefix, in ascending order, until `visit` gives false or an
    /// error. What it changes in the database is not seen.
    using Visit = std::function<StoreResult<bool>(ByteView key, ByteView value)>;
    [[nodiscard]] StoreResult<void> scan(ByteView prefix, const Visit& visit) const;
    /// The last entry at or before `key` whose key begins with the prefix.
    [[nodiscard]] StoreResult<std::optional<Entry>> last(ByteView prefix, ByteView key) const;

    /// Leaves the batch empty. After an error all further writes fail with it. Each write waits for the
    /// disk, if any does: LevelDB starts new logs without waiting for the old ones, so that otherwise
    /// a power failure could take an earlier write and leave a later one.
    [[nodiscard]] StoreResult<void> write(Batch& batch);
    /// Drops what has been overwritten and erased.
    void compact();

    [[nodiscard]] StoreResult<std::uint64_t> disk_bytes() const;
    [[nodiscard]] const std::string& folder() const { return folder_.path(); }
    [[nodiscard]] const StoreOptions& options() const { return options_; }
    [[nodiscard]] const StoreLayout& layout() const { return options_.layout; }

    /// Raised whenever entries that others may refer to have been removed.
    [[nodiscard]] std::uint64_t sweeps() const { return sweeps_; }
    void count_sweep() { ++sweeps_; }

    [[nodiscard]] StoreError corrupted(const std::string& what) const;

private:
    struct Engine;

    Database(Folder folder, const StoreOptions& options);
    [[nodiscard]] StoreResult<void> open_engine(bool create);
    [[nodiscard]] StoreResult<void> write_format();

    Folder folder_;
    StoreOptions options_;
    std::unique_ptr<Engine> engine_;
    std::optional<StoreError> write_error_{};
    std::uint64_t sweeps_ = 0;
};

}  // namespace lockstep::store
