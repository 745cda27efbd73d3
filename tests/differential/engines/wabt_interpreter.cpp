#include "tests/differential/engines/wabt_interpreter.hpp"

#include <algorithm>
#include <optional>

#include <wabt/binary-reader.h>
#include <wabt/error.h>
#include <wabt/interp/binary-reader-interp.h>
#include <wabt/interp/interp.h>

#include "tests/differential/engines/wabt_options.hpp"

namespace lockstep::engines {

using wabt::interp::Instance;
using wabt::interp::Ref;
using wabt::interp::RefPtr;
using wabt::interp::RefVec;
using wabt::interp::Thread;
using wabt::interp::Value;
using wabt::interp::Values;
using WabtTrap = wabt::interp::Trap;

namespace {

/// As in the binary format.
std::uint8_t byte_of(wabt::Type type) {
    switch (type) {
        case wabt::Type::I64: return 0x7E;
        case wabt::Type::F32: return 0x7D;
        case wabt::Type::F64: return 0x7C;
        case wabt::Type::FuncRef: return 0x70;
        case wabt::Type::ExternRef: return 0x6F;
        default: return 0x7F;
    }
}

class Caller {
public:
    explicit Caller(const WabtCall& call) : call_(call) {}

    WabtOutcome run() {
        for (const WabtModule& module : call_.modules) {
            if (!add(module)) {
                return std::move(outcome_);
            }
        }
        WabtTrap::Ptr trap;
        Values results;
        const auto function = *find_export<wabt::interp::Func>(linked_.back(), call_.function);
        if (Succeeded(function->Call(store_, arguments(function->type()), results, &trap))) {
            outcome_.has_returned = true;
            for (std::size_t i = 0; i < results.size(); ++i) {
                outcome_.results.push_back(read(function->type().results[i], results[i]));
            }
        } else {
            outcome_.words = trap->message();
        }
        for (const Linked& linked : linked_) {
            outcome_.instances.push_back(describe(linked));
        }
        return std::move(outcome_);
    }

private:
    struct Linked {
        std::string name;
        wabt::interp::Module::Ptr module;
        Instance::Ptr instance;
    };

    /// Instantiates a module; false where there is no instance.
    bool add(const WabtModule& module) {
        wabt::Errors errors;
        wabt::interp::ModuleDesc description;
        if (Failed(wabt::interp::ReadBinaryInterp("module", module.wasm.data(), module.wasm.size(),
                                                  wabt_options(), &errors, &description))) {
            outcome_.is_refused = true;
            outcome_.words = errors.empty() ? "" : errors.front().message;
            return false;
        }
        Linked linked{module.name, wabt::interp::Module::New(store_, description), {}};
        const RefVec imported = imports(*linked.module);
        if (!do_match(*linked.module, imported)) {
            outcome_.is_refused = true;
            return false;
        }
        WabtTrap::Ptr trap;
        linked.instance = Instance::Instantiate(store_, linked.module.ref(), imported, &trap);
        if (!linked.instance) {
            outcome_.words = trap ? trap->message() : "no instance";
            return false;
        }
        for (const Ref function : linked.instance->funcs()) {
            if (std::find(functions_.begin(), functions_.end(), function) == functions_.end()) {
                functions_.push_back(function);
            }
        }
        linked_.push_back(std::move(linked));
        return true;
    }

    template <typename T>
    std::optional<RefPtr<T>> find_export(const Linked& linked, const std::string& name) {
        const auto& types = linked.module->export_types();
        const auto found = std::find_if(types.begin(), types.end(),
                                        [&](const auto& type) { return type.name == name; });
        if (found == types.end()) {
            return std::nullopt;
        }
        const auto place = static_cast<std::size_t>(found - types.begin());
        return store_.UnsafeGet<T>(linked.instance->exports()[place]);
    }

    bool do_match(const wabt::interp::Module& module, const RefVec& imported) {
        for (std::size_t i = 0; i < imported.size(); ++i) {
            WabtTrap::Ptr why;
            if (imported[i] == Ref::Null ||
                Failed(store_.UnsafeGet<wabt::interp::Extern>(imported[i])
                           ->Match(store_, module.import_types()[i], &why))) {
                outcome_.words = why ? why->message() : "no such export";
                return false;
            }
        }
        return true;
    }

    RefVec imports(const wabt::interp::Module& module) {
        RefVec references;
        for (const wabt::interp::ImportType& import : module.import_types()) {
            const auto from =
                std::find_if(linked_.begin(), linked_.end(),
                             [&](const Linked& linked) { return linked.name == import.module; });
            if (from != linked_.end()) {
                const auto found = find_export<wabt::interp::Extern>(*from, import.name);
                references.push_back(found ? found->ref() : Ref::Null);
                continue;
            }
            const auto& type = *wabt::cast<wabt::interp::FuncType>(import.type.get());
            const auto callback = [this, name = import.name](Thread& thread, const Values& operands,
                                                             Values& results, WabtTrap::Ptr* trap) {
                return host(name, thread, operands, results, trap);
            };
            hosts_.push_back(wabt::interp::HostFunc::New(store_, type, callback));
            references.push_back(hosts_.back().ref());
        }
        return references;
    }

