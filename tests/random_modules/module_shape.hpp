#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "fuzz/choices.hpp"
#include "vm/module/module.hpp"
#include "vm/module/types.hpp"

namespace lockstep::random_modules {

/// The four of module `lockstep`, in the order in which they are imported.
enum class HostFunction : std::uint8_t { input_size, input_read, output_write, halt };
inline constexpr std::uint32_t kHostFunctions = 4;

struct ImportShape {
    std::string module;
    std::string name;
    vm::ExternKind kind{};
    vm::Limits limits = {};  // that it declares of a table or memory
};

/// The initial value is a constant, the value of an imported global, or a reference to a function.
struct GlobalShape {
    vm::GlobalType type;
    std::uint64_t bits = 0;
    std::optional<std::uint32_t> global = {};
    std::optional<std::uint32_t> function = {};
};

struct ElementShape {
    vm::SegmentMode mode{};
    vm::ValueType type = vm::ValueType::funcref;
    std::uint32_t table = 0;
    std::uint32_t offset = 0;
    std::vector<std::optional<std::uint32_t>> elements = {};  // functions, or null
};

struct DataShape {
    vm::SegmentMode mode{};
    std::uint32_t offset = 0;
    Bytes bytes = {};
};

/// All of a module but the bodies of its functions. Index spaces begin with what is imported.
struct ModuleShape {
    std::string name;
    std::vector<vm::FunctionType> types;
    std::vector<ImportShape> imports;
    std::uint32_t host_functions = 0;      // all four, the first imports, or none
    std::vector<std::uint32_t> functions;  // the type of each
    std::uint32_t imported_functions = 0;
    std::uint32_t imported_tables = 0;
    std::uint32_t imported_globals = 0;
    bool imports_memory = false;
    std::optional<vm::Limits> memory;
    std::vector<vm::TableType> tables;
    std::vector<GlobalShape> globals;
    std::vector<ElementShape> element_segments;
    std::vector<DataShape> data_segments;
    std::optional<std::uint32_t> start;
    std::vector<std::uint32_t> entries;  // functions to be called from outside
    /// Whether addresses, divisors and the like are mostly such that nothing traps.
    bool careful = true;

    /// The mutable i32 that every call and every turn of a loop counts down; at 0 functions return at
    /// once, so that every run ends.
    [[nodiscard]] std::uint32_t fuel_global() const { return imported_globals; }
    /// The mutable i64 into which values are mixed that would be dropped, so that they count.
    [[nodiscard]] std::uint32_t mix_global() const { return imported_globals + 1; }
    [[nodiscard]] const vm::FunctionType& type_of(std::uint32_t function) const {
        return types[functions[function]];
    }
};

/// The longest input that calls of input_read assume.
inline constexpr std::uint32_t kInputBytes = 200;

struct ImportChoice {
    bool host_functions = true;
    bool may_mismatch = false;  // so that the modules cannot be linked
};

/// Imports come from `previous`, if any, and from the host.
[[nodiscard]] ModuleShape choose_shape(fuzz::Choices& choices, ImportChoice imports,
                                       const ModuleShape* previous);

/// The module; `bodies` are the code entries of the functions that are not imported, without sizes.
/// Everything is exported: as f0, table0, memory, global0 and so on, by index.
[[nodiscard]] Bytes encode_module(const ModuleShape& shape, const std::vector<Bytes>& bodies);

}  // namespace lockstep::random_modules
