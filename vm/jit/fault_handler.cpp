#include "vm/jit/fault_handler.hpp"

#include <array>
#include <csignal>
#include <mutex>
#include <system_error>

#include <ucontext.h>

#include "vm/machine/trap.hpp"

namespace lockstep::vm::jit {

namespace {

thread_local const FaultScope* current_scope = nullptr;

constexpr std::array<int, 2> kSignals{SIGSEGV, SIGBUS};
std::array<struct sigaction, 2> previous_actions{};

/// What a 32-bit address, a 32-bit offset and a width can reach.
constexpr std::uint64_t kReach = (std::uint64_t{1} << 33U) + 8;
/// An access that begins so little before the memory's end may leave it.
constexpr std::uint64_t kWidest = 8;

}  // namespace

struct FaultHandler {
    /// Goes on where the trap is taken, if this is a load that left the memory. Nothing here may
    /// allocate or wait.
    static bool redirect([[maybe_unused]] const siginfo_t& info,
                         [[maybe_unused]] ucontext_t& context) {
#if defined(__x86_64__)
        const FaultScope* scope = current_scope;
        if (scope == nullptr) {
            return false;
        }
        auto& registers = context.uc_mcontext.gregs;
        const auto pc = scope->compiled_.fault_pc(static_cast<std::uint64_t>(registers[REG_RIP]));
        const auto address = reinterpret_cast<std::uint64_t>(info.si_addr);
        const std::uint64_t offset =
            address - reinterpret_cast<std::uint64_t>(scope->memory_.data());
        // Within the memory it is the host that fails: a file's page for which it has no room, a broken
        // memory chip. To go on as if the program had trapped would be wrong.
        if (!pc || offset > kReach || offset + kWidest <= scope->memory_.bytes().size()) {
            return false;
        }
        registers[REG_RAX] = *pc;
        registers[REG_RDX] = static_cast<std::uint32_t>(Trap::out_of_bounds_memory_access);
        registers[REG_RIP] = reinterpret_cast<std::int64_t>(
            scope->compiled_.address(scope->compiled_.image().fault));
        return true;
#else
        return false;  // there is no native code
#endif
    }

    static void handle(int signal, siginfo_t* info, void* context) {
        if (redirect(*info, *static_cast<ucontext_t*>(context))) {
            return;
        }
        const struct sigaction& previous = previous_actions.at(signal == kSignals[0] ? 0 : 1);
        if ((previous.sa_flags & SA_SIGINFO) != 0) {
            previous.sa_sigaction(signal, info, context);
        } else if (previous.sa_handler == SIG_DFL || previous.sa_handler == SIG_IGN) {
            // The instruction faults again, and the process ends as it would have.
            sigaction(signal, &previous, nullptr);
            if (info->si_code <= 0) {
                (void)raise(signal);  // nothing has faulted: it was sent
            }
        } else {
            previous.sa_handler(signal);
        }
    }

    static void install() {
        for (std::size_t i = 0; i < kSignals.size(); ++i) {
            struct sigaction action{};
            action.sa_sigaction = handle;
            action.sa_flags = SA_SIGINFO | SA_ONSTACK;
            sigemptyset(&action.sa_mask);
            if (sigaction(kSignals.at(i), &action, &previous_actions.at(i)) != 0) {
                throw std::system_error(errno, std::generic_category(), "sigaction");
            }
        }
    }
};

FaultScope::FaultScope(const CompiledProgram& compiled, const Memory& memory)
    : compiled_(compiled), memory_(memory), outer_(current_scope) {
    static std::once_flag installed;
    std::call_once(installed, FaultHandler::install);
    current_scope = this;
}

FaultScope::~FaultScope() {
    current_scope = outer_;
}

}  // namespace lockstep::vm::jit
