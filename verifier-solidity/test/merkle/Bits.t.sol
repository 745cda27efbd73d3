// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// forge-lint: disable-start(incorrect-shift)

import {Bits} from "../../src/merkle/Bits.sol";
import {Expect} from "../Expect.sol";

contract BitsTest {
    function test_leading_zeros(uint256 value, uint8 shift) public pure {
        value >>= shift;
        uint256 expected = 256;
        for (uint256 rest = value; rest != 0; rest >>= 1) {
            --expected;
        }
        Expect.equal(Bits.leadingZeros(value), expected, "leading zeros");
        if (value != 0) Expect.equal(Bits.highest(value), 255 - expected, "highest");
    }

    function test_highest_with_any_guess(uint256 value, uint8 shift, uint8 guess, uint8 below) public pure {
        value = (value >> shift) | 1;
        uint256 highest = 255 - Bits.leadingZeros(value);
        Expect.equal(Bits.highestNear(value, guess), highest, "any guess");
        Expect.equal(Bits.highestNear(value, 300), highest, "a guess that is too high");
        uint256 close = below % 4;
        if (highest >= close) Expect.equal(Bits.highestNear(value, highest - close), highest, "a close guess");
    }

    function test_highest_of_each_power_of_two() public pure {
        for (uint256 i = 0; i < 256; ++i) {
            Expect.equal(Bits.highest(1 << i), i, "a power of two");
            Expect.equal(Bits.highest(type(uint256).max >> (255 - i)), i, "all bits below, too");
        }
        Expect.equal(Bits.highest(0), 0, "nothing");
    }

    function test_leading_zeros_of_nothing() public pure {
        Expect.equal(Bits.leadingZeros(0), 256, "leading zeros");
        Expect.equal(Bits.leadingZeros(type(uint256).max), 0, "leading zeros");
    }

    function test_trailing_zeros(uint256 value, uint8 shift) public pure {
        value = (value | 1) << shift;
        Expect.equal(Bits.trailingZeros(value), shift, "trailing zeros");
    }

    function test_count64(uint64 value) public pure {
        uint256 expected = 0;
        for (uint256 i = 0; i < 64; ++i) {
            expected += (value >> i) & 1;
        }
        Expect.equal(Bits.count64(value), expected, "set bits");
    }

    function test_count64_at_the_ends() public pure {
        Expect.equal(Bits.count64(0), 0, "set bits");
        Expect.equal(Bits.count64(type(uint64).max), 64, "set bits");
    }

    function test_ceil_log2(uint256 value, uint8 shift) public pure {
        value >>= shift;
        uint256 d = Bits.ceilLog2(value);
        Expect.that(d == 256 || 1 << d >= value, "2^d >= value");
        Expect.that(d == 0 || 1 << (d - 1) < value, "the least such d");
    }

    function test_slot_depth(uint32 count) public pure {
        uint256 d = Bits.slotDepth(count);
        Expect.that(4 << d >= count, "holds the slots");
        Expect.that(d == 0 || 4 << (d - 1) < count, "the least such depth");
    }
}
