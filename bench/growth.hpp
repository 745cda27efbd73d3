#pragma once

#include <vector>

namespace lockstep::bench {

/// How something grows with a size: the slope of a straight line fitted to the logarithms. 1 is linear.
class Growth {
public:
    void add(double size, double measured);

    [[nodiscard]] double exponent() const;

private:
    std::vector<double> x_;
    std::vector<double> y_;
};

}  // namespace lockstep::bench
