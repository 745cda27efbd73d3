// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ZeroHash, ZeroHashes} from "../../src/merkle/ZeroHash.sol";
import {TreeTooDeep} from "../../src/types/Errors.sol";
import {Expect} from "../Expect.sol";
import {vm} from "../Vm.sol";

contract ZeroHashTest {
    function test_plain_levels() public pure {
        ZeroHashes zeros = ZeroHash.load();
        bytes32 hash = 0;
        for (uint256 level = 0; level <= 32; ++level) {
            Expect.equal(zeros.plain(level), hash, "plain level");
            hash = sha256(abi.encodePacked(hash, hash));
        }
    }

    function test_wrapped_levels() public pure {
        ZeroHashes zeros = ZeroHash.load();
        bytes32 hash = sha256(abi.encodePacked(bytes1(0x07), zeros.plain(7), bytes1(0x00)));
        for (uint256 level = 7; level <= 32; ++level) {
            Expect.equal(zeros.wrapped(level), hash, "wrapped level");
            hash = sha256(abi.encodePacked(hash, hash));
        }
    }

    function test_levels_below_the_chunks_are_the_same_in_both_shapes() public pure {
        ZeroHashes zeros = ZeroHash.load();
        Expect.equal(zeros.levels(false) + 32 * 26, zeros.levels(true), "distance of the tables");
    }

    function test_no_level_above_32(uint256 level) public {
        vm.assume(level > 32);
        vm.expectRevert(abi.encodeWithSelector(TreeTooDeep.selector, level, 32));
        this.plain(level);
        vm.expectRevert(abi.encodeWithSelector(TreeTooDeep.selector, level, 32));
        this.wrapped(level);
    }

    function plain(uint256 level) external pure returns (bytes32) {
        return ZeroHash.load().plain(level);
    }

    function wrapped(uint256 level) external pure returns (bytes32) {
        return ZeroHash.load().wrapped(level);
    }
}
