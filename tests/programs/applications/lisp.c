// An interpreter of a small Lisp with lexical scope, tail calls and a collector of garbage. Input: a program. Its
// output is what it displays; an error ends it with code 1, and so does a program that goes on for too long. Integers
// have 64 bits and wrap around. False is (); all else is true. Both the special forms and the functions that are built
// in are called through tables.
#include "lisp_heap.h"

enum {
    MAX_SOURCE = 16384,
    MAX_EVAL_DEPTH = 1000,
    MAX_READ_DEPTH = 64,
    MAX_ARGUMENTS = 8,
    MAX_DISPLAYED = 20000,
    MAX_EVALUATIONS = 300000
};

static u8 source[MAX_SOURCE];
static u32 source_size;
static u32 at;
static u32 eval_depth;
static u32 evaluations;
static u32 displayed;

// What a special form returns: a value, or an expression that takes its place in its environment.
typedef struct {
    u32 is_tail;
    Value value;
    Value environment;
} Result;

typedef struct {
    const char* name;
    Result (*apply)(Value arguments, Value environment);
} Form;

typedef struct {
    const char* name;
    u32 arity;
    Value (*apply)(const Value* arguments);
} Builtin;

// Reading.

static void skip_blanks(void) {
    while (at < source_size && (source[at] <= ' ' || source[at] == ';')) {
        if (source[at] == ';') {
            while (at < source_size && source[at] != '\n') {
                ++at;
            }
        } else {
            ++at;
        }
    }
}

static u32 is_delimiter(u8 character) {
    return character <= ' ' || character == '(' || character == ')' || character == '\'' || character == ';';
}

static Value read_atom(void) {
    u32 begin = at;
    while (at < source_size && !is_delimiter(source[at])) {
        ++at;
    }
    u32 first_digit = begin + (source[begin] == '-' && at - begin > 1);
    u64 number = 0;
    for (u32 i = first_digit; i < at; ++i) {
        if (source[i] < '0' || source[i] > '9') {
            return find_symbol(source + begin, at - begin);
        }
        number = number * 10 + (source[i] - '0');
    }
    return make_integer(first_digit == begin ? number : 0 - number);
}

static Value read_expression(u32 depth);

static Value read_list(u32 depth) {
    push_root(nil);  // the first pair
    push_root(nil);  // the last
    u32 last = root_count - 1;
    for (;;) {
        skip_blanks();
        if (at == source_size) {
            lisp_error("a closing parenthesis is missing");
        }
        if (source[at] == ')') {
            ++at;
            break;
        }
        Value pair = cons(read_expression(depth), nil);
        if (roots[last] == nil) {
            roots[last - 1] = pair;
        } else {
            cells[roots[last]].b = pair;
        }
        roots[last] = pair;
    }
    Value list = roots[last - 1];
    pop_roots(2);
    return list;
}

static Value read_expression(u32 depth) {
    skip_blanks();
    if (depth == MAX_READ_DEPTH) {
        lisp_error("the program is nested too deeply");
    }
    if (at == source_size) {
        lisp_error("an expression is expected");
    }
    if (source[at] == ')') {
        lisp_error("a closing parenthesis is too many");
    }
    if (source[at] == '(') {
        ++at;
        return read_list(depth + 1);
    }
    if (source[at] == '\'') {
        ++at;
        Value quoted = cons(read_expression(depth + 1), nil);
        push_root(quoted);
        Value symbol = find_symbol((const u8*)"quote", 5);
        pop_roots(1);
        return cons(symbol, quoted);
    }
    return read_atom();
}

// Writing.

static void display(Value value, u32 depth) {
    const Cell* cell = &cells[value];
    if (++displayed > MAX_DISPLAYED) {
        lisp_error("too much to display");
    }
    if (depth == MAX_READ_DEPTH) {
        put_text("...");
        return;
    }
    switch (kind_of(value)) {
        case FREE: __builtin_trap();
        case NIL: put_text("()"); break;
        case TRUE: put_text("#t"); break;
        case INTEGER: put_signed((i64)integer_of(value)); break;
        case SYMBOL: put_bytes(names + symbols[cell->a].name, symbols[cell->a].name_size); break;
        case BUILTIN:
        case FORM: put_text("<built in>"); break;
        case CLOSURE: put_text("<closure>"); break;
        case PAIR:
            put_character('(');
            display(cell->a, depth + 1);
            Value rest = cell->b;
            for (; kind_of(rest) == PAIR; rest = cells[rest].b) {
                put_character(' ');
                display(cells[rest].a, depth + 1);
            }
            if (rest != nil) {
                put_text(" . ");
                display(rest, depth + 1);
            }
            put_character(')');
    }
}

