// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BundleReader} from "./BundleReader.sol";
import {InitialState} from "./InitialState.sol";
import {Bulk} from "./instructions/Bulk.sol";
import {Control} from "./instructions/Control.sol";
import {Host} from "./instructions/Host.sol";
import {Memory} from "./instructions/Memory.sol";
import {Numeric} from "./instructions/Numeric.sol";
import {Table} from "./instructions/Table.sol";
import {Variable} from "./instructions/Variable.sol";
import {Chain} from "./merkle/Chain.sol";
import {ZeroHash} from "./merkle/ZeroHash.sol";
import {Environments} from "./state/Environments.sol";
import {Programs} from "./state/Programs.sol";
import {ValueStack} from "./state/ValueStack.sol";
import {BadStatus, HashMismatch, NoNumericUnit, Part} from "./types/Errors.sol";
import {Instruction} from "./types/Instruction.sol";
import {Machine, Program} from "./types/Machine.sol";
import {Opcodes} from "./types/Opcodes.sol";
import {Outcome, Outcomes} from "./types/Outcome.sol";
import {StateRecord, StateRecords} from "./types/StateRecord.sol";

/// @title Executes one step of a Lockstep machine from a proof bundle (docs/spec/step.md, docs/spec/bundle.md)
/// @notice Stateless: its answers depend on its arguments alone, and on the code of its numeric unit. A revert means
/// that the arguments prove nothing; a guest's trap is a status of the state after. A revert is evidence against nobody:
/// too little gas makes one too. No byte of a bundle can be changed without a revert.
contract OneStepVerifier {
    using Environments for Machine;
    using Programs for Machine;
    using ValueStack for Machine;

    /// @notice What computes numeric instructions. Who relies on this contract has to look at the code there, too.
    address public immutable numericUnit;

    /// @param unit Where a NumericUnit has been deployed.
    constructor(address unit) {
        if (unit.code.length == 0) revert NoNumericUnit(unit);
        numericUnit = unit;
    }

    /// @notice The root of the state after the state with root `pre`, as the bundle proves it.
    function verify(bytes32 pre, bytes calldata bundle) external view returns (bytes32 post) {
        Machine memory machine;
        machine.bundle = BundleReader.open(bundle);
        machine.state = StateRecords.read(machine.bundle);
        bytes32 root = machine.state.root();
        if (root != pre) revert HashMismatch(Part.State, pre, root);
        if (machine.state.status > StateRecords.TRAPPED) revert BadStatus(machine.state.status);
        if (machine.state.status == StateRecords.RUNNING) _step(machine);
        machine.bundle.finish();
        return machine.state.root();
    }

    /// @notice The root of the state in which a run of a function of the image begins (docs/spec/state.md, section 7).
    /// @param opening What is behind the image, consumed exactly: code depth 1, code root 32, functions depth 1, data
    /// depth 1, elements depth 1, functions root 32, data root 32, elements root 32, memories root 32, globals root
    /// 32, tables root 32, then the multiproof of the function's leaf, with the index `functionIndex` in the tree of
    /// functions (docs/spec/bundle.md, section 2).
    function initialRoot(
        bytes32 image,
        uint32 functionIndex,
        uint64[] calldata arguments,
        bytes32 inputRoot,
        uint64 inputLength,
        uint64 gasLimit,
        bytes calldata opening
    ) external view returns (bytes32) {
        Machine memory machine;
        machine.zeros = ZeroHash.load();
        machine.bundle = BundleReader.open(opening);
        Program memory program = InitialState.openImage(machine, image);
        InitialState.checkArguments(machine, program, functionIndex, arguments);
        machine.bundle.finish();
        InitialState.setInput(machine, inputRoot, inputLength);
        InitialState.setGas(machine, gasLimit);
        InitialState.pushArguments(machine, functionIndex, arguments);
        machine.state.environment = Environments.hash(machine.environment);
        return machine.state.root();
    }

    function _step(Machine memory machine) private view {
        machine.zeros = ZeroHash.load();
        Instruction instruction = machine.fetch();
        machine.readOperands(instruction.popCount());
        _settle(machine.state, _execute(machine, instruction));
        if (machine.state.status != StateRecords.TRAPPED) machine.foldEnvironment();
        unchecked {
            machine.state.steps = (machine.state.steps + 1) & type(uint64).max;
        }
    }

    function _execute(Machine memory machine, Instruction instruction) private view returns (Outcome) {
        uint256 family = instruction.opcode() >> 8;
        if (family == Opcodes.FAMILY_VARIABLE) return Variable.execute(machine, instruction);
        if (family == Opcodes.FAMILY_NUMERIC) return Numeric.execute(machine, instruction, numericUnit);
        if (family == Opcodes.FAMILY_CONTROL) return Control.execute(machine, instruction);
        if (family == Opcodes.FAMILY_MEMORY) return Memory.execute(machine, instruction);
        if (family == Opcodes.FAMILY_BULK) return Bulk.execute(machine, instruction);
        if (family == Opcodes.FAMILY_TABLE) return Table.execute(machine, instruction);
        assert(family == Opcodes.FAMILY_HOST);
        return Host.execute(machine, instruction);
    }

    /// @dev Sets the program counter and the status.
    function _settle(StateRecord memory state, Outcome outcome) private pure {
        Outcomes.Kind kind = outcome.kind();
        if (kind == Outcomes.Kind.Next) {
            state.pc = (state.pc + 1) & 0xFFFFFFFF;
        } else if (kind == Outcomes.Kind.Jump) {
            state.pc = outcome.value();
        } else if (kind != Outcomes.Kind.Stay) {
            bool traps = kind == Outcomes.Kind.Trap;
            state.status = traps ? StateRecords.TRAPPED : StateRecords.HALTED;
            state.code = outcome.value();
            if (kind != Outcomes.Kind.Finish) _clearStacks(state);
        }
    }

    function _clearStacks(StateRecord memory state) private pure {
        state.valueStack = Chain.EMPTY;
        state.locals = 0;
        state.callers = Chain.EMPTY;
        state.callDepth = 0;
        state.slotsUsed = 0;
    }
}
