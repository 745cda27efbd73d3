#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "merkle/sha256_kernel.hpp"
#include "tests/property/vm/random_program.hpp"
#include "trace/committer.hpp"
#include "trace/execution.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::trace {
namespace {

constexpr std::uint64_t kPrograms = 100;
constexpr std::size_t kRoots = 150;

/// Uses a kernel, and puts back the one before.
class KernelInUse {
public:
    explicit KernelInUse(const merkle::Sha256Kernel& kernel) { merkle::use_kernel(kernel); }
    KernelInUse(const KernelInUse&) = delete;
    KernelInUse(KernelInUse&&) = delete;
    KernelInUse& operator=(const KernelInUse&) = delete;
    KernelInUse& operator=(KernelInUse&&) = delete;
    ~KernelInUse() { merkle::use_kernel(before_); }

private:
    const merkle::Sha256Kernel& before_ = merkle::active_kernel();
};

/// Everything hashed anew, from the program's image on: one root after each step, and the last one
/// once more from a committer that has seen nothing before.
std::vector<StateRoot> roots_by(const merkle::Sha256Kernel& kernel, const vm::RandomRun& run) {
    const KernelInUse in_use(kernel);
    const Image image(run.program);
    Execution execution(run.program, image, vm::start(run.program, run.invocation).value());
    std::vector<StateRoot> roots = execution.roots(Step(0), 1, kRoots);
    vm::MachineState state = vm::start(run.program, run.invocation).value();
    Committer committer(image, run.program, state);
    vm::run(run.program, state, Step(kRoots - 1));
    roots.push_back(committer.root(state));
    return roots;
}

class KernelRootsTest : public ::testing::TestWithParam<const char*> {};

TEST_P(KernelRootsTest, AreThoseOfThePortableKernel) {
    const merkle::Sha256Kernel* const kernel = merkle::find_kernel(GetParam());
    if (kernel == nullptr) {
        GTEST_SKIP() << "this processor has no " << GetParam();
    }
    for (std::uint64_t seed = 0; seed < kPrograms; ++seed) {
        const vm::RandomRun run = vm::random_run(seed);
        const std::vector<StateRoot> expected = roots_by(merkle::openssl_kernel(), run);
        EXPECT_EQ(expected[kRoots - 1], expected[kRoots]) << seed;
        ASSERT_EQ(roots_by(*kernel, run), expected) << seed;
    }
}

INSTANTIATE_TEST_SUITE_P(Kernels, KernelRootsTest, ::testing::Values("sha-ni", "avx2", "avx512"),
                         [](const auto& test) {
                             std::string name = test.param;
                             std::erase(name, '-');
                             return name;
                         });

}  // namespace
}  // namespace lockstep::trace
