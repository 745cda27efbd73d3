#include "store/database.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <string_view>
#include <system_error>
#include <utility>

#include <leveldb/cache.h>
#include <leveldb/db.h>
#include <leveldb/filter_policy.h>
#include <leveldb/iterator.h>
#include <leveldb/options.h>
#include <leveldb/status.h>
#include <leveldb/write_batch.h>

#include "base/check.hpp"
#include "store/keys.hpp"
#include "store/sealed_value.hpp"

namespace lockstep::store {

namespace {

constexpr int kFilterBitsPerKey = 10;
/// A batch's header.
constexpr std::size_t kEmptyBatchBytes = 12;

leveldb::Slice slice(ByteView bytes) {
    if (bytes.empty()) {
        return {};  // which compares, unlike one from a null pointer
    }
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

ByteView view(const leveldb::Slice& slice) {
    return {reinterpret_cast<const std::uint8_t*>(slice.data()), slice.size()};
}

Bytes copy(ByteView bytes) {
    return {bytes.begin(), bytes.end()};
}

/// LevelDB gives errors of the system as texts only.
bool names(const std::string& text, std::initializer_list<int> numbers) {
    return std::ranges::any_of(numbers, [&](int number) {
        return std::string_view(text).contains(std::generic_category().message(number));
    });
}

StoreError from_status(const leveldb::Status& status, const std::string& folder) {
    const std::string text = status.ToString();
    if (status.IsIOError()) {
        for (const int number : {ENOSPC, EDQUOT, EFBIG, EACCES, EPERM, EROFS}) {
            if (names(text, {number})) {
                return system_error(number, folder, text);
            }
        }
        // A file that is missing, or shorter than it was.
        if (!names(text, {ENOENT, EINVAL})) {
            return {StoreErrorKind::failed, folder + ": " + text};
        }
    }
    return {StoreErrorKind::corrupted,
            folder + ": the store is damaged: " + text + "; " + rebuild_advice(folder)};
}

leveldb::ReadOptions read_options(bool fill_cache) {
    leveldb::ReadOptions options;
    options.verify_checksums = true;
    options.fill_cache = fill_cache;
    return options;
}

}  // namespace

Batch::Batch() : changes_(std::make_unique<leveldb::WriteBatch>()) {}
Batch::Batch(Batch&&) noexcept = default;
Batch& Batch::operator=(Batch&&) noexcept = default;
Batch::~Batch() = default;

void Batch::put(ByteView key, ByteView value) {
    changes_->Put(slice(key), slice(value));
}

void Batch::put_sealed(ByteView key, ByteView body) {
    put(key, seal(key, body));
}

void Batch::erase(ByteView key) {
    changes_->Delete(slice(key));
}

std::size_t Batch::bytes() const {
    return changes_->ApproximateSize();
}

/// What is open, in the order in which it must be closed, from the last to the first.
struct Database::Engine {
    std::unique_ptr<leveldb::Cache> cache{};
    std::unique_ptr<const leveldb::FilterPolicy> filter{};
    leveldb::Options options{};
    std::unique_ptr<leveldb::DB> db{};

