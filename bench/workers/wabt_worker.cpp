// Runs a kernel in wabt's interpreter for lockstep_engine_bench: a size a line comes in, checksum and CPU seconds go
// out. It is compiled like wabt's library, not like Lockstep.
//
// usage: wabt_worker <kernel.wasm>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

#include <time.h>
#include <wabt/binary-reader.h>
#include <wabt/error.h>
#include <wabt/interp/binary-reader-interp.h>
#include <wabt/interp/interp.h>

namespace {

using namespace wabt::interp;

double cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

Func::Ptr find_kernel(Store& store, const ModuleDesc& desc, const Instance& instance) {
    for (std::size_t i = 0; i < desc.exports.size(); ++i) {
        if (desc.exports[i].type.name == "kernel") {
            return store.UnsafeGet<Func>(instance.exports()[i]);
        }
    }
    return {};
}

int fail(const char* reason) {
    std::fprintf(stderr, "wabt_worker: %s\n", reason);
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        return fail("usage: wabt_worker <kernel.wasm>");
    }
    std::ifstream stream(argv[1], std::ios::binary);
    const std::vector<char> wasm{std::istreambuf_iterator<char>(stream), {}};
    wabt::Errors errors;
    ModuleDesc desc;
    if (wabt::Failed(ReadBinaryInterp(argv[1], wasm.data(), wasm.size(), {}, &errors, &desc))) {
        return fail("the kernel is not read");
    }
    std::uint32_t size = 0;
    while (std::scanf("%u", &size) == 1) {
        Store store;
        const Module::Ptr module = Module::New(store, desc);
        Trap::Ptr trap;
        const Instance::Ptr instance = Instance::Instantiate(store, module.ref(), {}, &trap);
        const Func::Ptr kernel = instance ? find_kernel(store, desc, *instance) : Func::Ptr();
        if (!kernel) {
            return fail("the kernel is not instantiated");
        }
        Values results;
        const double begin = cpu_seconds();
        const wabt::Result result = kernel->Call(store, {Value::Make(size)}, results, &trap);
        const double end = cpu_seconds();
        if (wabt::Failed(result) || results.size() != 1) {
            return fail("the kernel has trapped");
        }
        std::printf("%u %.9f\n", results.front().Get<std::uint32_t>(), end - begin);
        std::fflush(stdout);
    }
    return 0;
}
