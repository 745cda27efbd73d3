// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TreeTooDeep} from "../types/Errors.sol";
import {Limits} from "../types/Limits.sol";

/// @dev The plain table begins here in memory; see ZeroHash.
type ZeroHashes is uint256;

using ZeroHash for ZeroHashes global;

/// @title The hashes of trees of nothing but zero leaves (docs/spec/state.md, sections 1 and 4)
/// @dev Twin: merkle/zero_hash.hpp. Two tables of 32-byte words in memory: the plain levels 0 to 32, then the levels
/// 7 to 32 of a memory tree, whose nodes at level 7 are wrapped.
library ZeroHash {
    uint256 internal constant CHUNK_LEVEL = 7;
    uint256 private constant PLAIN_WORDS = Limits.MAX_TREE_DEPTH + 1;

    /// @notice Copies the tables to memory.
    function load() internal pure returns (ZeroHashes zeros) {
        bytes memory table = _TABLE;
        assembly ("memory-safe") {
            zeros := add(table, 0x20)
        }
    }

    /// @notice Where the word of `level` stands in memory less 32 * level: for Sha256.climb, from levels that are all
    /// below the chunk level, or all at it and above.
    function levels(ZeroHashes zeros, bool fromChunks) internal pure returns (uint256) {
        return ZeroHashes.unwrap(zeros) + (fromChunks ? 32 * (PLAIN_WORDS - CHUNK_LEVEL) : 0);
    }

    /// @notice The zero hash of a level of a plain tree.
    function plain(ZeroHashes zeros, uint256 level) internal pure returns (bytes32) {
        if (level > Limits.MAX_TREE_DEPTH) revert TreeTooDeep(level, Limits.MAX_TREE_DEPTH);
        return _wordAt(zeros.levels(false) + 32 * level);
    }

    /// @notice The zero hash of a level of a memory tree, at the chunk level or above.
    function wrapped(ZeroHashes zeros, uint256 level) internal pure returns (bytes32) {
        if (level > Limits.MAX_TREE_DEPTH) revert TreeTooDeep(level, Limits.MAX_TREE_DEPTH);
        return _wordAt(zeros.levels(true) + 32 * level);
    }

    function _wordAt(uint256 position) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(position)
        }
    }

    bytes private constant _TABLE = hex"0000000000000000000000000000000000000000000000000000000000000000"
        hex"f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"
        hex"db56114e00fdd4c1f85c892bf35ac9a89289aaecb1ebd0a96cde606a748b5d71"
        hex"c78009fdf07fc56a11f122370658a353aaa542ed63e44c4bc15ff4cd105ab33c"
        hex"536d98837f2dd165a55d5eeae91485954472d56f246df256bf3cae19352a123c"
        hex"9efde052aa15429fae05bad4d0b1d7c64da64d03d7a1854a588c2cb8430c0d30"
        hex"d88ddfeed400a8755596b21942c1497e114c302e6118290f91e6772976041fa1"
        hex"87eb0ddba57e35f6d286673802a4af5975e22506c7cf4c64bb6be5ee11527f2c"
        hex"26846476fd5fc54a5d43385167c95144f2643f533cc85bb9d16b782f8d7db193"
        hex"506d86582d252405b840018792cad2bf1259f1ef5aa5f887e13cb2f0094f51e1"
        hex"ffff0ad7e659772f9534c195c815efc4014ef1e1daed4404c06385d11192e92b"
        hex"6cf04127db05441cd833107a52be852868890e4317e6a02ab47683aa75964220"
        hex"b7d05f875f140027ef5118a2247bbb84ce8f2f0f1123623085daf7960c329f5f"
        hex"df6af5f5bbdb6be9ef8aa618e4bf8073960867171e29676f8b284dea6a08a85e"
        hex"b58d900f5e182e3c50ef74969ea16c7726c549757cc23523c369587da7293784"
        hex"d49a7502ffcfb0340b1d7885688500ca308161a7f96b62df9d083b71fcc8f2bb"
        hex"8fe6b1689256c0d385f42f5bbe2027a22c1996e110ba97c171d3e5948de92beb"
        hex"8d0d63c39ebade8509e0ae3c9c3876fb5fa112be18f905ecacfecb92057603ab"
        hex"95eec8b2e541cad4e91de38385f2e046619f54496c2382cb6cacd5b98c26f5a4"
        hex"f893e908917775b62bff23294dbbe3a1cd8e6cc1c35b4801887b646a6f81f17f"
        hex"cddba7b592e3133393c16194fac7431abf2f5485ed711db282183c819e08ebaa"
        hex"8a8d7fe3af8caa085a7639a832001457dfb9128a8061142ad0335629ff23ff9c"
        hex"feb3c337d7a51a6fbf00b9e34c52e1c9195c969bd4e7a0bfd51d5c5bed9c1167"
        hex"e71f0aa83cc32edfbefa9f4d3e0174ca85182eec9f3a09f6a6c0df6377a510d7"
        hex"31206fa80a50bb6abe29085058f16212212a60eec8f049fecb92d8c8e0a84bc0"
        hex"21352bfecbeddde993839f614c3dac0a3ee37543f9b412b16199dc158e23b544"
        hex"619e312724bb6d7c3153ed9de791d764a366b389af13c58bf8a8d90481a46765"
        hex"7cdd2986268250628d0c10e385c58c6191e6fbe05191bcc04f133f2cea72c1c4"
        hex"848930bd7ba8cac54661072113fb278869e07bb8587f91392933374d017bcbe1"
        hex"8869ff2c22b28cc10510d9853292803328be4fb0e80495e8bb8d271f5b889636"
        hex"b5fe28e79f1b850f8658246ce9b6a1e7b49fc06db7143e8fe0b4f2b0c5523a5c"
        hex"985e929f70af28d0bdd1a90a808f977f597c7c778c489e98d3bd8910d31ac0f7"
        hex"c6f67e02e6e4e1bdefb994c6098953f34636ba2b6ca20a4721d2b26a886722ff"
        hex"d01bfb799ebbbb796636d48ae6e25ad5f126ec06e1ff6aea2552fcd3f0614777"
        hex"635a529680d5bb2aa735e95673e8bccd8e64e5b360e25089e7250c45b5469df4"
        hex"474055300483ea5ea5896bbf9fae2bd71d6b08fb76c45b3d29f7b0eade5e9fe7"
        hex"74630ca564c13561558d5a652e50fd5e076e226eeeae2cb50b4ad34032dd0f11"
        hex"25b280273c2f287ad5c112341bfc1c057a7b41ba840682fda33918e09b4df470"
        hex"b8b1faa2d4716d69709d15c32b999f39b4688a033c657b22553785132784779c"
        hex"1afa0c816385dc08894223562d8f3d987e913f326c09c796ed7a8742e3f65974"
        hex"29962fcd2497d50efdb302fa574a349d9d4a6731fd53138ab73b70d9cf3d33ae"
        hex"3a07e0ae233fa90104fdc80d7e29f78a491595921f6caafe24890155c4d5405d"
        hex"a76447808aeb4dcef3b6ace16b1fdb5712ed588d20a4f4d8548c00a23fc27d51"
        hex"430b78a9ca409da343eda28316d025b951e02fad19c6f22b4e9c04a20425f251"
        hex"6cd51a4615fc2aeaaa9ed4ad4944ceb974b57852df261a7a22c66904ab7d0837"
        hex"46144f9c2a70dad3741b03bb2a2f596f8432c0a98d90a162cf9e3e9d0c2fb47e"
        hex"bdec07ae479ecb0b5e3a51a6ece1c61db5a17e3a865f0afd8d044d1239234ef5"
        hex"e07b25db56037d48122253bc4767795c303b1bdce866317add14c2f759f64fc8"
        hex"e66c9c2a680534c63b63ef0c871688d3b54a5ad7889d729ba314e9f10c256aec"
        hex"13f59238f8364a106aaf8350f234810c3d877f7e946761214335bf36def3b35c"
        hex"afbfadc56268dfd3a5e3ea0877668f328d88fd16f5c63ab4fe4b7f6991d161b8"
        hex"1706dd84d158b425c51c38aaac47a29326a15e9a20617f9cc76349a6121cdfc1"
        hex"72c988d78238a9011bec1285c94245846435202c8b72520614099627154c9830"
        hex"cbbe67d346afa30199b6c4e413a41ec08614309b31d485294068123f197c5daf"
        hex"deda86e971b5f2d4b609ba4d0b74458427603e85f7093ec102723e77614ef2d8"
        hex"4b464e505ebbdd49d3a62ed68e35f2dee332d597704350aea4bd65f71097a130"
        hex"02689da371dd1adab04f38d25b6e44406bd0ce8a67ae89680dd4e00bd12d273e"
        hex"d4a8af42b4d8397cfcdc57696014c82813c01629c0761d47d9abb174f9f74d07"
        hex"c7292b535c1cdacf0ae593bbc63225ea7642c19bc2b476876705196217f2de2a";
}
