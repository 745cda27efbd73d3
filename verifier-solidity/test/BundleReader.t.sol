// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BundleReader, Cursor} from "../src/BundleReader.sol";
import {TrailingBytes, Truncated} from "../src/types/Errors.sol";
import {Expect} from "./Expect.sol";
import {vm} from "./Vm.sol";

contract BundleReaderTest {
    function test_words_and_integers(bytes32 word, uint8 byte_, uint16 two, uint32 four, uint64 eight, uint128 sixteen)
        public
        view
    {
        this.readAll(
            abi.encodePacked(byte_, word, two, four, eight, sixteen), abi.encode(byte_, word, two, four, eight, sixteen)
        );
    }

    function test_integers_of_each_size(bytes32 word, uint256 size) public view {
        size = 1 + size % 32;
        Expect.equal(this.readUint(abi.encodePacked(word), size), uint256(word) >> (256 - 8 * size), "integer");
    }

    function test_nothing_is_read_beyond_the_end(uint256 length, uint256 size) public {
        length %= 32;
        size = length + 1 + size % (32 - length);
        vm.expectPartialRevert(Truncated.selector);
        this.readUint(new bytes(length), size);
    }

    function test_everything_must_be_read(uint256 length, uint256 size) public {
        length = 2 + length % 100;
        size = 1 + size % (length < 32 ? length - 1 : 31);
        vm.expectPartialRevert(TrailingBytes.selector);
        this.readToTheEnd(new bytes(length), size);
    }

    function test_a_huge_field_does_not_wrap(uint64 size) public {
        vm.assume(size > 64);
        vm.expectPartialRevert(Truncated.selector);
        this.skip(new bytes(64), size);
    }

    function test_word_at(bytes32 word, uint256 offset) public view {
        offset %= 64;
        bytes memory data = abi.encodePacked(word, word);
        bytes32 expected;
        for (uint256 i = 0; i < 32 && offset + i < 64; ++i) {
            expected |= bytes32(data[offset + i]) >> (8 * i);
        }
        Expect.equal(this.wordAt(data, offset), expected, "word");
    }

    function readAll(bytes calldata data, bytes calldata expected) external pure {
        Cursor memory cursor = BundleReader.open(data);
        uint256 first = cursor.readUint(1);
        bytes32 word = cursor.readWord();
        bytes memory actual =
            abi.encode(first, word, cursor.readUint(2), cursor.readUint(4), cursor.readUint(8), cursor.readUint(16));
        cursor.finish();
        Expect.equal(keccak256(actual), keccak256(expected), "fields");
    }

    function readUint(bytes calldata data, uint256 size) external pure returns (uint256) {
        return BundleReader.open(data).readUint(size);
    }

    function readToTheEnd(bytes calldata data, uint256 size) external pure {
        Cursor memory cursor = BundleReader.open(data);
        cursor.readUint(size);
        cursor.finish();
    }

    function skip(bytes calldata data, uint256 size) external pure {
        BundleReader.open(data).skip(size);
    }

    function wordAt(bytes calldata data, uint256 offset) external pure returns (bytes32) {
        return BundleReader.wordAt(BundleReader.open(data).position + offset);
    }
}
