// Linear algebra in f32 and f64. Input: the order of the matrices, the size of a block, the kind of the matrix (0:
// pseudo-random, 1: Hilbert's, 2: singular, 3: with elements at the ends of the range), then a seed (u32,
// little-endian). Output: the product with a second matrix, computed plainly and in blocks, whose sums are rounded in
// another order; the solution of a system by LU decomposition with pivots, in both precisions, and the f32 one refined
// in f64.
#include "float_text.h"

enum { MAX_ORDER = 24, INPUT = 7, CODE_BAD_INPUT = 1, CODE_SINGULAR = 2 };

typedef struct {
    f64 at[MAX_ORDER][MAX_ORDER];
} Matrix;

typedef struct {
    f32 at[MAX_ORDER][MAX_ORDER];
} Matrix32;

static u32 order;
static u32 block;
static u32 seed;

static u32 random_word(void) {
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed;
}

// From about -8 to 8. The divisor is a prime, so that few are exact.
static f64 random_number(void) { return (f64)((i32)random_word() >> 12) / 65521.0; }

static f64 extreme_number(void) {
    f64 number = random_number();
    u32 kind = random_word() % 16;
    f64 scale = kind == 0 ? 0x1p+1020 : kind == 1 ? 0x1p-1060 : kind == 2 ? 0x1p+520 : 1;
    return __builtin_copysign(__builtin_floor(number) * scale, number);
}

static void fill(Matrix* matrix, u32 kind) {
    for (u32 i = 0; i < order; ++i) {
        for (u32 j = 0; j < order; ++j) {
            matrix->at[i][j] = kind == 1 ? 1.0 / (f64)(i + j + 1) : kind == 3 ? extreme_number() : random_number();
        }
    }
    if (kind == 2) {
        for (u32 j = 0; j < order; ++j) {
            matrix->at[order - 1][j] = 2 * matrix->at[0][j];
        }
    }
}

static void narrow(Matrix32* result, const Matrix* matrix) {
    for (u32 i = 0; i < order; ++i) {
        for (u32 j = 0; j < order; ++j) {
            result->at[i][j] = (f32)matrix->at[i][j];
        }
    }
}

static u32 least(u32 a, u32 b) { return a < b ? a : b; }

static void multiply(Matrix* result, const Matrix* a, const Matrix* b) {
    for (u32 i = 0; i < order; ++i) {
        for (u32 j = 0; j < order; ++j) {
            f64 sum = 0;
            for (u32 k = 0; k < order; ++k) {
                sum += a->at[i][k] * b->at[k][j];
            }
            result->at[i][j] = sum;
        }
    }
}

static void multiply_32(Matrix32* result, const Matrix32* a, const Matrix32* b) {
    for (u32 i = 0; i < order; ++i) {
        for (u32 j = 0; j < order; ++j) {
            f32 sum = 0;
            for (u32 k = 0; k < order; ++k) {
                sum += a->at[i][k] * b->at[k][j];
            }
            result->at[i][j] = sum;
        }
    }
}

// Adds to the block of the result at (i, j) the product of the blocks at (i, k) and (k, j), summed by itself first.
static void add_block(Matrix* result, const Matrix* a, const Matrix* b, u32 i0, u32 j0, u32 k0) {
    for (u32 i = i0; i < least(i0 + block, order); ++i) {
        for (u32 j = j0; j < least(j0 + block, order); ++j) {
            f64 sum = 0;
            for (u32 k = k0; k < least(k0 + block, order); ++k) {
                sum += a->at[i][k] * b->at[k][j];
            }
            result->at[i][j] += sum;
        }
    }
}

static void multiply_blocked(Matrix* result, const Matrix* a, const Matrix* b) {
    for (u32 i = 0; i < order; ++i) {
        for (u32 j = 0; j < order; ++j) {
            result->at[i][j] = 0;
        }
    }
    for (u32 i = 0; i < order; i += block) {
        for (u32 j = 0; j < order; j += block) {
            for (u32 k = 0; k < order; k += block) {
                add_block(result, a, b, i, j, k);
            }
        }
    }
}

static u32 hash_of(const Matrix* matrix) {
    u32 hash = 2166136261U;
    for (u32 i = 0; i < order; ++i) {
        for (u32 j = 0; j < order; ++j) {
            u64 bits = bits_of(matrix->at[i][j]);
            for (u32 shift = 0; shift < 64; shift += 8) {
                hash = (hash ^ (u32)(bits >> shift & 0xFF)) * 16777619U;
            }
        }
    }
    return hash;
}

static u32 hash_of_32(const Matrix32* matrix) {
    u32 hash = 2166136261U;
    for (u32 i = 0; i < order; ++i) {
        for (u32 j = 0; j < order; ++j) {
            hash = (hash ^ bits_of_f32(matrix->at[i][j])) * 16777619U;
        }
    }
    return hash;
}

static f64 greatest_difference(const Matrix* a, const Matrix* b) {
    f64 greatest = 0;
    for (u32 i = 0; i < order; ++i) {
        for (u32 j = 0; j < order; ++j) {
            f64 difference = __builtin_fabs(a->at[i][j] - b->at[i][j]);
            greatest = difference > greatest ? difference : greatest;
        }
    }
    return greatest;
}

static void exchange_rows(Matrix* matrix, u32* rows, u32 a, u32 b) {
    u32 row = rows[a];
    rows[a] = rows[b];
    rows[b] = row;
    for (u32 j = 0; j < order; ++j) {
        f64 element = matrix->at[a][j];
        matrix->at[a][j] = matrix->at[b][j];
        matrix->at[b][j] = element;
    }
}

