#include "tests/differential/step_cases.hpp"

#include <iterator>

namespace lockstep::differential {

StepCases all_step_cases() {
    StepCases all;
    for (auto* const family :
         {numeric_cases, float_cases, control_cases, variable_cases, load_cases, store_cases,
          memory_size_cases, bulk_cases, table_cases, bulk_table_cases, host_cases,
          several_memories_cases, dense_cases, fixed_point_cases}) {
        StepCases cases = family();
        all.insert(all.end(), std::make_move_iterator(cases.begin()),
                   std::make_move_iterator(cases.end()));
    }
    return all;
}

}  // namespace lockstep::differential
