#include "vm/module/validate.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "vm/module/function_validator.hpp"
#include "vm/module/opcode_info.hpp"

namespace lockstep::vm {

namespace {

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/valid/modules.html
class ModuleValidator {
public:
    explicit ModuleValidator(const Module& module)
        : module_(module), declared_functions_(module.functions.size()) {}

    Load<void> validate() {
        LOCKSTEP_TRY_VOID(check_exports());
        LOCKSTEP_TRY_VOID(check_globals());
        LOCKSTEP_TRY_VOID(check_start());
        LOCKSTEP_TRY_VOID(check_element_segments());
        LOCKSTEP_TRY_VOID(check_data_segments());
        return check_codes();
    }

private:
    /// What the expression leaves is `expected`. Marks the functions that it refers to as declared.
    Load<void> check_const_expression(const ConstExpression& expression, ValueType expected);
    /// The type of an instruction that pushes a constant.
    Load<ValueType> constant_type(const ConstInstruction& instruction);

    Load<void> check_exports();
    Load<void> check_export_names() const;
    Load<void> check_globals();
    Load<void> check_start() const;
    Load<void> check_element_segments();
    Load<void> check_data_segments();
    Load<void> check_codes() const;

    const Module& module_;
    /// Functions that occur outside of bodies, the start function not counted: what `ref.func` may
    /// name.
    std::vector<bool> declared_functions_;
    std::vector<ValueType> operands_;
};

Load<ValueType> ModuleValidator::constant_type(const ConstInstruction& instruction) {
    switch (instruction.opcode) {
        case WasmOpcode::ref_null: return static_cast<ValueType>(instruction.bits);
        case WasmOpcode::ref_func:
            if (instruction.bits >= module_.functions.size()) {
                return refuse(LoadErrorCode::unknown_function, instruction.offset,
                              instruction.bits);
            }
            declared_functions_[instruction.bits] = true;
            return ValueType::funcref;
        case WasmOpcode::global_get: {
            // In 2.0 only imported globals are in scope.
            if (instruction.bits >= module_.imported_global_count) {
                return refuse(LoadErrorCode::unknown_global, instruction.offset, instruction.bits);
            }
            const GlobalType global = module_.globals[instruction.bits];
            if (global.is_mutable) {
                return refuse(LoadErrorCode::constant_expression_required, instruction.offset,
                              instruction.bits);
            }
            return global.value;
        }
        default: return opcode_info(instruction.opcode).result;
    }
}

Load<void> ModuleValidator::check_const_expression(const ConstExpression& expression,
                                                   ValueType expected) {
    operands_.clear();
    for (const ConstInstruction& instruction : expression.instructions) {
        if (opcode_info(instruction.opcode).parameter_count == 0) {
            LOCKSTEP_TRY(const ValueType type, constant_type(instruction));
            operands_.push_back(type);
            continue;
        }
        // Arithmetic: takes two of a type, gives one.
        const ValueType type = opcode_info(instruction.opcode).result;
        const std::size_t height = operands_.size();
        if (height < 2 || operands_[height - 1] != type || operands_[height - 2] != type) {
            return refuse(LoadErrorCode::type_mismatch, instruction.offset);
        }
        operands_.pop_back();
    }
    if (operands_.size() != 1 || operands_.front() != expected) {
        return refuse(LoadErrorCode::type_mismatch, expression.offset);
    }
    return {};
}

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/valid/modules.html#exports
Load<void> ModuleValidator::check_exports() {
    for (const Export& entry : module_.exports) {
        std::size_t count = 0;
        LoadErrorCode unknown = LoadErrorCode::unknown_function;
        switch (entry.kind) {
            case ExternKind::function: count = module_.functions.size(); break;
            case ExternKind::table:
                count = module_.tables.size();
                unknown = LoadErrorCode::unknown_table;
                break;
            case ExternKind::memory:
                count = module_.memories.size();
                unknown = LoadErrorCode::unknown_memory;
                break;
            case ExternKind::global:
                count = module_.globals.size();
                unknown = LoadErrorCode::unknown_global;
                break;
        }
        if (entry.index >= count) {
            return refuse(unknown, entry.offset, entry.index);
        }
        if (entry.kind == ExternKind::function) {
            declared_functions_[entry.index] = true;
        }
    }
    return check_export_names();
}

Load<void> ModuleValidator::check_export_names() const {
    std::vector<const Export*> sorted;
    sorted.reserve(module_.exports.size());
    for (const Export& entry : module_.exports) {
        sorted.push_back(&entry);
    }
    std::ranges::sort(sorted, {},
                      [](const Export* entry) { return std::pair(entry->name, entry->offset); });
    const auto twin =
        std::ranges::adjacent_find(sorted, {}, [](const Export* e) { return e->name; });
    if (twin != sorted.end()) {
        return refuse(LoadErrorCode::duplicate_export, (*std::next(twin))->offset);
    }
    return {};
}

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/valid/modules.html#globals
Load<void> ModuleValidator::check_globals() {
    for (std::size_t i = 0; i < module_.global_initializers.size(); ++i) {
        const GlobalType& global = module_.globals[module_.imported_global_count + i];
        LOCKSTEP_TRY_VOID(check_const_expression(module_.global_initializers[i], global.value));
    }
    return {};
}

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/valid/modules.html#start-function
Load<void> ModuleValidator::check_start() const {
    if (!module_.start) {
        return {};
    }
    if (*module_.start >= module_.functions.size()) {
        return refuse(LoadErrorCode::unknown_function, module_.start_offset, *module_.start);
    }
    if (module_.function_type(*module_.start) != FunctionType()) {
        return refuse(LoadErrorCode::bad_start_function, module_.start_offset, *module_.start);
    }
    return {};
}

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/valid/modules.html#element-segments
Load<void> ModuleValidator::check_element_segments() {
    for (const ElementSegment& segment : module_.element_segments) {
        if (segment.mode == SegmentMode::active) {
            if (segment.table_index >= module_.tables.size()) {
                return refuse(LoadErrorCode::unknown_table, segment.offset, segment.table_index);
            }
            if (module_.tables[segment.table_index].element != segment.type) {
                return refuse(LoadErrorCode::type_mismatch, segment.offset, segment.table_index);
            }
            LOCKSTEP_TRY_VOID(check_const_expression(segment.start, ValueType::i32));
        }
        for (const ConstInstruction& element : segment.elements) {
            LOCKSTEP_TRY(const ValueType type, constant_type(element));
            if (type != segment.type) {
                return refuse(LoadErrorCode::type_mismatch, element.offset);
            }
        }
    }
    return {};
}

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/valid/modules.html#data-segments
Load<void> ModuleValidator::check_data_segments() {
    for (const DataSegment& segment : module_.data_segments) {
        if (segment.mode == SegmentMode::active) {
            if (segment.memory_index >= module_.memories.size()) {
                return refuse(LoadErrorCode::unknown_memory, segment.offset, segment.memory_index);
            }
            LOCKSTEP_TRY_VOID(check_const_expression(segment.start, ValueType::i32));
        }
    }
    return {};
}

Load<void> ModuleValidator::check_codes() const {
    FunctionValidator validator(module_, declared_functions_);
    for (std::size_t i = 0; i < module_.codes.size(); ++i) {
        const auto index = static_cast<std::uint32_t>(module_.imported_function_count + i);
        LOCKSTEP_TRY_VOID(validator.validate(module_.function_type(index), module_.codes[i]));
    }
    return {};
}

}  // namespace

Load<ValidModule> validate(Module module) {
    LOCKSTEP_TRY_VOID(ModuleValidator(module).validate());
    return ValidModule(std::move(module));
}

}  // namespace lockstep::vm