    explicit Engine(const StoreOptions& wanted)
        : cache(leveldb::NewLRUCache(wanted.cache_bytes)),
          filter(leveldb::NewBloomFilterPolicy(kFilterBitsPerKey)) {
        options.paranoid_checks = true;
        options.block_cache = cache.get();
        options.filter_policy = filter.get();
        options.write_buffer_size = wanted.write_buffer_bytes;
    }
};

Database::Database(Folder folder, const StoreOptions& options)
    : folder_(std::move(folder)), options_(options), engine_(std::make_unique<Engine>(options)) {
    options_.layout = folder_.layout();
}

Database::~Database() = default;

StoreResult<std::unique_ptr<Database>> Database::open(const std::string& folder,
                                                      const StoreOptions& options) {
    LOCKSTEP_CHECK(is_valid(options.layout));
    LOCKSTEP_TRY(Folder opened, Folder::open(folder, options));
    std::unique_ptr<Database> database(new Database(std::move(opened), options));
    const bool is_new = database->folder_.is_new();
    LOCKSTEP_TRY_VOID(database->open_engine(is_new));
    if (is_new) {
        LOCKSTEP_TRY_VOID(database->write_format());
        LOCKSTEP_TRY_VOID(database->folder_.confirm());
    }
    LOCKSTEP_TRY(const auto format, database->get_sealed(format_key()));
    if (!format || !std::ranges::equal(*format, database->folder_.format(), {},
                                       [](std::uint8_t byte) { return static_cast<char>(byte); })) {
        return std::unexpected(database->corrupted("the format record is missing or another one"));
    }
    return database;
}

StoreResult<std::unique_ptr<Database>> Database::repair(const std::string& folder,
                                                        const StoreOptions& options) {
    LOCKSTEP_TRY(Folder opened, Folder::open_damaged(folder, options));
    std::unique_ptr<Database> database(new Database(std::move(opened), options));
    const Folder& locked = database->folder_;
    const leveldb::Status status =
        leveldb::RepairDB(locked.database_path(), database->engine_->options);
    if (!status.ok()) {
        return std::unexpected(from_status(status, folder));
    }
    LOCKSTEP_TRY_VOID(database->open_engine(false));
    if (!locked.format().empty()) {
        LOCKSTEP_TRY_VOID(database->write_format());
        return database;
    }
    LOCKSTEP_TRY(const auto format, database->get_sealed(format_key()));
    if (!format) {
        return std::unexpected(StoreError{
            StoreErrorKind::corrupted,
            folder + ": both places that say what is in the store are damaged; it is lost"});
    }
    LOCKSTEP_TRY_VOID(database->folder_.write_new_format(
        std::string_view(reinterpret_cast<const char*>(format->data()), format->size())));
    LOCKSTEP_TRY_VOID(database->folder_.confirm());
    database->options_.layout = locked.layout();
    return database;
}

StoreResult<void> Database::open_engine(bool create) {
    leveldb::Options options = engine_->options;
    options.create_if_missing = create;
    leveldb::DB* db = nullptr;
    const leveldb::Status status = leveldb::DB::Open(options, folder_.database_path(), &db);
    engine_->db.reset(db);
    if (!status.ok()) {
        return std::unexpected(from_status(status, folder()));
    }
    return {};
}

StoreResult<void> Database::write_format() {
    const std::string& text = folder_.format();
    Batch batch;
    batch.put_sealed(format_key(), view(text));
    return write(batch);
}

StoreResult<std::optional<Bytes>> Database::get(ByteView key) const {
    std::string value;
    const leveldb::Status status = engine_->db->Get(read_options(true), slice(key), &value);
    if (status.IsNotFound()) {
        return std::nullopt;
    }
    if (!status.ok()) {
        return std::unexpected(from_status(status, folder()));
    }
    return copy(view(value));
}

StoreResult<std::optional<Bytes>> Database::get_sealed(ByteView key) const {
    LOCKSTEP_TRY(const auto value, get(key));
    if (!value) {
        return std::nullopt;
    }
    const std::optional<ByteView> body = unseal(key, *value);
    if (!body) {
        return std::unexpected(corrupted("the checksum of " + describe_key(key) + " is wrong"));
    }
    return copy(*body);
}

StoreResult<bool> Database::has(ByteView key) const {
    LOCKSTEP_TRY(const auto value, get(key));
    return value.has_value();
}

StoreResult<void> Database::scan(ByteView prefix, const Visit& visit) const {
    const std::unique_ptr<leveldb::Iterator> at(engine_->db->NewIterator(read_options(false)));
    for (at->Seek(slice(prefix)); at->Valid() && at->key().starts_with(slice(prefix)); at->Next()) {
        LOCKSTEP_TRY(const bool goes_on, visit(view(at->key()), view(at->value())));
        if (!goes_on) {
            break;
        }
    }
    // A file's part that cannot be read has been passed over.
    if (!at->status().ok()) {
        return std::unexpected(from_status(at->status(), folder()));
    }
    return {};
}

StoreResult<std::optional<Entry>> Database::last(ByteView prefix, ByteView key) const {
    const std::unique_ptr<leveldb::Iterator> at(engine_->db->NewIterator(read_options(true)));
    at->Seek(slice(key));
    if (at->Valid() && at->key() != slice(key)) {
        at->Prev();
    } else if (!at->Valid() && at->status().ok()) {
        at->SeekToLast();
    }
    if (!at->status().ok()) {
        return std::unexpected(from_status(at->status(), folder()));
    }
    if (!at->Valid() || !at->key().starts_with(slice(prefix))) {
        return std::nullopt;
    }
    return Entry{.key = copy(view(at->key())), .value = copy(view(at->value()))};
}

StoreResult<void> Database::write(Batch& batch) {
    LOCKSTEP_CHECK(!options_.read_only);
    if (write_error_) {
        return std::unexpected(*write_error_);
    }
    if (batch.bytes() <= kEmptyBatchBytes) {
        return {};
    }
    leveldb::WriteOptions options;
    options.sync = options_.sync;
    const leveldb::Status status = engine_->db->Write(options, batch.changes_.get());
    if (!status.ok()) {
        write_error_ = from_status(status, folder());
        return std::unexpected(*write_error_);
    }
    batch.changes_->Clear();
    return {};
}

void Database::compact() {
    engine_->db->CompactRange(nullptr, nullptr);
}

StoreResult<std::uint64_t> Database::disk_bytes() const {
    return folder_.disk_bytes();
}

StoreError Database::corrupted(const std::string& what) const {
    return {StoreErrorKind::corrupted,
            folder() + ": the store is damaged: " + what + "; " + rebuild_advice(folder())};
}

}  // namespace lockstep::store
