#pragma once

#include "bench/measurement.hpp"

namespace lockstep::bench {

/// For people, group by group.
void print_table(const Results& results);
/// For programs: a list of objects.
void print_json(const Results& results);

}  // namespace lockstep::bench
