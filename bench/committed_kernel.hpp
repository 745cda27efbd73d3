#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "bench/measurement.hpp"
#include "trace/image.hpp"
#include "trace/snapshot.hpp"
#include "trace/trace_run.hpp"
#include "vm/engine/engine.hpp"
#include "vm/program/program.hpp"

namespace lockstep::bench {

/// A kernel with its image and the engine that a user would have.
class CommittedKernel {
public:
    CommittedKernel(const std::string& name, std::uint32_t argument);

    [[nodiscard]] const vm::Program& program() const { return program_; }
    [[nodiscard]] const vm::Engine& engine() const { return *engine_; }
    /// Its first state.
    [[nodiscard]] trace::CommittedState begin() const;
    /// The steps until it stops.
    [[nodiscard]] std::uint64_t length() const;

private:
    vm::Program program_;
    trace::Image image_;
    std::unique_ptr<const vm::Engine> engine_;
    std::uint32_t argument_;
};

/// Takes roots and forgets them.
class RootsForgotten : public trace::TraceSink {
public:
    void take(std::uint64_t /*index*/, std::span<const StateRoot> roots) override {
        keep(roots.back().value.bytes[0]);
    }
    void checkpoint(const trace::Snapshot& /*state*/) override {}
};

}  // namespace lockstep::bench
