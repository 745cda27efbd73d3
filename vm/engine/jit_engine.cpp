#include "vm/engine/jit_engine.hpp"

#include <algorithm>
#include <new>
#include <optional>
#include <utility>

#include "vm/jit/jit.hpp"
#include "vm/jit/native_stack.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::vm {

namespace {

/// Whether the memory can do without comparisons from now on.
bool guard(Memory& memory) {
    try {
        memory.guard();
        return true;
    } catch (const std::bad_alloc&) {
        return false;
    }
}

bool has_native_stack() {
    try {
        (void)jit::NativeStack::of_thread();
        return true;
    } catch (const std::bad_alloc&) {
        return false;
    }
}

void add_symbols(const jit::CompiledProgram& compiled, std::vector<NativeSymbol>& symbols) {
    const Program& program = compiled.program();
    const jit::NativeImage& image = compiled.image();
    const auto add = [&](std::uint32_t begin, std::uint32_t end, const std::string& name) {
        if (begin < end) {
            symbols.push_back({.address = reinterpret_cast<std::uint64_t>(compiled.address(begin)),
                               .size_bytes = end - begin,
                               .name = name});
        }
    };
    // Each function's code ends where the next begins; what leads in and out precedes the first.
    const auto end = static_cast<std::uint32_t>(image.code.size());
    add(0, image.entries.empty() ? end : image.entries[0], "[lockstep stubs]");
    for (std::size_t i = 0; i < image.entries.size(); ++i) {
        add(image.entries[i], i + 1 < image.entries.size() ? image.entries[i + 1] : end,
            program.function_infos[i].name);
    }
}

}  // namespace

std::unique_ptr<const JitEngine> JitEngine::make(const Program& program,
                                                 std::shared_ptr<const ImageStore> store) {
    std::unique_ptr<JitEngine> engine(new JitEngine(program, std::move(store)));
    engine->guarded_ = engine->prepare({});
    return engine->guarded_ == nullptr ? nullptr : std::move(engine);
}

void JitEngine::run(MachineState& state, Step until) const {
    if (!has_native_stack()) {
        vm::run(program_, state, until);
        return;
    }
    if (guard(state.memories[0])) {
        jit::run(*guarded_, state, until);
        return;
    }
    if (const auto compiled = unguarded()) {
        jit::run(*compiled, state, until);
    } else {
        vm::run(program_, state, until);
    }
}

std::vector<NativeSymbol> JitEngine::native_symbols() const {
    std::vector<NativeSymbol> symbols;
    add_symbols(*guarded_, symbols);
    const std::scoped_lock lock(mutex_);
    if (unguarded_ != nullptr) {
        add_symbols(*unguarded_, symbols);
    }
    std::ranges::sort(symbols, {}, &NativeSymbol::address);
    return symbols;
}

/// Nothing where there is no native code, or no room for it.
std::unique_ptr<const jit::CompiledProgram> JitEngine::prepare(
    const jit::CompileOptions& options) const {
    if (!jit::is_supported()) {
        return nullptr;
    }
    try {
        std::optional<jit::NativeImage> image;
        if (store_ != nullptr) {
            image = store_->load(options);
        }
        if (!image) {
            image = jit::compile(program_, options);
            if (!image) {
                return nullptr;
            }
            if (store_ != nullptr) {
                store_->save(options, *image);
            }
        }
        return std::make_unique<const jit::CompiledProgram>(program_, *std::move(image), options);
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}

/// Tried again where it failed: other threads' states may have left room since.
std::shared_ptr<const jit::CompiledProgram> JitEngine::unguarded() const {
    const std::scoped_lock lock(mutex_);
    if (unguarded_ == nullptr) {
        unguarded_ = prepare({.guard_pages = false});
    }
    return unguarded_;
}

}  // namespace lockstep::vm