    Values arguments(const wabt::interp::FuncType& type) {
        Values values;
        for (std::size_t i = 0; i < type.params.size(); ++i) {
            const std::uint64_t bits = call_.arguments[i];
            switch (type.params[i]) {
                case wabt::Type::I32:
                case wabt::Type::F32:
                    values.push_back(Value::Make(static_cast<std::uint32_t>(bits)));
                    break;
                case wabt::Type::I64:
                case wabt::Type::F64: values.push_back(Value::Make(bits)); break;
                default: values.push_back(Value::Make(host_reference(bits))); break;
            }
        }
        return values;
    }

    Ref host_reference(std::uint64_t number) {
        if (number == 0) {
            return Ref::Null;
        }
        // A pointer that is only ever compared and read back.
        auto* const pointer = reinterpret_cast<void*>(number);  // NOLINT(performance-no-int-to-ptr)
        kept_.push_back(wabt::interp::Foreign::New(store_, pointer));
        return kept_.back().ref();
    }

    wabt::Result host(const std::string& name, Thread& thread, const Values& operands,
                      Values& results, WabtTrap::Ptr* trap) {
        const auto operand = [&](std::size_t i) { return operands[i].Get<std::uint32_t>(); };
        const auto fail = [&](const std::string& words) {
            *trap = WabtTrap::New(store_, words);
            return wabt::Result::Error;
        };
        if (name == "input_size") {
            results[0] = Value::Make(static_cast<std::uint32_t>(call_.input.size()));
            return wabt::Result::Ok;
        }
        if (name == "halt") {
            return fail("exit " + std::to_string(operand(0)));
        }
        const auto [memory, size] = memory_of(thread.GetCallerInstance());
        if (name == "output_write") {
            if (std::uint64_t{operand(0)} + operand(1) > size) {
                return fail("out of bounds memory access");
            }
            outcome_.output.insert(outcome_.output.end(), memory + operand(0),
                                   memory + operand(0) + operand(1));
            return wabt::Result::Ok;
        }
        if (std::uint64_t{operand(1)} + operand(2) > call_.input.size()) {
            return fail("out of bounds input read");
        }
        if (std::uint64_t{operand(0)} + operand(2) > size) {
            return fail("out of bounds memory access");
        }
        std::copy_n(call_.input.data() + operand(1), operand(2), memory + operand(0));
        return wabt::Result::Ok;
    }

    std::pair<std::uint8_t*, std::uint64_t> memory_of(Instance* instance) {
        if (instance == nullptr || instance->memories().empty()) {
            return {nullptr, 0};
        }
        const auto memory = store_.UnsafeGet<wabt::interp::Memory>(instance->memories()[0]);
        return {memory->UnsafeData(), memory->ByteSize()};
    }

    WabtValue read(wabt::Type type, const Value& value) {
        const std::uint8_t byte = byte_of(type);
        switch (type) {
            case wabt::Type::I32:
            case wabt::Type::F32: return {byte, value.Get<std::uint32_t>()};
            case wabt::Type::I64:
            case wabt::Type::F64: return {byte, value.Get<std::uint64_t>()};
            default: return {byte, read_reference(value.Get<Ref>())};
        }
    }

    std::uint64_t read_reference(Ref ref) {
        if (ref == Ref::Null) {
            return 0;
        }
        if (store_.Is<wabt::interp::Foreign>(ref)) {
            const auto foreign = store_.UnsafeGet<wabt::interp::Foreign>(ref);
            return reinterpret_cast<std::uint64_t>(foreign->ptr());
        }
        const auto found = std::find(functions_.begin(), functions_.end(), ref);
        return static_cast<std::uint64_t>(found - functions_.begin()) + 1;
    }

    WabtInstance describe(const Linked& linked) {
        const wabt::interp::ModuleDesc& defined = linked.module->desc();
        const Instance& instance = *linked.instance;
        WabtInstance result;
        result.has_memory = !defined.memories.empty();
        if (result.has_memory) {
            const auto [memory, size] = memory_of(linked.instance.get());
            result.memory.assign(memory, memory + size);
        }
        const RefVec& globals = instance.globals();
        for (std::size_t i = globals.size() - defined.globals.size(); i < globals.size(); ++i) {
            const auto global = store_.UnsafeGet<wabt::interp::Global>(globals[i]);
            result.globals.push_back(read(global->type().type, global->Get()));
        }
        const RefVec& tables = instance.tables();
        for (std::size_t i = tables.size() - defined.tables.size(); i < tables.size(); ++i) {
            const auto table = store_.UnsafeGet<wabt::interp::Table>(tables[i]);
            WabtTable elements{byte_of(table->type().element), {}};
            for (const Ref element : table->elements()) {
                elements.elements.push_back(read_reference(element));
            }
            result.tables.push_back(std::move(elements));
        }
        return result;
    }

    const WabtCall& call_;
    wabt::interp::Store store_{wabt_options().features};
    std::vector<wabt::interp::HostFunc::Ptr> hosts_;
    std::vector<wabt::interp::Foreign::Ptr> kept_;
    std::vector<Linked> linked_;
    RefVec functions_;  // in the order of Lockstep's indices
    WabtOutcome outcome_;
};

}  // namespace

WabtOutcome call_in_wabt(const WabtCall& call) {
    return Caller(call).run();
}

}  // namespace lockstep::engines
