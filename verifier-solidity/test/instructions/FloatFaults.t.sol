// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Deployment} from "../Deployment.sol";
import {Expect} from "../Expect.sol";
import {FloatRow, FloatRows} from "../FloatRows.sol";
import {Fault, SlowFloat} from "../SlowFloat.sol";
import {vm} from "../Vm.sol";

/// @title The float vectors would show what is easily got wrong
/// @dev Each fault must fail rows; how many is in the log. With LOCKSTEP_DEEP=1 all rows are tried, else each fifth.
contract FloatFaultsTest {
    event Caught(Fault fault, uint256 failures, uint256 rows);

    SlowFloat private _slow;

    function setUp() public {
        _slow = SlowFloat(Deployment.create(vm.getCode("SlowFloat.sol:SlowFloat")));
    }

    function test_without_a_fault_no_row_fails() public {
        (uint256 failures, uint256 rows) = _tryRows(Fault.None);
        Expect.that(rows > 1000, "rows");
        Expect.equal(failures, 0, "rows that the slow way has otherwise");
    }

    function test_ties_away() public {
        _expectCaught(Fault.TiesAway);
    }

    function test_a_lost_sticky_bit() public {
        _expectCaught(Fault.LostSticky);
    }

    function test_no_rounding() public {
        _expectCaught(Fault.NeverUp);
    }

    function test_rounding_twice() public {
        _expectCaught(Fault.RoundsTwice);
        _expectCaught(Fault.RoundsSubnormalsTwice);
    }

    function test_no_subnormal_results() public {
        _expectCaught(Fault.FlushesSubnormals);
    }

    function test_other_nans() public {
        _expectCaught(Fault.NegativeNan);
        _expectCaught(Fault.NanOfOperand);
    }

    function test_no_overflow() public {
        _expectCaught(Fault.OverflowsToGreatest);
    }

    function test_zeros_that_are_equal() public {
        _expectCaught(Fault.EqualZeros);
    }

    function _expectCaught(Fault fault) private {
        (uint256 failures,) = _tryRows(fault);
        Expect.that(failures != 0, "no row fails");
    }

    function _tryRows(Fault fault) private returns (uint256 failures, uint256 rows) {
        vm.pauseGasMetering();
        (bytes memory file, uint256 count) = FloatRows.load();
        FloatRow memory row;
        SlowFloat slow = _slow;
        uint256 mark = FloatRows.markMemory();
        uint256 step = vm.envOr("LOCKSTEP_DEEP", false) ? 1 : 5;
        for (uint256 i = 0; i < count; i += step) {
            FloatRows.freeMemory(mark);
            FloatRows.read(file, i, row);
            if (!slow.knows(row.opcode)) continue;
            ++rows;
            if (slow.evaluate(fault, row.opcode, row.a, row.b) != row.result) ++failures;
        }
        emit Caught(fault, failures, rows);
    }
}
