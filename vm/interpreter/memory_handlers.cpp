#include "vm/interpreter/memory_handlers.hpp"

#include "vm/interpreter/credit.hpp"
#include "vm/interpreter/memory_access.hpp"

namespace lockstep::vm {

namespace {

template <Opcode opcode, Address address, Source part, bool is_f64 = false>
struct LoadHandler {
    static Next execute(Registers& r) {
        const std::uint64_t from = effective_address<address, part>(r);
        if (from + access_bytes(opcode) > r.memory_bytes) [[unlikely]] {
            return leave(r, Leaving::trap, kOutOfBounds);
        }
        put<is_f64>(r, load<opcode>(r.memory + from));
        return go_on(r, access_words(address));
    }
};

/// A store to a chunk that has not been logged since the last commitment. The slack of the credit has
/// room for its charges (function_translator.cpp), so that they can be paid.
struct FirstStoreHandler {
    static Next execute(Registers& r) {
        const HandlerContext& context = *r.context;
        Memory& memory = *context.memory;
        const std::uint64_t begin = context.store_address;
        const std::uint64_t end = begin + context.store_size;
        for (std::uint64_t chunk = begin / kChunkBytes; chunk <= (end - 1) / kChunkBytes; ++chunk) {
            if (!memory.charged(static_cast<std::uint32_t>(chunk))) {
                spend_credit(r.credit, cost(kDirtyChunkGas, 0));
            }
        }
        std::memcpy(memory.write(begin, context.store_size), &context.store_value,
                    context.store_size);
        return go_on(r, context.store_words);
    }
};

template <std::uint32_t bytes, Address address, Source part, Source value>
struct StoreHandler {
    static Next execute(Registers& r) {
        const std::uint64_t stored = operand<value, false>(r, 0);
        return store_and_go_on<bytes>(r, effective_address<address, part>(r), stored,
                                      access_words(address));
    }
};

using LoadTable = HandlerTable<2 * kAddresses>;

template <Opcode opcode>
constexpr void add_load(LoadTable& table) {
    if constexpr (is_between(opcode, Opcode::i32_load, Opcode::i64_load32_u)) {
        table[number_of(opcode)] = {
            handle<LoadHandler<opcode, Address::plain, Source::slot>>,
            handle<LoadHandler<opcode, Address::plain, Source::result>>,
            handle<LoadHandler<opcode, Address::plus_constant, Source::slot>>,
            handle<LoadHandler<opcode, Address::plus_constant, Source::result>>,
            handle<LoadHandler<opcode, Address::plus_slot, Source::slot>>,
            handle<LoadHandler<opcode, Address::plus_slot, Source::result>>,
            handle<LoadHandler<opcode, Address::scaled, Source::slot>>,
            handle<LoadHandler<opcode, Address::scaled, Source::result>>,
            handle<LoadHandler<opcode, Address::scaled_plus_constant, Source::slot>>,
            handle<LoadHandler<opcode, Address::scaled_plus_constant, Source::result>>};
    }
}

constexpr LoadTable kLoads = [] {
    LoadTable table{};
#define LOCKSTEP_OPCODE(code, name, family, price, pops, pushes, ends_superblock) \
    add_load<Opcode::name>(table);
#include "vm/program/opcodes.def"
#undef LOCKSTEP_OPCODE
    return table;
}();

/// By address, where its first part comes from, and where the value comes from.
template <std::uint32_t bytes, Address address>
constexpr std::array<Handler*, 6> kStores = {
    handle<StoreHandler<bytes, address, Source::slot, Source::slot>>,
    handle<StoreHandler<bytes, address, Source::slot, Source::result>>,
    handle<StoreHandler<bytes, address, Source::slot, Source::constant>>,
    handle<StoreHandler<bytes, address, Source::result, Source::slot>>,
    nullptr,
    handle<StoreHandler<bytes, address, Source::result, Source::constant>>};

template <std::uint32_t bytes>
Handler* find_store(Address address, std::size_t form) {
    switch (address) {
        case Address::plain: return kStores<bytes, Address::plain>[form];
        case Address::plus_constant: return kStores<bytes, Address::plus_constant>[form];
        case Address::plus_slot: return kStores<bytes, Address::plus_slot>[form];
        case Address::scaled: return kStores<bytes, Address::scaled>[form];
        case Address::scaled_plus_constant:
            return kStores<bytes, Address::scaled_plus_constant>[form];
    }
    return nullptr;
}

template <Address address>
constexpr std::array<Handler*, 2> kFloatLoads = {
    handle<LoadHandler<Opcode::i64_load, address, Source::slot, true>>,
    handle<LoadHandler<Opcode::i64_load, address, Source::result, true>>};

}  // namespace

Handler* float_load_handler(Address address, Source part) {
    const auto form = static_cast<std::size_t>(part);
    switch (address) {
        case Address::plain: return kFloatLoads<Address::plain>[form];
        case Address::plus_constant: return kFloatLoads<Address::plus_constant>[form];
        case Address::plus_slot: return kFloatLoads<Address::plus_slot>[form];
        case Address::scaled: return kFloatLoads<Address::scaled>[form];
        case Address::scaled_plus_constant: return kFloatLoads<Address::scaled_plus_constant>[form];
    }
    return nullptr;
}

Handler* first_store_handler() {
    return handle<FirstStoreHandler>;
}

Handler* load_handler(Opcode opcode, Address address, Source part) {
    return kLoads[number_of(opcode)]
                 [2 * static_cast<std::size_t>(address) + static_cast<std::size_t>(part)];
}

Handler* store_handler(Opcode opcode, Address address, Source part, Source value) {
    const std::size_t form = 3 * static_cast<std::size_t>(part) + static_cast<std::size_t>(value);
    switch (access_bytes(opcode)) {
        case 8: return find_store<8>(address, form);
        case 4: return find_store<4>(address, form);
        case 2: return find_store<2>(address, form);
        default: return find_store<1>(address, form);
    }
}

}  // namespace lockstep::vm
