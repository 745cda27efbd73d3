// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// Generated from vm/program/opcodes.def by scripts/generate-opcodes. Do not edit.

/// @title The instruction set of the lowered program (docs/spec/opcodes.md)
/// @dev A code is two bytes: the family, then the number.
library Opcodes {
    uint256 internal constant FAMILY_CONTROL = 1;
    uint256 internal constant FAMILY_VARIABLE = 2;
    uint256 internal constant FAMILY_MEMORY = 3;
    uint256 internal constant FAMILY_BULK = 4;
    uint256 internal constant FAMILY_TABLE = 5;
    uint256 internal constant FAMILY_NUMERIC = 6;
    uint256 internal constant FAMILY_HOST = 7;

    uint256 internal constant UNREACHABLE = 0x0100;
    uint256 internal constant CHARGE = 0x0101;
    uint256 internal constant JUMP_UNLESS = 0x0104;
    uint256 internal constant JUMP = 0x010C;
    uint256 internal constant JUMP_IF = 0x010D;
    uint256 internal constant JUMP_TABLE = 0x010E;
    uint256 internal constant RETURN = 0x010F;
    uint256 internal constant CALL = 0x0110;
    uint256 internal constant INVOKE = 0x0112;
    uint256 internal constant CALL_REFERENCE = 0x0114;

    uint256 internal constant DROP = 0x021A;
    uint256 internal constant SELECT = 0x021B;
    uint256 internal constant DROP_UNDER = 0x021C;
    uint256 internal constant LOCAL_GET = 0x0220;
    uint256 internal constant LOCAL_SET = 0x0221;
    uint256 internal constant LOCAL_TEE = 0x0222;
    uint256 internal constant GLOBAL_GET = 0x0223;
    uint256 internal constant GLOBAL_SET = 0x0224;
    uint256 internal constant CONST = 0x0242;

    uint256 internal constant I32_LOAD = 0x0328;
    uint256 internal constant I64_LOAD = 0x0329;
    uint256 internal constant I32_LOAD8_S = 0x032C;
    uint256 internal constant I32_LOAD8_U = 0x032D;
    uint256 internal constant I32_LOAD16_S = 0x032E;
    uint256 internal constant I32_LOAD16_U = 0x032F;
    uint256 internal constant I64_LOAD8_S = 0x0330;
    uint256 internal constant I64_LOAD8_U = 0x0331;
    uint256 internal constant I64_LOAD16_S = 0x0332;
    uint256 internal constant I64_LOAD16_U = 0x0333;
    uint256 internal constant I64_LOAD32_S = 0x0334;
    uint256 internal constant I64_LOAD32_U = 0x0335;
    uint256 internal constant I32_STORE = 0x0336;
    uint256 internal constant I64_STORE = 0x0337;
    uint256 internal constant I32_STORE8 = 0x033A;
    uint256 internal constant I32_STORE16 = 0x033B;
    uint256 internal constant I64_STORE8 = 0x033C;
    uint256 internal constant I64_STORE16 = 0x033D;
    uint256 internal constant I64_STORE32 = 0x033E;
    uint256 internal constant MEMORY_SIZE = 0x033F;
    uint256 internal constant MEMORY_GROW = 0x0340;

    uint256 internal constant MEMORY_INIT = 0x0408;
    uint256 internal constant MEMORY_COPY = 0x040A;
    uint256 internal constant MEMORY_FILL = 0x040B;

    uint256 internal constant TABLE_INIT = 0x050C;
    uint256 internal constant TABLE_COPY = 0x050E;
    uint256 internal constant TABLE_GROW = 0x050F;
    uint256 internal constant TABLE_SIZE = 0x0510;
    uint256 internal constant TABLE_FILL = 0x0511;
    uint256 internal constant TABLE_GET = 0x0525;
    uint256 internal constant TABLE_SET = 0x0526;
    uint256 internal constant TABLE_ELEMENT = 0x0527;

    uint256 internal constant I32_TRUNC_SAT_F32_S = 0x0600;
    uint256 internal constant I32_TRUNC_SAT_F32_U = 0x0601;
    uint256 internal constant I32_TRUNC_SAT_F64_S = 0x0602;
    uint256 internal constant I32_TRUNC_SAT_F64_U = 0x0603;
    uint256 internal constant I64_TRUNC_SAT_F32_S = 0x0604;
    uint256 internal constant I64_TRUNC_SAT_F32_U = 0x0605;
    uint256 internal constant I64_TRUNC_SAT_F64_S = 0x0606;
    uint256 internal constant I64_TRUNC_SAT_F64_U = 0x0607;
    uint256 internal constant I32_EQZ = 0x0645;
    uint256 internal constant I32_EQ = 0x0646;
    uint256 internal constant I32_NE = 0x0647;
    uint256 internal constant I32_LT_S = 0x0648;
    uint256 internal constant I32_LT_U = 0x0649;
    uint256 internal constant I32_GT_S = 0x064A;
    uint256 internal constant I32_GT_U = 0x064B;
    uint256 internal constant I32_LE_S = 0x064C;
    uint256 internal constant I32_LE_U = 0x064D;
    uint256 internal constant I32_GE_S = 0x064E;
    uint256 internal constant I32_GE_U = 0x064F;
    uint256 internal constant I64_EQZ = 0x0650;
    uint256 internal constant I64_EQ = 0x0651;
    uint256 internal constant I64_NE = 0x0652;
    uint256 internal constant I64_LT_S = 0x0653;
    uint256 internal constant I64_LT_U = 0x0654;
    uint256 internal constant I64_GT_S = 0x0655;
    uint256 internal constant I64_GT_U = 0x0656;
    uint256 internal constant I64_LE_S = 0x0657;
    uint256 internal constant I64_LE_U = 0x0658;
    uint256 internal constant I64_GE_S = 0x0659;
    uint256 internal constant I64_GE_U = 0x065A;
    uint256 internal constant F32_EQ = 0x065B;
    uint256 internal constant F32_NE = 0x065C;
    uint256 internal constant F32_LT = 0x065D;
    uint256 internal constant F32_GT = 0x065E;
    uint256 internal constant F32_LE = 0x065F;
    uint256 internal constant F32_GE = 0x0660;
    uint256 internal constant F64_EQ = 0x0661;
    uint256 internal constant F64_NE = 0x0662;
    uint256 internal constant F64_LT = 0x0663;
    uint256 internal constant F64_GT = 0x0664;
    uint256 internal constant F64_LE = 0x0665;
    uint256 internal constant F64_GE = 0x0666;
    uint256 internal constant I32_CLZ = 0x0667;
    uint256 internal constant I32_CTZ = 0x0668;
    uint256 internal constant I32_POPCNT = 0x0669;
    uint256 internal constant I32_ADD = 0x066A;
    uint256 internal constant I32_SUB = 0x066B;
    uint256 internal constant I32_MUL = 0x066C;
    uint256 internal constant I32_DIV_S = 0x066D;
    uint256 internal constant I32_DIV_U = 0x066E;
    uint256 internal constant I32_REM_S = 0x066F;
    uint256 internal constant I32_REM_U = 0x0670;
    uint256 internal constant I32_AND = 0x0671;
    uint256 internal constant I32_OR = 0x0672;
    uint256 internal constant I32_XOR = 0x0673;
    uint256 internal constant I32_SHL = 0x0674;
    uint256 internal constant I32_SHR_S = 0x0675;
    uint256 internal constant I32_SHR_U = 0x0676;
    uint256 internal constant I32_ROTL = 0x0677;
    uint256 internal constant I32_ROTR = 0x0678;
    uint256 internal constant I64_CLZ = 0x0679;
    uint256 internal constant I64_CTZ = 0x067A;
    uint256 internal constant I64_POPCNT = 0x067B;
    uint256 internal constant I64_ADD = 0x067C;
    uint256 internal constant I64_SUB = 0x067D;
    uint256 internal constant I64_MUL = 0x067E;
    uint256 internal constant I64_DIV_S = 0x067F;
    uint256 internal constant I64_DIV_U = 0x0680;
    uint256 internal constant I64_REM_S = 0x0681;
    uint256 internal constant I64_REM_U = 0x0682;
    uint256 internal constant I64_AND = 0x0683;
    uint256 internal constant I64_OR = 0x0684;
    uint256 internal constant I64_XOR = 0x0685;
    uint256 internal constant I64_SHL = 0x0686;
    uint256 internal constant I64_SHR_S = 0x0687;
    uint256 internal constant I64_SHR_U = 0x0688;
    uint256 internal constant I64_ROTL = 0x0689;
    uint256 internal constant I64_ROTR = 0x068A;
    uint256 internal constant F32_ABS = 0x068B;
    uint256 internal constant F32_NEG = 0x068C;
    uint256 internal constant F32_CEIL = 0x068D;
    uint256 internal constant F32_FLOOR = 0x068E;
    uint256 internal constant F32_TRUNC = 0x068F;
    uint256 internal constant F32_NEAREST = 0x0690;
    uint256 internal constant F32_SQRT = 0x0691;
    uint256 internal constant F32_ADD = 0x0692;
    uint256 internal constant F32_SUB = 0x0693;
    uint256 internal constant F32_MUL = 0x0694;
    uint256 internal constant F32_DIV = 0x0695;
    uint256 internal constant F32_MIN = 0x0696;
    uint256 internal constant F32_MAX = 0x0697;
    uint256 internal constant F32_COPYSIGN = 0x0698;
    uint256 internal constant F64_ABS = 0x0699;
    uint256 internal constant F64_NEG = 0x069A;
    uint256 internal constant F64_CEIL = 0x069B;
    uint256 internal constant F64_FLOOR = 0x069C;
    uint256 internal constant F64_TRUNC = 0x069D;
    uint256 internal constant F64_NEAREST = 0x069E;
    uint256 internal constant F64_SQRT = 0x069F;
    uint256 internal constant F64_ADD = 0x06A0;
    uint256 internal constant F64_SUB = 0x06A1;
    uint256 internal constant F64_MUL = 0x06A2;
    uint256 internal constant F64_DIV = 0x06A3;
    uint256 internal constant F64_MIN = 0x06A4;
    uint256 internal constant F64_MAX = 0x06A5;
    uint256 internal constant F64_COPYSIGN = 0x06A6;
    uint256 internal constant I32_WRAP_I64 = 0x06A7;
    uint256 internal constant I32_TRUNC_F32_S = 0x06A8;
    uint256 internal constant I32_TRUNC_F32_U = 0x06A9;
    uint256 internal constant I32_TRUNC_F64_S = 0x06AA;
    uint256 internal constant I32_TRUNC_F64_U = 0x06AB;
    uint256 internal constant I64_EXTEND_I32_S = 0x06AC;
    uint256 internal constant I64_EXTEND_I32_U = 0x06AD;
    uint256 internal constant I64_TRUNC_F32_S = 0x06AE;
    uint256 internal constant I64_TRUNC_F32_U = 0x06AF;
    uint256 internal constant I64_TRUNC_F64_S = 0x06B0;
    uint256 internal constant I64_TRUNC_F64_U = 0x06B1;
    uint256 internal constant F32_CONVERT_I32_S = 0x06B2;
    uint256 internal constant F32_CONVERT_I32_U = 0x06B3;
    uint256 internal constant F32_CONVERT_I64_S = 0x06B4;
    uint256 internal constant F32_CONVERT_I64_U = 0x06B5;
    uint256 internal constant F32_DEMOTE_F64 = 0x06B6;
    uint256 internal constant F64_CONVERT_I32_S = 0x06B7;
    uint256 internal constant F64_CONVERT_I32_U = 0x06B8;
    uint256 internal constant F64_CONVERT_I64_S = 0x06B9;
    uint256 internal constant F64_CONVERT_I64_U = 0x06BA;
    uint256 internal constant F64_PROMOTE_F32 = 0x06BB;
    uint256 internal constant I32_EXTEND8_S = 0x06C0;
    uint256 internal constant I32_EXTEND16_S = 0x06C1;
    uint256 internal constant I64_EXTEND8_S = 0x06C2;
    uint256 internal constant I64_EXTEND16_S = 0x06C3;
    uint256 internal constant I64_EXTEND32_S = 0x06C4;

    uint256 internal constant INPUT_SIZE = 0x0700;
    uint256 internal constant INPUT_READ = 0x0701;
    uint256 internal constant OUTPUT_WRITE = 0x0702;
    uint256 internal constant HALT = 0x0703;

    /// @notice Whether there is such an opcode, and how many values it pops in one step; DROP and DROP_UNDER pop
    /// as many more as their immediate b says.
    function find(uint256 code) internal pure returns (bool exists, uint256 pops) {
        (uint256 existing, uint256 pops1, uint256 pops2, uint256 pops4) = _bitmaps(code >> 8);
        uint256 number = code & 0xFF;
        exists = (existing >> number) & 1 == 1;
        pops = ((pops1 >> number) & 1) | (((pops2 >> number) & 1) << 1) | (((pops4 >> number) & 1) << 2);
    }

    /// @dev Bit n of the words is about the opcode with the number n of the family: whether it exists, and the
    /// three bits of its pops from the least significant up.
    function _bitmaps(uint256 family) private pure returns (uint256, uint256, uint256, uint256) {
        if (family == FAMILY_NUMERIC) {
            return (
                0x1f0fffffffffffffffffffffffffffffe000000000000000ff,
                0x1f0fffff80fe03f8000e0003800001002000000000000000ff,
                0x7f01fc07fff1fffc7ffffeffc00000000000000000,
                0x0
            );
        }
        if (family == FAMILY_VARIABLE) {
            return (0x40000001f1c000000, 0x1618000000, 0x8000000, 0x0);
        }
        if (family == FAMILY_CONTROL) {
            return (0x15f013, 0x146010, 0x0, 0x0);
        }
        if (family == FAMILY_MEMORY) {
            return (0x1fcfff30000000000, 0x1003ff30000000000, 0x7cc0000000000000, 0x0);
        }
        if (family == FAMILY_BULK) {
            return (0xd00, 0xc00, 0xc00, 0x100);
        }
        if (family == FAMILY_TABLE) {
            return (0xe00003d000, 0xa00002c000, 0x400002c000, 0x1000);
        }
        if (family == FAMILY_HOST) {
            return (0xf, 0xa, 0x6, 0x0);
        }
        return (0, 0, 0, 0);
    }
}
