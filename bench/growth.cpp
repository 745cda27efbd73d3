#include "bench/growth.hpp"

#include <cmath>
#include <numeric>

namespace lockstep::bench {

void Growth::add(double size, double measured) {
    x_.push_back(std::log(size));
    y_.push_back(std::log(measured));
}

double Growth::exponent() const {
    const auto count = static_cast<double>(x_.size());
    const double x_mean = std::accumulate(x_.begin(), x_.end(), 0.0) / count;
    const double y_mean = std::accumulate(y_.begin(), y_.end(), 0.0) / count;
    double covariance = 0;
    double variance = 0;
    for (std::size_t i = 0; i < x_.size(); ++i) {
        covariance += (x_[i] - x_mean) * (y_[i] - y_mean);
        variance += (x_[i] - x_mean) * (x_[i] - x_mean);
    }
    return covariance / variance;
}

}  // namespace lockstep::bench
