// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// forge-lint: disable-start(unsafe-typecast, incorrect-shift)

import {NumericUnit} from "../../src/NumericUnit.sol";
import {Float} from "../../src/instructions/Float.sol";
import {Format, Formats} from "../../src/types/Format.sol";
import {Opcodes} from "../../src/types/Opcodes.sol";
import {Trap} from "../../src/types/Trap.sol";
import {Deployment} from "../Deployment.sol";
import {Expect} from "../Expect.sol";
import {FloatRow, FloatRows} from "../FloatRows.sol";
import {Fault, SlowFloat} from "../SlowFloat.sol";
import {vm} from "../Vm.sol";

/// @title The float instructions against a processor, at edges, and against laws
contract FloatTest {
    uint256 private constant MIN_ROWS = 2000;
    uint256 private constant NAN32 = 0x7FC00000;
    uint256 private constant NAN64 = 0x7FF8000000000000;
    uint256 private constant INFINITY32 = 0x7F800000;
    uint256 private constant INFINITY64 = 0x7FF0000000000000;
    uint256 private constant SIGN32 = 0x80000000;
    uint256 private constant SIGN64 = 0x8000000000000000;
    uint256 private constant ONE32 = 0x3F800000;
    uint256 private constant ONE64 = 0x3FF0000000000000;

    NumericUnit private _unit;
    SlowFloat private _slow;

    /// @dev What all operations of two operands are tried with.
    uint64[] private _edges = [
        0,
        0x8000000000000000,
        1,
        0x8000000000000001,
        0x000FFFFFFFFFFFFF,
        0x0010000000000000,
        0x3FDFFFFFFFFFFFFF,
        0x3FE0000000000000,
        0x3FE0000000000001,
        0x3FF0000000000000,
        0xBFF0000000000000,
        0x3FF0000000000001,
        0x4000000000000000,
        0x4340000000000000,
        0x7FEFFFFFFFFFFFFF,
        0xFFEFFFFFFFFFFFFF,
        0x7FF0000000000000,
        0xFFF0000000000000,
        0x7FF8000000000000,
        0x7FF0000000000001,
        0xFFFFFFFFFFFFFFFF
    ];

    function setUp() public {
        _unit = Deployment.numericUnit();
        _slow = SlowFloat(Deployment.create(vm.getCode("SlowFloat.sol:SlowFloat")));
    }

    function test_every_row_holds_and_there_are_enough() public view {
        (bytes memory file, uint256 count) = FloatRows.load();
        uint256[] memory rows = new uint256[](256);
        FloatRow memory row;
        uint256 mark = FloatRows.markMemory();
        for (uint256 i = 0; i < count; ++i) {
            FloatRows.freeMemory(mark);
            FloatRows.read(file, i, row);
            (uint256 value, Trap trap) = _compute(row.opcode, row.a, row.b);
            if (value != row.result || uint256(trap) != row.trap) _fail(row, value, trap);
            if (FloatRows.isFloat(row.opcode)) ++rows[row.opcode & 0xFF];
        }
        for (uint256 opcode = 0x600; opcode < 0x700; ++opcode) {
            if (!FloatRows.isFloat(opcode)) continue;
            Expect.that(rows[opcode & 0xFF] >= MIN_ROWS, string.concat("too few of ", vm.toString(bytes32(opcode))));
        }
    }

    function test_nan_is_positive_and_without_payload() public view {
        for (uint256 opcode = Opcodes.F32_CEIL; opcode <= Opcodes.F32_MAX; ++opcode) {
            _expect(opcode, 0xFFC12345, ONE32, NAN32);
            _expect(opcode, 0x7F800001, ONE32, NAN32);
            if (opcode >= Opcodes.F32_ADD) _expect(opcode, ONE32, 0xFFFFFFFF, NAN32);
        }
        for (uint256 opcode = Opcodes.F64_CEIL; opcode <= Opcodes.F64_MAX; ++opcode) {
            _expect(opcode, 0xFFF8000000012345, ONE64, NAN64);
            _expect(opcode, 0x7FF0000000000001, ONE64, NAN64);
            if (opcode >= Opcodes.F64_ADD) _expect(opcode, ONE64, type(uint64).max, NAN64);
        }
        _expect(Opcodes.F32_DEMOTE_F64, 0xFFF4000000000000, 0, NAN32);
        _expect(Opcodes.F64_PROMOTE_F32, 0xFFA00000, 0, NAN64);
    }

    function test_invalid_operations_make_nan() public view {
        _expect(Opcodes.F64_ADD, INFINITY64, SIGN64 | INFINITY64, NAN64);
        _expect(Opcodes.F64_SUB, INFINITY64, INFINITY64, NAN64);
        _expect(Opcodes.F64_MUL, SIGN64, INFINITY64, NAN64);
        _expect(Opcodes.F64_MUL, INFINITY64, 0, NAN64);
        _expect(Opcodes.F64_DIV, 0, SIGN64, NAN64);
        _expect(Opcodes.F64_DIV, SIGN64 | INFINITY64, INFINITY64, NAN64);
        _expect(Opcodes.F64_SQRT, SIGN64 | 1, 0, NAN64);
        _expect(Opcodes.F64_SQRT, SIGN64 | INFINITY64, 0, NAN64);
        _expect(Opcodes.F32_ADD, INFINITY32, SIGN32 | INFINITY32, NAN32);
        _expect(Opcodes.F32_MUL, SIGN32, INFINITY32, NAN32);
        _expect(Opcodes.F32_DIV, 0, 0, NAN32);
        _expect(Opcodes.F32_SQRT, SIGN32 | ONE32, 0, NAN32);
    }

    function test_only_the_sign_bit_is_touched() public view {
        _expect(Opcodes.F64_NEG, 0x7FF0000000000123, 0, 0xFFF0000000000123);
        _expect(Opcodes.F64_ABS, 0xFFF4000000000123, 0, 0x7FF4000000000123);
        _expect(Opcodes.F64_COPYSIGN, 0x7FF4000000000123, SIGN64, 0xFFF4000000000123);
        _expect(Opcodes.F64_COPYSIGN, 0xFFF4000000000123, 0x7FFFFFFFFFFFFFFF, 0x7FF4000000000123);
        _expect(Opcodes.F32_NEG, 0xFFA00001, 0, 0x7FA00001);
        _expect(Opcodes.F32_ABS, 0xFFA00001, 0, 0x7FA00001);
        _expect(Opcodes.F32_COPYSIGN, 0x7FA00001, SIGN32, 0xFFA00001);
    }

    function test_f32_is_the_low_half_of_a_slot() public view {
        uint256 high = 0xDEADBEEF << 32;
        _expect(Opcodes.F32_ADD, high | ONE32, high | ONE32, 0x40000000);
        _expect(Opcodes.F32_NEG, high | ONE32, 0, SIGN32 | ONE32);
        _expect(Opcodes.F32_ABS, high | SIGN32, 0, 0);
        _expect(Opcodes.F32_COPYSIGN, high | ONE32, high, ONE32);
        _expect(Opcodes.F32_EQ, high, SIGN32, 1);
        _expect(Opcodes.F64_PROMOTE_F32, high | ONE32, 0, ONE64);
        _expect(Opcodes.I64_TRUNC_F32_U, high | ONE32, 0, 1);
        _expect(Opcodes.I32_TRUNC_SAT_F32_S, high | SIGN32 | ONE32, 0, 0xFFFFFFFF);
        _expect(Opcodes.F64_CONVERT_I32_S, high | 0xFFFFFFFF, 0, SIGN64 | ONE64);
        _expect(Opcodes.F32_CONVERT_I32_U, high | 1, 0, ONE32);
    }

    function test_zeros() public view {
        _expect(Opcodes.F64_ADD, SIGN64, SIGN64, SIGN64);
        _expect(Opcodes.F64_ADD, SIGN64, 0, 0);
        _expect(Opcodes.F64_SUB, ONE64, ONE64, 0);
        _expect(Opcodes.F64_SUB, SIGN64, 0, SIGN64);
        _expect(Opcodes.F64_MUL, SIGN64, ONE64, SIGN64);
        _expect(Opcodes.F64_DIV, 0, SIGN64 | ONE64, SIGN64);
        _expect(Opcodes.F64_DIV, ONE64, SIGN64, SIGN64 | INFINITY64);
        _expect(Opcodes.F64_DIV, ONE64, SIGN64 | INFINITY64, SIGN64);
        _expect(Opcodes.F64_SQRT, SIGN64, 0, SIGN64);
        _expect(Opcodes.F64_MIN, 0, SIGN64, SIGN64);
        _expect(Opcodes.F64_MAX, SIGN64, 0, 0);
        _expect(Opcodes.F64_CEIL, SIGN64 | 1, 0, SIGN64);
        _expect(Opcodes.F64_NEAREST, SIGN64 | 0x3FE0000000000000, 0, SIGN64);
        _expect(Opcodes.F32_MIN, SIGN32, 0, SIGN32);
        _expect(Opcodes.F32_MAX, 0, SIGN32, 0);
        _expect(Opcodes.F32_FLOOR, SIGN32, 0, SIGN32);
        _expect(Opcodes.F32_TRUNC, SIGN32 | 1, 0, SIGN32);
        _expect(Opcodes.F32_DEMOTE_F64, SIGN64 | 1, 0, SIGN32);
        _expect(Opcodes.F64_PROMOTE_F32, SIGN32, 0, SIGN64);
    }

    function test_rounding_at_its_limits() public view {
        // The greatest number and half a unit more, and a little less than that.
        _expect(Opcodes.F64_ADD, 0x7FEFFFFFFFFFFFFF, 0x7C90000000000000, INFINITY64);
        _expect(Opcodes.F64_ADD, 0x7FEFFFFFFFFFFFFF, 0x7C8FFFFFFFFFFFFF, 0x7FEFFFFFFFFFFFFF);
        _expect(Opcodes.F32_DEMOTE_F64, 0x47EFFFFFF0000000, 0, INFINITY32);
        _expect(Opcodes.F32_DEMOTE_F64, 0x47EFFFFFEFFFFFFF, 0, 0x7F7FFFFF);
        // Half of the least number, and a little more than that.
        _expect(Opcodes.F64_MUL, 1, 0x3FE0000000000000, 0);
        _expect(Opcodes.F64_MUL, 1, 0x3FE0000000000001, 1);
        _expect(Opcodes.F32_DEMOTE_F64, 0x3690000000000000, 0, 0);
        _expect(Opcodes.F32_DEMOTE_F64, 0x3690000000000001, 0, 1);
        _expect(Opcodes.F64_MUL, 1, 1, 0);
        _expect(Opcodes.F64_MUL, SIGN64 | 1, 1, SIGN64);
        // From the subnormal to the least normal number.
        _expect(Opcodes.F64_ADD, 0x000FFFFFFFFFFFFF, 1, 0x0010000000000000);
        _expect(Opcodes.F64_DIV, 0x0010000000000000, 0x4000000000000000, 0x0008000000000000);
        _expect(Opcodes.F64_DIV, 1, 0x7FEFFFFFFFFFFFFF, 0);
        _expect(Opcodes.F64_DIV, 0x7FEFFFFFFFFFFFFF, 1, INFINITY64);
        _expect(Opcodes.F64_SQRT, 1, 0, 0x1E60000000000000);
        // A dividend of few bits: what divides the quotient from a tie is only what remains.
        _expect(Opcodes.F64_DIV, 1, 0x008414C31027C4D1, 0x3C397F21CBAC0455);
        _expect(Opcodes.F64_DIV, 2, 0x02F442E37204E52D, 0x39D945163CD15337);
        _expect(Opcodes.F64_DIV, 5, 0x017D037C7C240D49, 0x3B660F00DCEAFC2D);
        // A unit far below the other operand.
        _expect(Opcodes.F64_ADD, ONE64, 1, ONE64);
        _expect(Opcodes.F64_SUB, ONE64, 1, ONE64);
        _expect(Opcodes.F64_SUB, ONE64, 0x3C90000000000000, ONE64);
        _expect(Opcodes.F64_SUB, ONE64, 0x3C90000000000001, 0x3FEFFFFFFFFFFFFF);
        // 2^63 + 2^39 is between two of f32, and an odd one more is above the middle: not so by way of f64.
        _expect(Opcodes.F32_CONVERT_I64_U, 0x8000008000000000, 0, 0x5F000000);
        _expect(Opcodes.F32_CONVERT_I64_U, 0x8000008000000001, 0, 0x5F000001);
        _expect(Opcodes.F64_CONVERT_I64_U, type(uint64).max, 0, 0x43F0000000000000);
    }

    function test_whole_numbers() public view {
        uint256[4] memory opcodes = [Opcodes.F64_CEIL, Opcodes.F64_FLOOR, Opcodes.F64_TRUNC, Opcodes.F64_NEAREST];
        // 1.5, 2.5, -0.75, the greatest number with a fraction, and the next one.
        uint256[5] memory numbers = [
            uint256(0x3FF8000000000000), 0x4004000000000000, 0xBFE8000000000000, 0x432FFFFFFFFFFFFF, 0x4330000000000001
        ];
        uint256[4][5] memory whole = [
            [uint256(0x4000000000000000), ONE64, ONE64, 0x4000000000000000],
            [uint256(0x4008000000000000), 0x4000000000000000, 0x4000000000000000, 0x4000000000000000],
            [SIGN64, SIGN64 | ONE64, SIGN64, SIGN64 | ONE64],
            [uint256(0x4330000000000000), 0x432FFFFFFFFFFFFE, 0x432FFFFFFFFFFFFE, 0x4330000000000000],
            [uint256(0x4330000000000001), 0x4330000000000001, 0x4330000000000001, 0x4330000000000001]
        ];
        for (uint256 i = 0; i < numbers.length; ++i) {
            for (uint256 j = 0; j < opcodes.length; ++j) {
                _expect(opcodes[j], numbers[i], 0, whole[i][j]);
            }
        }
        _expect(Opcodes.F32_NEAREST, 0x3F000000, 0, 0);
        _expect(Opcodes.F32_NEAREST, 0x3F000001, 0, ONE32);
        _expect(Opcodes.F32_NEAREST, 0x3FC00000, 0, 0x40000000);
        _expect(Opcodes.F32_CEIL, 1, 0, ONE32);
        _expect(Opcodes.F32_FLOOR, SIGN32 | 1, 0, SIGN32 | ONE32);
    }

    function test_truncations_at_the_ends_of_integers() public view {
        uint256 two31 = 0x41E0000000000000;
        _expectTruncation(Opcodes.I32_TRUNC_F64_S, two31 - 1, 0x7FFFFFFF, Trap.None);
        _expectTruncation(Opcodes.I32_TRUNC_F64_S, two31, 0x7FFFFFFF, Trap.IntegerOverflow);
        _expectTruncation(Opcodes.I32_TRUNC_F64_S, SIGN64 | two31, 0x80000000, Trap.None);
        _expectTruncation(Opcodes.I32_TRUNC_F64_S, SIGN64 | 0x41E00000001FFFFF, 0x80000000, Trap.None);
        _expectTruncation(Opcodes.I32_TRUNC_F64_S, SIGN64 | 0x41E0000000200000, 0x80000000, Trap.IntegerOverflow);
        _expectTruncation(Opcodes.I32_TRUNC_F64_U, 0x41EFFFFFFFFFFFFF, 0xFFFFFFFF, Trap.None);
        _expectTruncation(Opcodes.I32_TRUNC_F64_U, 0x41F0000000000000, 0xFFFFFFFF, Trap.IntegerOverflow);
        _expectTruncation(Opcodes.I32_TRUNC_F64_U, 0xBFEFFFFFFFFFFFFF, 0, Trap.None);
        _expectTruncation(Opcodes.I32_TRUNC_F64_U, 0xBFF0000000000000, 0, Trap.IntegerOverflow);
        _expectTruncation(Opcodes.I32_TRUNC_F32_S, 0x4F000000, 0x7FFFFFFF, Trap.IntegerOverflow);
        _expectTruncation(Opcodes.I32_TRUNC_F32_S, 0xCF000000, 0x80000000, Trap.None);
        _expectTruncation(Opcodes.I32_TRUNC_F32_U, 0x4F7FFFFF, 0xFFFFFF00, Trap.None);
        _expectTruncation(Opcodes.I64_TRUNC_F64_S, 0x43DFFFFFFFFFFFFF, 0x7FFFFFFFFFFFFC00, Trap.None);
        _expectTruncation(Opcodes.I64_TRUNC_F64_S, 0x43E0000000000000, type(uint64).max >> 1, Trap.IntegerOverflow);
        _expectTruncation(Opcodes.I64_TRUNC_F64_S, 0xC3E0000000000000, 1 << 63, Trap.None);
        _expectTruncation(Opcodes.I64_TRUNC_F64_S, 0xC3E0000000000001, 1 << 63, Trap.IntegerOverflow);
        _expectTruncation(Opcodes.I64_TRUNC_F64_U, 0x43EFFFFFFFFFFFFF, 0xFFFFFFFFFFFFF800, Trap.None);
        _expectTruncation(Opcodes.I64_TRUNC_F64_U, 0x43F0000000000000, type(uint64).max, Trap.IntegerOverflow);
        _expectTruncation(Opcodes.I64_TRUNC_F32_S, 0x5F000000, type(uint64).max >> 1, Trap.IntegerOverflow);
        _expectTruncation(Opcodes.I64_TRUNC_F32_U, 0x5F7FFFFF, 0xFFFFFF0000000000, Trap.None);
        for (uint256 opcode = Opcodes.I32_TRUNC_SAT_F32_S; opcode <= Opcodes.I64_TRUNC_SAT_F64_U; ++opcode) {
            bool isF64 = opcode & 2 != 0;
            uint256 trapping =
                opcode + (opcode & 4 == 0 ? Opcodes.I32_TRUNC_F32_S : Opcodes.I64_TRUNC_F32_S - 4) - 0x600;
            _expectTruncation(trapping, isF64 ? NAN64 : NAN32, 0, Trap.InvalidConversion);
            _expectTruncation(trapping, isF64 ? NAN64 | SIGN64 : NAN32 | SIGN32, 0, Trap.InvalidConversion);
            _expectTruncation(trapping, isF64 ? 1 : 1, 0, Trap.None);
            (uint256 most,) = _compute(opcode, isF64 ? INFINITY64 : INFINITY32, 0);
            (uint256 least,) = _compute(opcode, isF64 ? INFINITY64 | SIGN64 : INFINITY32 | SIGN32, 0);
            uint256 width = opcode & 4 == 0 ? 32 : 64;
            Expect.equal(most, (1 << (opcode & 1 == 0 ? width - 1 : width)) - 1, "the greatest integer");
            Expect.equal(least, opcode & 1 == 0 ? 1 << (width - 1) : 0, "the least integer");
            _expectTruncation(trapping, isF64 ? INFINITY64 : INFINITY32, most, Trap.IntegerOverflow);
            _expectTruncation(trapping, isF64 ? INFINITY64 | SIGN64 : INFINITY32 | SIGN32, least, Trap.IntegerOverflow);
        }
    }

    function test_edges_in_pairs_are_as_the_slow_way_has_them() public view {
        for (uint256 i = 0; i < _edges.length; ++i) {
            for (uint256 j = 0; j < _edges.length; ++j) {
                _expectSlow(Opcodes.F64_SQRT, Opcodes.F64_MAX, _edges[i], _edges[j]);
            }
        }
    }

    function test_anything_is_as_the_slow_way_has_it(uint64 a, uint64 b, uint16 apart) public view {
        _expectSlow(Opcodes.F64_SQRT, Opcodes.F64_MAX, a, b);
        _expectSlow(Opcodes.F32_SQRT, Opcodes.F32_MAX, uint32(a), uint32(b));
        _expectSlow(Opcodes.F32_CONVERT_I32_S, Opcodes.F64_PROMOTE_F32, a, 0);
        // Numbers that are close, so that sums cancel and overlap.
        uint256 near = (a & 0x7FF0000000000000) + (uint256(apart % 128) << 52);
        _expectSlow(Opcodes.F64_ADD, Opcodes.F64_SUB, a, uint64(near) | (b & 0x800FFFFFFFFFFFFF));
    }

    function test_quotients_of_few_bits_are_as_the_slow_way_has_them(uint8 a, uint64 b, uint16 exponent) public view {
        b = uint64((b & 0x800FFFFFFFFFFFFF) | (uint256(exponent) % 1000 << 52));
        _expectSlow(Opcodes.F64_DIV, Opcodes.F64_DIV, a, b);
        _expectSlow(Opcodes.F32_DIV, Opcodes.F32_DIV, a, uint32(b) & 0x807FFFFF | uint32(exponent % 100) << 23);
    }

    function test_laws_of_sums_and_products(uint64 a, uint64 b) public view {
        uint256 sum = _value(Opcodes.F64_ADD, a, b);
        uint256 product = _value(Opcodes.F64_MUL, a, b);
        Expect.equal(sum, _value(Opcodes.F64_ADD, b, a), "a + b = b + a");
        Expect.equal(product, _value(Opcodes.F64_MUL, b, a), "a b = b a");
        Expect.equal(sum, _value(Opcodes.F64_SUB, a, b ^ SIGN64), "a + b = a - -b");
        Expect.equal(_value(Opcodes.F64_MIN, a, b), _value(Opcodes.F64_MIN, b, a), "min(a, b) = min(b, a)");
        Expect.equal(_value(Opcodes.F64_MAX, a, b), _value(Opcodes.F64_MAX, b, a), "max(a, b) = max(b, a)");
        if (product != NAN64) {
            Expect.equal(_value(Opcodes.F64_MUL, a ^ SIGN64, b), product ^ SIGN64, "-a b = -(a b)");
        }
        if (sum != NAN64 && sum != 0) {
            Expect.equal(_value(Opcodes.F64_ADD, a ^ SIGN64, b ^ SIGN64), sum ^ SIGN64, "-a + -b = -(a + b)");
        }
    }

    function test_laws_of_one(uint64 a) public view {
        bool isNan = _isNan64(a);
        uint256 same = isNan ? NAN64 : a;
        Expect.equal(_value(Opcodes.F64_MUL, a, ONE64), same, "a 1 = a");
        Expect.equal(_value(Opcodes.F64_DIV, a, ONE64), same, "a / 1 = a");
        Expect.equal(_value(Opcodes.F64_ADD, a, SIGN64), same, "a + -0 = a");
        Expect.equal(_value(Opcodes.F64_MIN, a, a), same, "min(a, a) = a");
        uint256 narrow = uint32(a);
        if (narrow & 0x7FFFFFFF > INFINITY32) return;
        uint256 wide = _value(Opcodes.F64_PROMOTE_F32, narrow, 0);
        Expect.equal(_value(Opcodes.F32_DEMOTE_F64, wide, 0), narrow, "demote(promote(a)) = a");
        Expect.equal(_value(Opcodes.F32_MUL, narrow, ONE32), narrow, "a 1 = a");
    }

    function test_laws_of_comparisons(uint64 a, uint64 b, bool same) public view {
        if (same) b = a;
        uint256 eq = _value(Opcodes.F64_EQ, a, b);
        uint256 lt = _value(Opcodes.F64_LT, a, b);
        uint256 gt = _value(Opcodes.F64_GT, a, b);
        bool isOrdered = !_isNan64(a) && !_isNan64(b);
        Expect.equal(eq + lt + gt, isOrdered ? 1 : 0, "one of <, =, >");
        Expect.equal(_value(Opcodes.F64_NE, a, b), 1 - eq, "ne");
        Expect.equal(_value(Opcodes.F64_LE, a, b), lt + eq, "le");
        Expect.equal(_value(Opcodes.F64_GE, a, b), gt + eq, "ge");
        if (!isOrdered) return;
        // Equal ones are the same or zeros.
        Expect.equal(_value(Opcodes.F64_MIN, a, b), lt == 1 ? a : gt == 1 ? b : a | b, "min");
        Expect.equal(_value(Opcodes.F64_MAX, a, b), gt == 1 ? a : lt == 1 ? b : a & b, "max");
    }

    function test_laws_of_whole_numbers(uint64 a, uint8 exponent) public view {
        // Around the numbers that have a whole part and a fraction.
        a = uint64((a & 0x800FFFFFFFFFFFFF) | ((1000 + uint256(exponent) % 96) << 52));
        uint256 floor = _value(Opcodes.F64_FLOOR, a, 0);
        uint256 ceil = _value(Opcodes.F64_CEIL, a, 0);
        uint256 nearest = _value(Opcodes.F64_NEAREST, a, 0);
        Expect.equal(ceil, _value(Opcodes.F64_FLOOR, a ^ SIGN64, 0) ^ SIGN64, "ceil(a) = -floor(-a)");
        Expect.equal(_value(Opcodes.F64_TRUNC, a, 0), a < SIGN64 ? floor : ceil, "trunc");
        Expect.that(nearest == floor || nearest == ceil, "nearest is next to it");
        Expect.equal(_value(Opcodes.F64_LE, floor, a), 1, "floor(a) <= a");
        uint256 next = _value(Opcodes.F64_ADD, floor, ONE64);
        Expect.that(ceil == floor || _value(Opcodes.F64_EQ, ceil, next) == 1, "ceil(a) is floor(a) or the next one");
        uint256 down = _value(Opcodes.F64_SUB, a, floor);
        uint256 up = _value(Opcodes.F64_SUB, ceil, a);
        if (down != up) Expect.equal(nearest, down < up ? floor : ceil, "nearest is the closer one");
    }

    function test_integers_survive(uint64 a) public view {
        uint256 narrow = uint32(a);
        uint256 signed64 = _value(Opcodes.F64_CONVERT_I32_S, narrow, 0);
        uint256 unsigned64 = _value(Opcodes.F64_CONVERT_I32_U, narrow, 0);
        Expect.equal(_value(Opcodes.I32_TRUNC_F64_S, signed64, 0), narrow, "i32_s");
        Expect.equal(_value(Opcodes.I32_TRUNC_F64_U, unsigned64, 0), narrow, "i32_u");
        uint256 exact = a >> 11;
        uint256 float = _value(Opcodes.F64_CONVERT_I64_U, exact, 0);
        Expect.equal(_value(Opcodes.I64_TRUNC_F64_U, float, 0), exact, "53 bits");
        Expect.equal(_value(Opcodes.I64_TRUNC_SAT_F64_S, float, 0), exact, "53 bits");
    }

    function test_roots_of_integers(uint112 square, bool isLow) public pure {
        uint256 x = isLow ? (1 << 110) | (square >> 60) : square | (1 << 110);
        uint256 root = Float.integerRoot(x);
        Expect.that(root * root <= x && x < (root + 1) * (root + 1), "rounded down");
        root = (1 << 55) | (square >> 57);
        Expect.equal(Float.integerRoot(root * root), root, "the root of a square");
        if (root > 1 << 55) Expect.equal(Float.integerRoot(root * root - 1), root - 1, "the root of one less");
    }

    function test_roots_are_next_to_each_other(uint64 a) public view {
        a &= 0x7FFFFFFFFFFFFFFF;
        vm.assume(a < INFINITY64 - 1);
        Expect.that(_value(Opcodes.F64_SQRT, a, 0) <= _value(Opcodes.F64_SQRT, a + 1, 0), "roots grow");
    }

    function test_fields_of_the_formats() public pure {
        _checkFormat(Formats.F32, NAN32, INFINITY32, SIGN32, 23, 149);
        _checkFormat(Formats.F64, NAN64, INFINITY64, SIGN64, 52, 1074);
    }

    function _checkFormat(Format format, uint256 nan, uint256 infinity, uint256 sign, uint256 bits, uint256 unit)
        private
        pure
    {
        Expect.equal(format.nan(), nan, "nan");
        Expect.equal(format.infinity(), infinity, "infinity");
        Expect.equal(format.signBit(), sign, "sign");
        Expect.equal(format.fractionBits(), bits, "bits of the fraction");
        Expect.equal(format.unit(), unit, "unit");
    }

    function _isNan64(uint64 a) private pure returns (bool) {
        return a & 0x7FFFFFFFFFFFFFFF > INFINITY64;
    }

    function _value(uint256 opcode, uint256 a, uint256 b) private view returns (uint256 value) {
        Trap trap;
        (value, trap) = _compute(opcode, a, b);
        Expect.that(trap == Trap.None, "trap");
    }

    function _expect(uint256 opcode, uint256 a, uint256 b, uint256 expected) private view {
        (uint256 value, Trap trap) = _compute(opcode, a, b);
        if (value != expected || trap != Trap.None) _fail(FloatRow(opcode, a, b, expected, 0), value, trap);
    }

    /// @dev The saturating instruction of the same numbers gives `nearest`, also where the other one traps.
    function _expectTruncation(uint256 opcode, uint256 a, uint256 nearest, Trap expected) private view {
        (uint256 value, Trap trap) = _compute(opcode, a, 0);
        FloatRow memory row = FloatRow(opcode, a, 0, expected == Trap.None ? nearest : 0, uint256(expected));
        if (value != row.result || trap != expected) _fail(row, value, trap);
        bool isI32 = opcode < Opcodes.I64_TRUNC_F32_S;
        uint256 saturating = opcode - (isI32 ? Opcodes.I32_TRUNC_F32_S : Opcodes.I64_TRUNC_F32_S);
        _expect(saturating + (isI32 ? Opcodes.I32_TRUNC_SAT_F32_S : Opcodes.I64_TRUNC_SAT_F32_S), a, 0, nearest);
    }

    function _expectSlow(uint256 first, uint256 last, uint64 a, uint64 b) private view {
        for (uint256 opcode = first; opcode <= last; ++opcode) {
            _expect(opcode, a, b, _slow.evaluate(Fault.None, opcode, a, b));
        }
    }

    function _compute(uint256 opcode, uint256 a, uint256 b) private view returns (uint256, Trap) {
        return _unit.compute(uint16(opcode), uint64(a), uint64(b));
    }

    function _fail(FloatRow memory row, uint256 value, Trap trap) private pure {
        if (uint256(trap) != row.trap) {
            Expect.equal(uint256(trap), row.trap, string.concat("trap of ", FloatRows.describe(row)));
        }
        Expect.equal(bytes32(value), bytes32(row.result), FloatRows.describe(row));
    }
}
