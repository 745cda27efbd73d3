#include "vm/jit/native_stack.hpp"

#include "vm/machine/reservation.hpp"

namespace lockstep::vm::jit {

NativeStack::NativeStack() : range_(reserve_zero(kBytes)) {
    try {
        set_accessible(range_, kGuardBytes, false);
    } catch (...) {
        release_reserved(range_, kBytes);
        throw;
    }
    top_ = reinterpret_cast<std::uint64_t*>(range_ + kBytes) - 2;
}

NativeStack::~NativeStack() {
    release_reserved(range_, kBytes);
}

NativeStack& NativeStack::of_thread() {
    thread_local NativeStack stack;
    return stack;
}

}  // namespace lockstep::vm::jit
