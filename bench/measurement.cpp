#include "bench/measurement.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <time.h>

namespace lockstep::bench {

namespace {

volatile unsigned long long kept;

}  // namespace

double thread_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

double median_seconds(const Options& options, const std::function<void()>& prepare,
                      const std::function<void()>& run) {
    std::vector<double> times;
    for (int i = 0; i < options.repetitions(); ++i) {
        prepare();
        const double begin = thread_seconds();
        run();
        times.push_back(std::max(thread_seconds() - begin, 1e-9));
    }
    return median(std::move(times));
}

void keep(unsigned long long value) {
    kept = value;
}

}  // namespace lockstep::bench
