#include "bench/report.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace lockstep::bench {

void print_table(const Results& results) {
    std::vector<std::string> groups;
    for (const Result& result : results) {
        if (std::ranges::find(groups, result.group) == groups.end()) {
            groups.push_back(result.group);
        }
    }
    std::size_t width = 0;
    for (const Result& result : results) {
        width = std::max(width, result.name.size());
    }
    for (const std::string& group : groups) {
        std::printf("\n%s\n", group.c_str());
        for (const Result& result : results) {
            if (result.group == group) {
                std::printf("  %-*s %12.2f %-12s %10.2f %s\n", static_cast<int>(width),
                            result.name.c_str(), result.value, result.unit.c_str(), result.ratio,
                            result.ratio_unit.c_str());
            }
        }
    }
}

/// No name or unit has a character that JSON would have escaped.
void print_json(const Results& results) {
    std::printf("[\n");
    for (const Result& result : results) {
        std::printf(
            "  {\"group\": \"%s\", \"name\": \"%s\", \"value\": %.6g, \"unit\": \"%s\", "
            "\"ratio\": %.6g, \"ratio_unit\": \"%s\"}%s\n",
            result.group.c_str(), result.name.c_str(), result.value, result.unit.c_str(),
            result.ratio, result.ratio_unit.c_str(), &result == &results.back() ? "" : ",");
    }
    std::printf("]\n");
}

}  // namespace lockstep::bench