// Evaluating. An environment is a list of pairs (symbol . value).

static Value evaluate(Value expression, Value environment);

static Value find_binding(Value symbol, Value environment) {
    for (; environment != nil; environment = cells[environment].b) {
        Value binding = cells[environment].a;
        if (cells[binding].a == symbol) {
            return binding;
        }
    }
    return nil;
}

static Symbol* symbol_of(Value value) {
    if (kind_of(value) != SYMBOL) {
        lisp_error("a symbol is expected");
    }
    return &symbols[cells[value].a];
}

static Value look_up(Value symbol, Value environment) {
    Value binding = find_binding(symbol, environment);
    if (binding != nil) {
        return cells[binding].b;
    }
    Value value = symbol_of(symbol)->value;
    if (value == UNBOUND) {
        display(symbol, 0);
        lisp_error("the variable is not bound");
    }
    return value;
}

// The environment with one more binding; all three are protected meanwhile.
static Value bind(Value symbol, Value value, Value environment) {
    push_root(environment);
    Value binding = cons(symbol, value);
    pop_roots(1);
    return cons(binding, environment);
}

static Value evaluate_list(Value expressions, Value environment) {
    push_root(nil);
    push_root(nil);
    u32 last = root_count - 1;
    for (; expressions != nil; expressions = cdr(expressions)) {
        Value pair = cons(evaluate(car(expressions), environment), nil);
        if (roots[last] == nil) {
            roots[last - 1] = pair;
        } else {
            cells[roots[last]].b = pair;
        }
        roots[last] = pair;
    }
    Value list = roots[last - 1];
    pop_roots(2);
    return list;
}

static Result finished(Value value) { return (Result){0, value, nil}; }

static Result continue_with(Value expression, Value environment) { return (Result){1, expression, environment}; }

// Evaluates all but the last of the expressions.
static Result sequence(Value expressions, Value environment) {
    if (expressions == nil) {
        return finished(nil);
    }
    push_root(expressions);
    push_root(environment);
    for (; cdr(expressions) != nil; expressions = cdr(expressions)) {
        (void)evaluate(car(expressions), environment);
    }
    pop_roots(2);
    return continue_with(car(expressions), environment);
}

static Result form_quote(Value arguments, Value environment) {
    (void)environment;
    return finished(car(arguments));
}

static Result form_if(Value arguments, Value environment) {
    Value branches = cdr(arguments);
    if (evaluate(car(arguments), environment) != nil) {
        return continue_with(car(branches), environment);
    }
    branches = cdr(branches);
    return branches == nil ? finished(nil) : continue_with(car(branches), environment);
}

static Value make_closure(Value parameters_and_body, Value environment) {
    push_root(environment);
    push_root(parameters_and_body);
    Value closure = new_cell(CLOSURE, parameters_and_body, environment);
    pop_roots(2);
    return closure;
}

static Result form_lambda(Value arguments, Value environment) { return finished(make_closure(arguments, environment)); }

// (define name value) or (define (name . parameters) . body); defines global variables.
static Result form_define(Value arguments, Value environment) {
    Value name = car(arguments);
    if (kind_of(name) == PAIR) {
        Value lambda = cons(cdr(name), cdr(arguments));
        name = car(name);
        symbol_of(name)->value = make_closure(lambda, environment);
    } else {
        Value value = evaluate(car(cdr(arguments)), environment);
        symbol_of(name)->value = value;
    }
    return finished(name);
}

static Result form_set(Value arguments, Value environment) {
    Value value = evaluate(car(cdr(arguments)), environment);
    Value binding = find_binding(car(arguments), environment);
    if (binding != nil) {
        cells[binding].b = value;
    } else {
        (void)look_up(car(arguments), nil);
        symbol_of(car(arguments))->value = value;
    }
    return finished(value);
}

static Result form_begin(Value arguments, Value environment) { return sequence(arguments, environment); }

