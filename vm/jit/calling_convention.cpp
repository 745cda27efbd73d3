#include "vm/jit/calling_convention.hpp"

#include "vm/jit/registers.hpp"

namespace lockstep::vm::jit {

std::vector<ArgumentPlace> argument_places(const FunctionType& type) {
    std::vector<ArgumentPlace> places;
    places.reserve(type.parameters.size());
    std::size_t gps = 0;
    std::size_t xmms = 0;
    for (const ValueType parameter : type.parameters) {
        if (is_float_type(parameter)) {
            places.push_back(xmms < kLocalXmms.size()
                                 ? ArgumentPlace{ArgumentPlace::Kind::xmm, kLocalXmms.at(xmms++)}
                                 : ArgumentPlace{});
        } else {
            places.push_back(gps < kLocalGps.size()
                                 ? ArgumentPlace{ArgumentPlace::Kind::gp, kLocalGps.at(gps++)}
                                 : ArgumentPlace{});
        }
    }
    return places;
}

}  // namespace lockstep::vm::jit