// L below the diagonal, U on and above it; returns the determinant, 0 for a matrix without inverse.
static f64 decompose(Matrix* matrix, u32* rows) {
    f64 determinant = 1;
    for (u32 i = 0; i < order; ++i) {
        rows[i] = i;
    }
    for (u32 k = 0; k < order; ++k) {
        u32 pivot = k;
        for (u32 i = k + 1; i < order; ++i) {
            pivot = __builtin_fabs(matrix->at[i][k]) > __builtin_fabs(matrix->at[pivot][k]) ? i : pivot;
        }
        if (pivot != k) {
            exchange_rows(matrix, rows, k, pivot);
            determinant = -determinant;
        }
        determinant *= matrix->at[k][k];
        if (matrix->at[k][k] == 0) {
            return 0;
        }
        for (u32 i = k + 1; i < order; ++i) {
            f64 factor = matrix->at[i][k] / matrix->at[k][k];
            matrix->at[i][k] = factor;
            for (u32 j = k + 1; j < order; ++j) {
                matrix->at[i][j] -= factor * matrix->at[k][j];
            }
        }
    }
    return determinant;
}

static void solve(f64* x, const Matrix* parts, const u32* rows, const f64* right) {
    for (u32 i = 0; i < order; ++i) {
        x[i] = right[rows[i]];
        for (u32 j = 0; j < i; ++j) {
            x[i] -= parts->at[i][j] * x[j];
        }
    }
    for (u32 i = order; i-- != 0;) {
        for (u32 j = i + 1; j < order; ++j) {
            x[i] -= parts->at[i][j] * x[j];
        }
        x[i] /= parts->at[i][i];
    }
}

// The same in f32: the parts are narrowed, and so is each result.
static void solve_32(f32* x, const Matrix32* parts, const u32* rows, const f64* right) {
    for (u32 i = 0; i < order; ++i) {
        x[i] = (f32)right[rows[i]];
        for (u32 j = 0; j < i; ++j) {
            x[i] -= parts->at[i][j] * x[j];
        }
    }
    for (u32 i = order; i-- != 0;) {
        for (u32 j = i + 1; j < order; ++j) {
            x[i] -= parts->at[i][j] * x[j];
        }
        x[i] /= parts->at[i][i];
    }
}

static f64 residual(f64* left, const Matrix* matrix, const f64* x, const f64* right) {
    f64 square = 0;
    for (u32 i = 0; i < order; ++i) {
        left[i] = right[i];
        for (u32 j = 0; j < order; ++j) {
            left[i] -= matrix->at[i][j] * x[j];
        }
        square += left[i] * left[i];
    }
    return __builtin_sqrt(square);
}

static void report_products(const Matrix* a, const Matrix* b) {
    static Matrix plain, blocked;
    static Matrix32 a32, b32, product;
    multiply(&plain, a, b);
    multiply_blocked(&blocked, a, b);
    narrow(&a32, a);
    narrow(&b32, b);
    multiply_32(&product, &a32, &b32);
    put_text("products ");
    put_hex(hash_of(&plain), 8);
    put_character(' ');
    put_hex(hash_of(&blocked), 8);
    put_character(' ');
    put_hex(hash_of_32(&product), 8);
    put_character('\n');
    put_measure("difference", greatest_difference(&plain, &blocked));
    put_measure("corner", plain.at[order - 1][order - 1]);
    put_measure("corner in f32", product.at[order - 1][order - 1]);
}

static void report_solutions(const Matrix* matrix) {
    static Matrix parts;
    static Matrix32 parts_32;
    u32 rows[MAX_ORDER];
    f64 right[MAX_ORDER], x[MAX_ORDER], left[MAX_ORDER];
    f32 x_32[MAX_ORDER];
    parts = *matrix;
    f64 determinant = decompose(&parts, rows);
    put_measure("determinant", determinant);
    if (determinant == 0) {
        stop(CODE_SINGULAR);
    }
    for (u32 i = 0; i < order; ++i) {
        right[i] = random_number();
    }
    solve(x, &parts, rows, right);
    put_measure("x", x[0]);
    put_measure("residual", residual(left, matrix, x, right));
    narrow(&parts_32, &parts);
    solve_32(x_32, &parts_32, rows, right);
    for (u32 i = 0; i < order; ++i) {
        x[i] = x_32[i];
    }
    put_measure("residual of f32", residual(left, matrix, x, right));
    for (u32 refinement = 0; refinement < 3; ++refinement) {
        solve_32(x_32, &parts_32, rows, left);
        for (u32 i = 0; i < order; ++i) {
            x[i] += x_32[i];
        }
        put_measure("residual when refined", residual(left, matrix, x, right));
    }
}

void _start(void) {
    static Matrix a, b;
    u8 input[INPUT];
    if (input_size() != INPUT) {
        stop(CODE_BAD_INPUT);
    }
    input_read(input, 0, INPUT);
    order = input[0];
    block = input[1];
    seed = (u32)input[3] | (u32)input[4] << 8 | (u32)input[5] << 16 | (u32)input[6] << 24;
    if (order == 0 || order > MAX_ORDER || block == 0 || input[2] > 3 || seed == 0) {
        stop(CODE_BAD_INPUT);
    }
    fill(&a, input[2]);
    fill(&b, 0);
    report_products(&a, &b);
    report_solutions(&a);
    flush_text();
}
