#pragma once

// Runs of small programs that end in each way in which a run can end: with each trap, at each limit
// and just within it, by each halt. The programs are totality/*.wat and modules spelled out here.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/lockstep.hpp"
#include "base/bytes.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/machine/start.hpp"
#include "vm/machine/trap.hpp"
#include "vm/program/opcode.hpp"

namespace lockstep::differential {

/// Bytes of a memory.
struct MemoryContents {
    std::uint32_t memory = 0;
    std::uint64_t address = 0;
    Bytes bytes;
};

struct TotalityCase {
    std::string label;  // <program>/<function>/<what is special>
    LoadedProgram program;
    vm::Invocation invocation;

    // The last step and the state after it.
    vm::Opcode last;
    vm::Status status;
    std::uint32_t code;
    std::vector<std::uint64_t> values;
    std::optional<std::uint64_t> gas_left;
    std::optional<std::uint64_t> steps;
    Bytes output;
    std::vector<MemoryContents> memories;
    std::vector<std::pair<std::uint32_t, std::vector<std::uint64_t>>> tables;  // all slots of some

    // Constants of vm/machine/limits.hpp: those that it comes up to, those that stop it.
    std::vector<std::string> reaches;
    std::vector<std::string> exceeds;
};

using TotalityCases = std::vector<TotalityCase>;

/// Composes a case: what is run, what must be there in the end, and how it ends.
class Ending {
public:
    /// A function of totality/<program>.wat.
    Ending(const std::string& program, const std::string& function, const std::string& detail);
    Ending(std::string label, LoadedProgram program, const std::string& function);

    Ending& arguments(const std::vector<std::uint64_t>& slots);
    Ending& input(const Bytes& bytes);
    Ending& gas(std::uint64_t limit);

    Ending& gas_left(std::uint64_t gas);
    Ending& after_steps(std::uint64_t steps);
    Ending& output(const Bytes& bytes);
    Ending& memory(std::uint64_t address, const Bytes& bytes);
    Ending& memory(std::uint32_t memory, std::uint64_t address, const Bytes& bytes);
    Ending& table(std::uint32_t table, const std::vector<std::uint64_t>& slots);
    Ending& reaches(const std::string& limit);
    Ending& exceeds(const std::string& limit);

    [[nodiscard]] TotalityCase traps(vm::Opcode last, vm::Trap trap);
    [[nodiscard]] TotalityCase halts(std::uint32_t code);
    /// The entry function returns.
    [[nodiscard]] TotalityCase returns(const std::vector<std::uint64_t>& results = {});

private:
    TotalityCase made_;
};

/// The program of totality/<name>.wat, loaded once.
[[nodiscard]] const LoadedProgram& totality_program(const std::string& name);
/// That of <name>.wat behind <library>.wat, whose exports it imports as `library`.
[[nodiscard]] LoadedProgram linked_program(const std::string& library, const std::string& name);

/// The module loaded; it must be one that loads.
[[nodiscard]] LoadedProgram load_or_throw(Bytes wasm);

[[nodiscard]] vm::MachineState initial_state(const TotalityCase& ending);

[[nodiscard]] TotalityCases arithmetic_endings();
[[nodiscard]] TotalityCases access_endings();
[[nodiscard]] TotalityCases bulk_endings();
[[nodiscard]] TotalityCases table_endings();
[[nodiscard]] TotalityCases call_endings();
[[nodiscard]] TotalityCases host_endings();
[[nodiscard]] TotalityCases growth_endings();
[[nodiscard]] TotalityCases linked_endings();

/// All of them; labels are unique.
[[nodiscard]] const TotalityCases& all_endings();

/// Runs that return, of each instruction that takes gas (totality/gas.wat), and some of several
/// modules.
[[nodiscard]] TotalityCases charging_runs();
[[nodiscard]] TotalityCases linked_charging_runs();

}  // namespace lockstep::differential
