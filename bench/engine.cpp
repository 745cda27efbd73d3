#include "bench/engine.hpp"

#include <sstream>
#include <stdexcept>

#include <dlfcn.h>

#include "bench/measurement.hpp"
#include "bench/own_engines.hpp"
#include "bench/worker.hpp"

namespace lockstep::bench {

namespace {

constexpr Step kForever{~std::uint64_t{0}};

/// A library that is loaded anew for each run, so that its memory is fresh like that of the others.
class NativeRunner : public Runner {
public:
    explicit NativeRunner(const Kernel& kernel) : file_(kernel_file(kernel.name, ".so")) {}

    KernelRun run(std::uint32_t size) override {
        const std::unique_ptr<void, int (*)(void*)> library(dlopen(file_.c_str(), RTLD_NOW),
                                                            dlclose);
        if (!library) {
            throw std::runtime_error("cannot load " + file_);
        }
        const auto kernel =
            reinterpret_cast<std::uint32_t (*)(std::uint32_t)>(dlsym(library.get(), "kernel"));
        if (kernel == nullptr) {
            throw std::runtime_error("no kernel in " + file_);
        }
        KernelRun run;
        const double begin = thread_seconds();
        run.checksum = kernel(size);
        run.seconds = thread_seconds() - begin;
        return run;
    }

private:
    std::string file_;
};

class OwnRunner : public Runner {
public:
    OwnRunner(const OwnEngine& engine, const Kernel& kernel)
        : program_(load_kernel(kernel.name)), execute_(engine.prepare(program_)) {}

    KernelRun run(std::uint32_t size) override {
        vm::MachineState state = start_kernel(program_, size);
        const double begin = thread_seconds();
        execute_(state, kForever);
        const double seconds = thread_seconds() - begin;
        if (state.status != vm::Status::halted || state.values.size() != 1) {
            throw std::runtime_error("a kernel has not returned");
        }
        return {.checksum = static_cast<std::uint32_t>(state.values.back()),
                .seconds = seconds,
                .steps = state.steps.value};
    }

private:
    vm::Program program_;
    Executor execute_;
};

/// A process that runs a kernel of the size that it is told, measures that, and tells checksum and seconds.
class WorkerRunner : public Runner {
public:
    WorkerRunner(const std::vector<std::string>& command, const Kernel& kernel) : worker_(command) {
        (void)run(kernel.quick_size);  // what is done at the first call only
    }

    KernelRun run(std::uint32_t size) override {
        std::istringstream answer(worker_.ask(std::to_string(size)));
        KernelRun run;
        if (!(answer >> run.checksum >> run.seconds)) {
            throw std::runtime_error("a worker does not answer with a checksum and seconds");
        }
        return run;
    }

private:
    Worker worker_;
};

Engine make_native() {
    return {.name = "native",
            .open = [](const Kernel& kernel) { return std::make_unique<NativeRunner>(kernel); }};
}

Engine make_own(const OwnEngine& engine) {
    return {
        .name = engine.name,
        .open =
            [&engine](const Kernel& kernel) { return std::make_unique<OwnRunner>(engine, kernel); },
        .is_own = true,
        .variant_of = engine.variant_of};
}

/// V8, restricted to one of its compilers, which compiles everything before anything runs.
Engine make_v8(const std::string& name, const std::vector<std::string>& tier) {
    std::vector<std::string> command{"node", "--no-wasm-lazy-compilation"};
    command.insert(command.end(), tier.begin(), tier.end());
    std::vector<std::string> probe = command;
    probe.insert(probe.end(), {"--eval", "0"});
    command.emplace_back(LOCKSTEP_WORKER_FOLDER "/v8_worker.mjs");
    return {.name = name,
            .open =
                [command](const Kernel& kernel) {
                    std::vector<std::string> whole = command;
                    whole.push_back(kernel_file(kernel.name, ".wasm"));
                    return std::make_unique<WorkerRunner>(whole, kernel);
                },
            .absence = succeeds(probe) ? "" : "there is no node, or it does not know the flags"};
}

Engine make_wasm2c() {
    return {.name = "wasm2c",
            .open =
                [](const Kernel& kernel) {
                    return std::make_unique<WorkerRunner>(
                        std::vector{kernel_file(kernel.name, ".wasm2c")}, kernel);
                },
            .absence = LOCKSTEP_HAVE_WABT ? "" : "the build has found no wasm2c 1.0.32"};
}

Engine make_wabt() {
    return {
        .name = "wabt-interp",
        .open =
            [](const Kernel& kernel) {
                return std::make_unique<WorkerRunner>(
                    std::vector{kernel_file("wabt_worker", ""), kernel_file(kernel.name, ".wasm")},
                    kernel);
            },
        .absence = LOCKSTEP_HAVE_WABT ? "" : "the build has found no libwabt 1.0.32"};
}

}  // namespace

std::vector<Engine> all_engines() {
    std::vector<Engine> engines{make_native()};
    for (const OwnEngine& engine : own_engines()) {
        engines.push_back(make_own(engine));
    }
    engines.push_back(make_v8("v8-turbofan", {"--no-liftoff"}));
    engines.push_back(make_v8("v8-liftoff", {"--liftoff-only"}));
    engines.push_back(make_wasm2c());
    engines.push_back(make_wabt());
    return engines;
}

}  // namespace lockstep::bench
