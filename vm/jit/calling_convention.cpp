#include "vm/jit/calling_convention.hpp"

#include <algorithm>

#include "vm/jit/registers.hpp"

namespace lockstep::vm::jit {

CallingConvention::CallingConvention(const Program& program) {
    begins_.reserve(program.types.size() + 1);
    for (const FunctionType& type : program.types) {
        begins_.push_back(arguments_.size());
        std::size_t gps = 0;
        std::size_t xmms = 0;
        for (std::uint32_t i = 0; i < type.parameters.size(); ++i) {
            using Kind = ArgumentPlace::Kind;
            if (is_float_type(type.parameters[i])) {
                if (xmms < kLocalXmms.size()) {
                    arguments_.push_back(
                        {.index = i, .place = {.kind = Kind::xmm, .reg = kLocalXmms.at(xmms++)}});
                }
            } else if (gps < kLocalGps.size()) {
                arguments_.push_back(
                    {.index = i, .place = {.kind = Kind::gp, .reg = kLocalGps.at(gps++)}});
            }
        }
    }
    begins_.push_back(arguments_.size());
}

ArgumentPlace CallingConvention::place_of(std::uint32_t type, std::uint32_t argument) const {
    const auto arguments = in_registers(type);
    const auto found = std::ranges::lower_bound(arguments, argument, {}, &RegisterArgument::index);
    return found != arguments.end() && found->index == argument ? found->place : ArgumentPlace{};
}

}  // namespace lockstep::vm::jit
