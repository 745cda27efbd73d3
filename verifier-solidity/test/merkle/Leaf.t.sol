// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// forge-lint: disable-start(unsafe-typecast)

import {Leaf} from "../../src/merkle/Leaf.sol";
import {Expect} from "../Expect.sol";

contract LeafTest {
    function test_splice(bytes32 leaf, uint256 offset, uint256 count, bytes32 run) public pure {
        offset %= 32;
        count %= 33;
        bytes32 result = Leaf.splice(leaf, offset, count, run);
        for (uint256 i = 0; i < 32; ++i) {
            bool inside = i >= offset && i < offset + count;
            Expect.equal(bytes32(result[i]), bytes32(inside ? run[i - offset] : leaf[i]), "byte");
        }
    }

    function test_run_from(bytes32 leaf, bytes32 nextLeaf, uint256 offset) public pure {
        offset %= 32;
        bytes32 run = Leaf.runFrom(leaf, nextLeaf, offset);
        for (uint256 i = 0; i < 32; ++i) {
            bytes1 expected = offset + i < 32 ? leaf[offset + i] : nextLeaf[offset + i - 32];
            Expect.equal(bytes32(run[i]), bytes32(expected), "byte");
        }
    }

    function test_slots(bytes32 leaf, uint256 position, uint64 value) public pure {
        position %= 4;
        bytes32 result = Leaf.withSlot(leaf, position, value);
        for (uint256 i = 0; i < 4; ++i) {
            uint64 old = uint64(bytes8(leaf << (64 * i)));
            Expect.equal(Leaf.slotAt(leaf, i), old, "slot before");
            Expect.equal(Leaf.slotAt(result, i), i == position ? value : old, "slot after");
        }
    }

    function test_reverse64(uint64 value) public pure {
        uint64 expected = 0;
        for (uint256 i = 0; i < 8; ++i) {
            expected = (expected << 8) | uint8(value >> (8 * i));
        }
        Expect.equal(Leaf.reverse64(value), expected, "reversed");
    }
}
