#pragma once

#include "bench/measurement.hpp"

namespace lockstep::bench {

// The groups of lockstep_root_bench, from a hash up to a store of roots. Each is added to the table in
// root_main.cpp.

/// SHA-256 by each kernel: nodes, records, full trees.
void measure_hashing(const Options& options, Results& results);
/// The tree over a memory of which little changes.
void measure_memory_tree(const Options& options, Results& results);
/// A root after each step.
void measure_dense_traces(const Options& options, Results& results);
/// The same on several threads.
void measure_parallel_traces(const Options& options, Results& results);
/// Roots far apart.
void measure_strided_traces(const Options& options, Results& results);
/// The commitment to many roots.
void measure_histories(const Options& options, Results& results);
/// Copies of a running machine.
void measure_snapshots(const Options& options, Results& results);
/// Roots and checkpoints on disk.
void measure_store(const Options& options, Results& results);

}  // namespace lockstep::bench
