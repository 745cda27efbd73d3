#pragma once

// The objects of the Lisp interpreter: cells of one heap, named by their index, so that they are the
// same on any host. The collector marks what the roots reach and sweeps the rest into a free list.

#include "text_output.h"

enum {
    MAX_CELLS = 6000,
    MAX_ROOTS = 16384,
    MAX_SYMBOLS = 256,
    MAX_NAME_BYTES = 4096,
    CODE_LISP_ERROR = 1,
    CODE_BAD_INPUT = 2
};

typedef u32 Value;  // the index of a cell

typedef enum { FREE, NIL, TRUE, PAIR, INTEGER, SYMBOL, BUILTIN, FORM, CLOSURE } Kind;

// What a and b are: PAIR, the car and the cdr; INTEGER, the low and the high half; SYMBOL, its number;
// BUILTIN and FORM, the index in its table; CLOSURE, (parameters . body) and the environment; FREE,
// the next free cell.
typedef struct {
    u8 kind;
    u8 is_marked;
    u32 a, b;
} Cell;

enum { nil = 0, truth = 1 };

static Cell cells[MAX_CELLS];
static u32 free_cells;  // the first, or 0 for none: cell 0 is never free
static u32 collections;
static Value roots[MAX_ROOTS];
static u32 root_count;

typedef struct {
    u32 name, name_size;
    Value symbol;
    Value value;  // of the global variable; 0xFFFFFFFF: unbound
} Symbol;

enum { UNBOUND = 0xFFFFFFFF };

static Symbol symbols[MAX_SYMBOLS];
static u32 symbol_count;
static u8 names[MAX_NAME_BYTES];
static u32 name_bytes;

static Value mark_stack[MAX_CELLS];

static inline void lisp_error(const char* reason) {
    put_text("\nerror: ");
    put_text(reason);
    put_character('\n');
    stop(CODE_LISP_ERROR);
}

// While a value is needed that nothing else reaches, it is on the stack of roots.
static inline void push_root(Value value) {
    if (root_count == MAX_ROOTS) {
        lisp_error("too many values in use");
    }
    roots[root_count++] = value;
}

static inline void pop_roots(u32 count) {
    root_count -= count;
}

// Each cell is marked before it is pushed, so the stack holds none twice.
static inline void mark(Value root) {
    u32 height = 0;
    if (!cells[root].is_marked) {
        cells[root].is_marked = 1;
        mark_stack[height++] = root;
    }
    while (height != 0) {
        const Cell* cell = &cells[mark_stack[--height]];
        if (cell->kind != PAIR && cell->kind != CLOSURE) {
            continue;
        }
        Value parts[2] = {cell->a, cell->b};
        for (u32 i = 0; i < 2; ++i) {
            if (!cells[parts[i]].is_marked) {
                cells[parts[i]].is_marked = 1;
                mark_stack[height++] = parts[i];
            }
        }
    }
}

static inline void sweep(void) {
    free_cells = 0;
    for (u32 i = MAX_CELLS - 1; i > truth; --i) {
        if (cells[i].is_marked) {
            cells[i].is_marked = 0;
        } else {
            cells[i] = (Cell){.kind = FREE, .a = free_cells};
            free_cells = i;
        }
    }
}

static inline void collect(void) {
    ++collections;
    cells[nil].is_marked = 1;
    cells[truth].is_marked = 1;
    for (u32 i = 0; i < root_count; ++i) {
        mark(roots[i]);
    }
    for (u32 i = 0; i < symbol_count; ++i) {
        mark(symbols[i].symbol);
        if (symbols[i].value != UNBOUND) {
            mark(symbols[i].value);
        }
    }
    sweep();
}

static inline void start_heap(void) {
    cells[nil].kind = NIL;
    cells[truth].kind = TRUE;
    sweep();
}

// A cell; what a and b are must not need protection, or be among the roots.
static inline Value new_cell(Kind kind, u32 a, u32 b) {
    if (free_cells == 0) {
        collect();
        if (free_cells == 0) {
            lisp_error("out of memory");
        }
    }
    Value value = free_cells;
    free_cells = cells[value].a;
    cells[value] = (Cell){.kind = (u8)kind, .a = a, .b = b};
    return value;
}

static inline Value cons(Value a, Value b) {
    push_root(a);
    push_root(b);
    Value pair = new_cell(PAIR, a, b);
    pop_roots(2);
    return pair;
}

static inline Value make_integer(u64 number) {
    return new_cell(INTEGER, (u32)number, (u32)(number >> 32));
}

static inline Kind kind_of(Value value) {
    return (Kind)cells[value].kind;
}

static inline Value car(Value pair) {
    if (kind_of(pair) != PAIR) {
        lisp_error("a pair is expected");
    }
    return cells[pair].a;
}

static inline Value cdr(Value pair) {
    if (kind_of(pair) != PAIR) {
        lisp_error("a pair is expected");
    }
    return cells[pair].b;
}

static inline u64 integer_of(Value value) {
    if (kind_of(value) != INTEGER) {
        lisp_error("an integer is expected");
    }
    return cells[value].a | (u64)cells[value].b << 32;
}

static inline Value find_symbol(const u8* name, u32 size) {
    for (u32 i = 0; i < symbol_count; ++i) {
        u32 same = 0;
        while (same < size && symbols[i].name_size == size &&
               names[symbols[i].name + same] == name[same]) {
            ++same;
        }
        if (same == size && symbols[i].name_size == size) {
            return symbols[i].symbol;
        }
    }
    if (symbol_count == MAX_SYMBOLS || size > MAX_NAME_BYTES - name_bytes) {
        lisp_error("too many symbols");
    }
    Symbol* symbol = &symbols[symbol_count];
    *symbol = (Symbol){name_bytes, size, nil, UNBOUND};
    for (u32 i = 0; i < size; ++i) {
        names[name_bytes++] = name[i];
    }
    symbol->symbol = new_cell(SYMBOL, symbol_count, 0);
    ++symbol_count;
    return symbol->symbol;
}
