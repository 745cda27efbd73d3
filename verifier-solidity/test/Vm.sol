// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev The few of forge's cheat codes that these tests use.
interface Vm {
    function envOr(string calldata name, string calldata otherwise) external view returns (string memory);
    function envOr(string calldata name, bool otherwise) external view returns (bool);
    function exists(string calldata path) external view returns (bool);
    function readFile(string calldata path) external view returns (string memory);
    function readFileBinary(string calldata path) external view returns (bytes memory);
    function writeFile(string calldata path, string calldata text) external;
    function toString(uint256 value) external pure returns (string memory);
    function toString(bytes32 value) external pure returns (string memory);
    function getCode(string calldata artifact) external view returns (bytes memory);
    function split(string calldata text, string calldata delimiter) external pure returns (string[] memory);
    function pauseGasMetering() external view;
    function etch(address target, bytes calldata code) external;
    function assume(bool condition) external pure;
    function skip(bool condition) external;
    function expectPartialRevert(bytes4 selector) external;
    function expectRevert(bytes calldata data) external;
    function mockCall(address callee, bytes calldata data, bytes calldata answer) external;
    function mockCallRevert(address callee, bytes calldata data, bytes calldata answer) external;
    function clearMockedCalls() external;
}

Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
