// Checks a JSON text (RFC 8259) and writes it anew. Input: a letter, then the text. The letter says how: 'p' indented,
// 'c' without blanks, 's' as 'c' with the members of objects sorted by their names' bytes. Where the text is wrong: the
// offset in it and the reason, and code 1. Names within an object must differ; numbers stay as they are written.
#include "text_output.h"

enum { MAX_SIZE = 65536, MAX_NODES = 16384, MAX_DEPTH = 100, CODE_WRONG_TEXT = 1, CODE_BAD_INPUT = 2 };

typedef enum { OBJECT, ARRAY, STRING, NUMBER, WORD } Kind;

// Strings are decoded into the pool; numbers and words are stretches of the text.
typedef struct {
    Kind kind;
    u32 begin, size;  // of the string in the pool, of anything else in the text
    u32 name, name_size;
    u32 first;  // of the members or elements, 0 for none
    u32 next;
} Node;

static u8 text[MAX_SIZE];
static u32 text_end;
static u32 at;
static u8 pool[MAX_SIZE];
static u32 pool_size;
static Node nodes[MAX_NODES];
static u32 node_count = 1;  // the first stands for none

static void wrong(u32 offset, const char* reason) {
    put_text("offset ");
    put_decimal(offset);
    put_text(": ");
    put_text(reason);
    put_character('\n');
    stop(CODE_WRONG_TEXT);
}

// The character at the current place; 0 at the end, which no JSON text has outside of the end.
static u8 peek(void) { return at < text_end ? text[at] : 0; }

static void skip_blanks(void) {
    while (at < text_end && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')) {
        ++at;
    }
}

static void append_to_pool(u32 byte) { pool[pool_size++] = (u8)byte; }