// With `let` the values see the outer environment, with `letrec` each sees the variables before it and its own.
static Result bind_all(Value arguments, Value environment, u32 is_recursive) {
    Value inner = environment;
    for (Value bindings = car(arguments); bindings != nil; bindings = cdr(bindings)) {
        Value symbol = car(car(bindings));
        (void)symbol_of(symbol);
        push_root(inner);
        if (is_recursive) {
            inner = bind(symbol, nil, inner);
            roots[root_count - 1] = inner;
            Value value = evaluate(car(cdr(car(bindings))), inner);
            cells[cells[inner].a].b = value;
        } else {
            Value value = evaluate(car(cdr(car(bindings))), environment);
            inner = bind(symbol, value, inner);
        }
        pop_roots(1);
    }
    return sequence(cdr(arguments), inner);
}

static Result form_let(Value arguments, Value environment) { return bind_all(arguments, environment, 0); }

static Result form_letrec(Value arguments, Value environment) { return bind_all(arguments, environment, 1); }

static Result form_cond(Value arguments, Value environment) {
    for (; arguments != nil; arguments = cdr(arguments)) {
        Value value = evaluate(car(car(arguments)), environment);
        if (value != nil) {
            Value body = cdr(car(arguments));
            return body == nil ? finished(value) : sequence(body, environment);
        }
    }
    return finished(nil);
}

static Result form_and(Value arguments, Value environment) {
    if (arguments == nil) {
        return finished(truth);
    }
    for (; cdr(arguments) != nil; arguments = cdr(arguments)) {
        if (evaluate(car(arguments), environment) == nil) {
            return finished(nil);
        }
    }
    return continue_with(car(arguments), environment);
}

static Result form_or(Value arguments, Value environment) {
    for (; arguments != nil && cdr(arguments) != nil; arguments = cdr(arguments)) {
        Value value = evaluate(car(arguments), environment);
        if (value != nil) {
            return finished(value);
        }
    }
    return arguments == nil ? finished(nil) : continue_with(car(arguments), environment);
}

static const Form forms[] = {
    {"quote", form_quote}, {"if", form_if},       {"lambda", form_lambda}, {"define", form_define},
    {"set!", form_set},    {"begin", form_begin}, {"let", form_let},       {"letrec", form_letrec},
    {"cond", form_cond},   {"and", form_and},     {"or", form_or},
};

// The functions that are built in.

static Value boolean(u32 condition) { return condition ? truth : nil; }

static Value add(const Value* v) { return make_integer(integer_of(v[0]) + integer_of(v[1])); }
static Value subtract(const Value* v) { return make_integer(integer_of(v[0]) - integer_of(v[1])); }
static Value multiply(const Value* v) { return make_integer(integer_of(v[0]) * integer_of(v[1])); }

static u64 divisor_of(Value value) {
    u64 divisor = integer_of(value);
    if (divisor == 0) {
        lisp_error("division by zero");
    }
    return divisor;
}

// The least integer divided by -1 is itself: no division of the machine does that.
static Value quotient(const Value* v) {
    u64 divisor = divisor_of(v[1]);
    u64 number = integer_of(v[0]);
    return make_integer(divisor == ~0ULL ? 0 - number : (u64)((i64)number / (i64)divisor));
}

static Value remainder(const Value* v) {
    u64 divisor = divisor_of(v[1]);
    u64 number = integer_of(v[0]);
    return make_integer(divisor == ~0ULL ? 0 : (u64)((i64)number % (i64)divisor));
}

static Value is_less(const Value* v) { return boolean((i64)integer_of(v[0]) < (i64)integer_of(v[1])); }
static Value is_same_number(const Value* v) { return boolean(integer_of(v[0]) == integer_of(v[1])); }
static Value is_same(const Value* v) { return boolean(v[0] == v[1]); }
static Value is_pair(const Value* v) { return boolean(kind_of(v[0]) == PAIR); }
static Value is_integer(const Value* v) { return boolean(kind_of(v[0]) == INTEGER); }
static Value is_symbol(const Value* v) { return boolean(kind_of(v[0]) == SYMBOL); }
static Value is_nil(const Value* v) { return boolean(v[0] == nil); }
static Value take_car(const Value* v) { return car(v[0]); }
static Value take_cdr(const Value* v) { return cdr(v[0]); }
static Value make_pair(const Value* v) { return cons(v[0], v[1]); }
static Value count_collections(const Value* v) { return (void)v, make_integer(collections); }

static Value set_car(const Value* v) {
    (void)car(v[0]);
    cells[v[0]].a = v[1];
    return v[1];
}

static Value set_cdr(const Value* v) {
    (void)car(v[0]);
    cells[v[0]].b = v[1];
    return v[1];
}

static Value show(const Value* v) {
    display(v[0], 0);
    return v[0];
}

