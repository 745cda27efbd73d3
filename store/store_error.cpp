#include "store/store_error.hpp"

namespace lockstep::store {

std::string_view store_error_name(StoreErrorKind kind) {
    switch (kind) {
        case StoreErrorKind::missing: return "missing";
        case StoreErrorKind::not_a_store: return "not_a_store";
        case StoreErrorKind::foreign_version: return "foreign_version";
        case StoreErrorKind::locked: return "locked";
        case StoreErrorKind::not_writable: return "not_writable";
        case StoreErrorKind::disk_full: return "disk_full";
        case StoreErrorKind::over_limit: return "over_limit";
        case StoreErrorKind::corrupted: return "corrupted";
        case StoreErrorKind::exists: return "exists";
        case StoreErrorKind::mismatch: return "mismatch";
        case StoreErrorKind::failed: break;
    }
    return "failed";
}

}  // namespace lockstep::store