static void append_code_point(u32 code) {
    if (code < 0x80) {
        append_to_pool(code);
    } else if (code < 0x800) {
        append_to_pool(0xC0 | code >> 6);
        append_to_pool(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        append_to_pool(0xE0 | code >> 12);
        append_to_pool(0x80 | (code >> 6 & 0x3F));
        append_to_pool(0x80 | (code & 0x3F));
    } else {
        append_to_pool(0xF0 | code >> 18);
        append_to_pool(0x80 | (code >> 12 & 0x3F));
        append_to_pool(0x80 | (code >> 6 & 0x3F));
        append_to_pool(0x80 | (code & 0x3F));
    }
}

static u32 digit_value(u8 character) {
    if (character >= '0' && character <= '9') {
        return character - '0';
    }
    u8 lower = character | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10U : 16;
}

static u32 parse_four_digits(void) {
    u32 code = 0;
    for (u32 i = 0; i < 4; ++i) {
        u32 digit = digit_value(peek());
        if (digit == 16) {
            wrong(at, "four hexadecimal digits are expected");
        }
        code = code << 4 | digit;
        ++at;
    }
    return code;
}

static void parse_unicode_escape(u32 begin) {
    u32 code = parse_four_digits();
    if (code >= 0xDC00 && code <= 0xDFFF) {
        wrong(begin, "a low surrogate comes first");
    }
    if (code >= 0xD800 && code <= 0xDBFF) {
        if (peek() != '\\' || at + 1 >= text_end || text[at + 1] != 'u') {
            wrong(at, "a low surrogate is expected");
        }
        at += 2;
        u32 low = parse_four_digits();
        if (low < 0xDC00 || low > 0xDFFF) {
            wrong(at - 6, "a low surrogate is expected");
        }
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    append_code_point(code);
}

static void parse_escape(void) {
    u32 begin = at++;
    u8 character = peek();
    ++at;
    switch (character) {
        case '"':
        case '\\':
        case '/': append_to_pool(character); break;
        case 'b': append_to_pool('\b'); break;
        case 'f': append_to_pool('\f'); break;
        case 'n': append_to_pool('\n'); break;
        case 'r': append_to_pool('\r'); break;
        case 't': append_to_pool('\t'); break;
        case 'u': parse_unicode_escape(begin); break;
        default: wrong(begin, "there is no such escape");
    }
}

// A character of several bytes: shortest form only, no surrogates, nothing past U+10FFFF.
static void parse_utf8(void) {
    u32 begin = at;
    u8 lead = text[at++];
    u32 more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    u32 code = lead & (0x3FU >> more);
    if (lead < 0xC0 || lead > 0xF7) {
        wrong(begin, "not UTF-8");
    }
    for (u32 i = 0; i < more; ++i, ++at) {
        if ((peek() & 0xC0) != 0x80) {
            wrong(begin, "not UTF-8");
        }
        code = code << 6 | (peek() & 0x3F);
    }
    static const u32 least[4] = {0, 0x80, 0x800, 0x10000};
    if (code < least[more] || (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF) {
        wrong(begin, "not UTF-8");
    }
    append_code_point(code);
}

static void parse_string(u32* begin, u32* size) {
    u32 quote = at++;
    *begin = pool_size;
    for (;;) {
        if (at >= text_end) {
            wrong(quote, "the string does not end");
        }
        u8 character = text[at];
        if (character == '"') {
            break;
        }
        if (character < 0x20) {
            wrong(at, "a control character in a string");
        }
        if (character == '\\') {
            parse_escape();
        } else if (character >= 0x80) {
            parse_utf8();
        } else {
            append_to_pool(character);
            ++at;
        }
    }
    ++at;
    *size = pool_size - *begin;
}

static void skip_digits(void) {
    if (peek() < '0' || peek() > '9') {
        wrong(at, "a digit is expected");
    }
    while (peek() >= '0' && peek() <= '9') {
        ++at;
    }
}

static void parse_number(void) {
    if (peek() == '-') {
        ++at;
    }
    if (peek() == '0') {
        ++at;
    } else {
        skip_digits();
    }
    if (peek() == '.') {
        ++at;
        skip_digits();
    }
    if ((peek() | 0x20) == 'e') {
        ++at;
        if (peek() == '+' || peek() == '-') {
            ++at;
        }
        skip_digits();
    }
}

static void parse_word(const char* word) {
    u32 begin = at;
    for (; *word != 0; ++word, ++at) {
        if (peek() != (u8)*word) {
            wrong(begin, "a value is expected");
        }
    }
}

static u32 parse_value(u32 depth);

static i32 compare_names(const Node* a, const Node* b) {
    u32 common = a->name_size < b->name_size ? a->name_size : b->name_size;
    for (u32 i = 0; i < common; ++i) {
        i32 difference = pool[a->name + i] - pool[b->name + i];
        if (difference != 0) {
            return difference;
        }
    }
    return (i32)a->name_size - (i32)b->name_size;
}

static void check_name_is_new(const Node* object, const Node* name, u32 offset) {
    for (u32 member = object->first; member != 0; member = nodes[member].next) {
        if (compare_names(&nodes[member], name) == 0) {
            wrong(offset, "the object has a member of that name");
        }
    }
}

static Node parse_name(const Node* object) {
    Node name = {0};
    u32 offset = at;
    if (peek() != '"') {
        wrong(at, "a name is expected");
    }
    parse_string(&name.name, &name.name_size);
    check_name_is_new(object, &name, offset);
    skip_blanks();
    if (peek() != ':') {
        wrong(at, "a colon is expected");
    }
    ++at;
    skip_blanks();
    return name;
}

static void parse_members(u32 parent, u8 end, u32 depth) {
    u32* link = &nodes[parent].first;
    ++at;
    skip_blanks();
    if (peek() == end && at < text_end) {
        ++at;
        return;
    }
    for (;;) {
        Node name = {0};
        if (end == '}') {
            name = parse_name(&nodes[parent]);
        }
        u32 child = parse_value(depth);
        nodes[child].name = name.name;
        nodes[child].name_size = name.name_size;
        *link = child;
        link = &nodes[child].next;
        skip_blanks();
        u8 character = peek();
        if (character != ',' && character != end) {
            wrong(at,
                  end == '}' ? "a comma or a closing brace is expected" : "a comma or a closing bracket is expected");
        }
        ++at;
        if (character == end) {
            return;
        }
        skip_blanks();
    }
}

static u32 new_node(void) {
    if (node_count == MAX_NODES) {
        wrong(at, "too many values");
    }
    return node_count++;
}

static u32 parse_value(u32 depth) {
    if (depth == MAX_DEPTH) {
        wrong(at, "nested too deeply");
    }
    u32 index = new_node();
    Node* node = &nodes[index];
    node->begin = at;
    switch (peek()) {
        case '{':
            node->kind = OBJECT;
            parse_members(index, '}', depth + 1);
            return index;
        case '[':
            node->kind = ARRAY;
            parse_members(index, ']', depth + 1);
            return index;
        case '"':
            node->kind = STRING;
            parse_string(&node->begin, &node->size);
            return index;
        case 't': node->kind = WORD, parse_word("true"); break;
        case 'f': node->kind = WORD, parse_word("false"); break;
        case 'n': node->kind = WORD, parse_word("null"); break;
        default:
            node->kind = NUMBER;
            if (peek() != '-' && (peek() < '0' || peek() > '9')) {
                wrong(at, "a value is expected");
            }
            parse_number();
    }
    node->size = at - node->begin;
    return index;
}

// A merge of two sorted lists of members.
static u32 merge(u32 a, u32 b) {
    u32 head = 0;
    u32* link = &head;
    while (a != 0 && b != 0) {
        u32* least = compare_names(&nodes[a], &nodes[b]) <= 0 ? &a : &b;
        *link = *least;
        link = &nodes[*link].next;
        *least = *link;
    }
    *link = a != 0 ? a : b;
    return head;
}

static u32 sort_members(u32 first) {
    if (first == 0 || nodes[first].next == 0) {
        return first;
    }
    u32 middle = first;
    for (u32 end = nodes[first].next; end != 0 && nodes[end].next != 0; end = nodes[nodes[end].next].next) {
        middle = nodes[middle].next;
    }
    u32 second = nodes[middle].next;
    nodes[middle].next = 0;
    return merge(sort_members(first), sort_members(second));
}

static void write_string(u32 begin, u32 size) {
    static const u8 escapes[] = "btn_fr";
    put_character('"');
    for (u32 i = begin; i < begin + size; ++i) {
        u8 character = pool[i];
        if (character == '"' || character == '\\') {
            put_character('\\');
            put_character(character);
        } else if (character >= 8 && character <= 13 && character != 11) {
            put_character('\\');
            put_character(escapes[character - 8]);
        } else if (character < 0x20) {
            put_text("\\u");
            put_hex(character, 4);
        } else {
            put_character(character);
        }
    }
    put_character('"');
}

static void new_line(u8 style, u32 depth) {
    if (style == 'p') {
        put_character('\n');
        for (u32 i = 0; i < 2 * depth; ++i) {
            put_character(' ');
        }
    }
}

static void write_value(u32 index, u8 style, u32 depth);

static void write_members(Node* node, u8 style, u32 depth) {
    put_character(node->kind == OBJECT ? '{' : '[');
    if (style == 's' && node->kind == OBJECT) {
        node->first = sort_members(node->first);
    }
    for (u32 child = node->first; child != 0; child = nodes[child].next) {
        new_line(style, depth + 1);
        if (node->kind == OBJECT) {
            write_string(nodes[child].name, nodes[child].name_size);
            put_text(style == 'p' ? ": " : ":");
        }
        write_value(child, style, depth + 1);
        if (nodes[child].next != 0) {
            put_character(',');
        }
    }
    if (node->first != 0) {
        new_line(style, depth);
    }
    put_character(node->kind == OBJECT ? '}' : ']');
}

static void write_value(u32 index, u8 style, u32 depth) {
    Node* node = &nodes[index];
    switch (node->kind) {
        case OBJECT:
        case ARRAY: write_members(node, style, depth); break;
        case STRING: write_string(node->begin, node->size); break;
        case NUMBER:
        case WORD: put_bytes(text + node->begin, node->size); break;
    }
}

void _start(void) {
    u8 style = 0;
    u32 size = input_size();
    if (size == 0 || size - 1 > sizeof text) {
        stop(CODE_BAD_INPUT);
    }
    input_read(&style, 0, 1);
    if (style != 'p' && style != 'c' && style != 's') {
        stop(CODE_BAD_INPUT);
    }
    text_end = size - 1;
    input_read(text, 1, text_end);
    skip_blanks();
    u32 root = parse_value(0);
    skip_blanks();
    if (at != text_end) {
        wrong(at, "the text goes on after its value");
    }
    write_value(root, style, 0);
    put_character('\n');
    flush_text();
}