static Value end_line(const Value* v) {
    (void)v;
    put_character('\n');
    return nil;
}

static const Builtin builtins[] = {
    {"+", 2, add},
    {"-", 2, subtract},
    {"*", 2, multiply},
    {"quotient", 2, quotient},
    {"remainder", 2, remainder},
    {"<", 2, is_less},
    {"=", 2, is_same_number},
    {"eq?", 2, is_same},
    {"pair?", 1, is_pair},
    {"integer?", 1, is_integer},
    {"symbol?", 1, is_symbol},
    {"null?", 1, is_nil},
    {"not", 1, is_nil},
    {"car", 1, take_car},
    {"cdr", 1, take_cdr},
    {"cons", 2, make_pair},
    {"set-car!", 2, set_car},
    {"set-cdr!", 2, set_cdr},
    {"display", 1, show},
    {"newline", 0, end_line},
    {"collections", 0, count_collections},
};

// The arguments are among the roots of the caller.
static Value apply_builtin(const Builtin* builtin, Value list) {
    Value arguments[MAX_ARGUMENTS];
    u32 count = 0;
    for (; list != nil && count < builtin->arity; list = cdr(list)) {
        arguments[count++] = car(list);
    }
    if (list != nil || count != builtin->arity) {
        lisp_error("a wrong number of arguments");
    }
    return builtin->apply(arguments);
}

static Result apply_closure(Value closure, Value arguments) {
    Value inner = cells[closure].b;
    Value parameters = car(cells[closure].a);
    for (; kind_of(parameters) == PAIR; parameters = cdr(parameters), arguments = cdr(arguments)) {
        if (arguments == nil) {
            lisp_error("too few arguments");
        }
        inner = bind(car(parameters), car(arguments), inner);
    }
    if (parameters != nil) {
        inner = bind(parameters, arguments, inner);
    } else if (arguments != nil) {
        lisp_error("too many arguments");
    }
    return sequence(cdr(cells[closure].a), inner);
}

static Result evaluate_application(Value expression, Value environment) {
    Value function = evaluate(car(expression), environment);
    if (kind_of(function) == FORM) {
        return forms[cells[function].a].apply(cdr(expression), environment);
    }
    push_root(function);
    Value arguments = evaluate_list(cdr(expression), environment);
    push_root(arguments);
    Result result = {0, nil, nil};
    if (kind_of(function) == BUILTIN) {
        result = finished(apply_builtin(&builtins[cells[function].a], arguments));
    } else if (kind_of(function) == CLOSURE) {
        result = apply_closure(function, arguments);
    } else {
        lisp_error("only functions can be applied");
    }
    pop_roots(2);
    return result;
}

static Value evaluate(Value expression, Value environment) {
    if (++eval_depth > MAX_EVAL_DEPTH) {
        lisp_error("nested too deeply");
    }
    Result result = continue_with(expression, environment);
    while (result.is_tail) {
        if (++evaluations > MAX_EVALUATIONS) {
            lisp_error("too many evaluations");
        }
        push_root(result.value);
        push_root(result.environment);
        if (kind_of(result.value) == SYMBOL) {
            result = finished(look_up(result.value, result.environment));
        } else if (kind_of(result.value) == PAIR) {
            result = evaluate_application(result.value, result.environment);
        } else {
            result.is_tail = 0;
        }
        pop_roots(2);
    }
    --eval_depth;
    return result.value;
}

static Value symbol_named(const char* name) {
    u32 size = 0;
    while (name[size] != 0) {
        ++size;
    }
    return find_symbol((const u8*)name, size);
}

static void define_all(void) {
    symbol_of(symbol_named("#t"))->value = truth;
    for (u32 i = 0; i < sizeof forms / sizeof forms[0]; ++i) {
        Symbol* symbol = symbol_of(symbol_named(forms[i].name));
        symbol->value = new_cell(FORM, i, 0);
    }
    for (u32 i = 0; i < sizeof builtins / sizeof builtins[0]; ++i) {
        Symbol* symbol = symbol_of(symbol_named(builtins[i].name));
        symbol->value = new_cell(BUILTIN, i, 0);
    }
}

void _start(void) {
    source_size = input_size();
    if (source_size > sizeof source) {
        stop(CODE_BAD_INPUT);
    }
    input_read(source, 0, source_size);
    start_heap();
    define_all();
    for (skip_blanks(); at < source_size; skip_blanks()) {
        (void)evaluate(read_expression(0), nil);
    }
    flush_text();
}
