#pragma once

// C++17, without headers of ours: g++ 12 takes those of wabt's interpreter in no later version.

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep::engines {

struct WabtModule {
    std::string name;
    std::vector<std::uint8_t> wasm;
};

/// A call of an export of the last module. Each module may import from those before, and the host functions of
/// module `lockstep`.
struct WabtCall {
    std::vector<WabtModule> modules;
    std::vector<std::uint8_t> input;
    std::string function;
    std::vector<std::uint64_t> arguments;  // bits; numbers for host references, of which 0 is null
};

/// A slot as Lockstep has it: references are 0 for null, or a function's index and 1, or a host's number.
struct WabtValue {
    std::uint8_t type = 0;  // as in the binary format
    std::uint64_t bits = 0;
};

struct WabtTable {
    std::uint8_t type = 0;
    std::vector<std::uint64_t> elements;
};

/// What a module defines.
struct WabtInstance {
    bool has_memory = false;
    std::vector<std::uint8_t> memory;
    std::vector<WabtValue> globals;
    std::vector<WabtTable> tables;
};

struct WabtOutcome {
    bool is_refused = false;
    bool has_returned = false;
    std::string words;  // why it was refused or trapped; `exit <code>` by the host function halt
    std::vector<WabtValue> results;
    std::vector<std::uint8_t> output;
    std::vector<WabtInstance> instances;  // none where one of them could not be made
};

/// Throws std::bad_alloc: wabt makes room at once for what a program asks for.
[[nodiscard]] WabtOutcome call_in_wabt(const WabtCall& call);

}  // namespace lockstep::engines
