#include "store/state_encoding.hpp"

#include <algorithm>
#include <concepts>

#include "base/byte_writer.hpp"
#include "base/check.hpp"
#include "merkle/sha256.hpp"
#include "store/field_reader.hpp"
#include "vm/machine/limits.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/module/limits.hpp"
#include "vm/program/limits.hpp"

namespace lockstep::store {

namespace {

constexpr std::size_t kHashBytes = sizeof(Hash256);
constexpr std::size_t kSlotBytes = 8;
constexpr std::size_t kFrameBytes = 8 + 4 + 4;
constexpr std::size_t kMemoryBytes = 4 + 4 + kHashBytes;
constexpr std::size_t kMinTableBytes = 4 + 4 + 8;

std::unexpected<StoreError> bad(const char* what) {
    return std::unexpected(StoreError{StoreErrorKind::corrupted, what});
}

Bytes bytes_of(const std::vector<std::uint64_t>& slots) {
    Bytes bytes(slots.size() * sizeof(std::uint64_t));
    for (std::size_t i = 0; i < slots.size(); ++i) {
        store_be(bytes.data() + i * sizeof(std::uint64_t), slots[i]);
    }
    return bytes;
}

std::vector<std::uint64_t> slots_of(ByteView bytes) {
    std::vector<std::uint64_t> slots(bytes.size() / sizeof(std::uint64_t));
    for (std::size_t i = 0; i < slots.size(); ++i) {
        slots[i] = load_be<std::uint64_t>(bytes.data() + i * sizeof(std::uint64_t));
    }
    return slots;
}

Bytes bytes_of(const std::vector<vm::Frame>& frames) {
    ByteWriter writer;
    for (const vm::Frame& frame : frames) {
        writer.put(frame.id);
        writer.put(frame.locals_begin);
        writer.put(frame.return_pc);
    }
    return writer.take();
}

std::vector<vm::Frame> frames_of(ByteView bytes) {
    std::vector<vm::Frame> frames(bytes.size() / kFrameBytes);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const std::uint8_t* const at = bytes.data() + i * kFrameBytes;
        frames[i] = {.id = load_be<std::uint64_t>(at),
                     .locals_begin = load_be<std::uint32_t>(at + 8),
                     .return_pc = load_be<std::uint32_t>(at + 12)};
    }
    return frames;
}

/// length 8 | what is left over of the array, of the hashes of its pieces, of the hashes of theirs, ...
void put_array(ByteWriter& writer, Bytes level, std::size_t piece_bytes, const PieceSink& sink) {
    writer.put(std::uint64_t{level.size()});
    while (true) {
        const std::size_t pieces = level.size() / piece_bytes;
        ByteWriter hashes;
        for (std::size_t i = 0; i < pieces; ++i) {
            const ByteView piece = ByteView(level).subspan(i * piece_bytes, piece_bytes);
            const Hash256 hash = merkle::sha256(piece);
            sink(hash, piece);
            hashes.put(hash);
        }
        writer.put(ByteView(level).subspan(pieces * piece_bytes));
        if (pieces == 0) {
            return;
        }
        level = hashes.take();
    }
}

/// Reads arrays: in full, or only what they refer to.
class ArrayReader {
public:
    ArrayReader(std::size_t piece_bytes, const PieceSource& source,
                std::vector<Hash256>* references, std::uint64_t max_bytes)
        : piece_bytes_(piece_bytes),
          source_(source),
          references_(references),
          bytes_left_(max_bytes) {}

    /// At most so many bytes, in elements of that size. Empty where only references are wanted.
    StoreResult<Bytes> read(FieldReader& reader, std::uint64_t max_bytes,
                            std::size_t element_bytes) {
        const auto length = reader.number<std::uint64_t>();
        if (length > std::min(max_bytes, bytes_left_) || length % element_bytes != 0) {
            return bad("the length of an array is out of range");
        }
        bytes_left_ -= length;
        std::vector<ByteView> rests;
        std::uint64_t pieces = 0;
        for (std::uint64_t bytes = length;; bytes = pieces * kHashBytes) {
            pieces = bytes / piece_bytes_;
            rests.push_back(reader.bytes(static_cast<std::size_t>(bytes % piece_bytes_)));
            if (pieces == 0) {
                break;
            }
        }
        if (!reader.is_whole()) {
            return bad("an array is longer than its entry");
        }
        Bytes level(rests.back().begin(), rests.back().end());
        for (std::size_t below = rests.size() - 1; below-- > 0;) {
            LOCKSTEP_TRY(level, expand(level, rests[below], below == 0));
        }
        return level;
    }

private:
    /// The level below one of hashes.
    StoreResult<Bytes> expand(const Bytes& hashes, ByteView rest, bool is_lowest) const {
        Bytes below;
        for (std::size_t at = 0; at < hashes.size(); at += kHashBytes) {
            Hash256 hash;
            std::copy_n(hashes.data() + at, kHashBytes, hash.bytes.begin());
            if (references_ != nullptr) {
                references_->push_back(hash);
            }
            if (references_ != nullptr && is_lowest) {
                continue;
            }
            LOCKSTEP_TRY(const Bytes piece, source_(hash));
            if (piece.size() != piece_bytes_) {
                return bad("a piece has another length");
            }
            below.insert(below.end(), piece.begin(), piece.end());
        }
        if (references_ == nullptr || !is_lowest) {
            below.insert(below.end(), rest.begin(), rest.end());
        }
        return below;
    }

    std::size_t piece_bytes_;
    const PieceSource& source_;
    std::vector<Hash256>* references_;
    std::uint64_t bytes_left_;  // for all arrays together
};

void put_registers(ByteWriter& writer, const StoredState& state) {
    const trace::StateParts& parts = state.parts;
    writer.put(state.root.value);
    writer.put(static_cast<std::uint8_t>(parts.status));
    writer.put(parts.code);
    writer.put(parts.pc);
    writer.put(parts.slots_used);
    writer.put(parts.steps.value);
    writer.put(parts.gas.value);
    writer.put(parts.locals_begin);
    writer.put(parts.next_frame_id);
    writer.put(parts.output_length);
}

StoreResult<void> read_registers(FieldReader& reader, StoredState& state) {
    trace::StateParts& parts = state.parts;
    state.root = StateRoot(reader.hash());
    const auto status = reader.number<std::uint8_t>();
    parts.code = reader.number<std::uint32_t>();
    parts.pc = reader.number<std::uint32_t>();
    parts.slots_used = reader.number<std::uint32_t>();
    parts.steps = Step(reader.number<std::uint64_t>());
    parts.gas = Gas(reader.number<std::uint64_t>());
    parts.locals_begin = reader.number<std::uint32_t>();
    parts.next_frame_id = reader.number<std::uint64_t>();
    parts.output_length = reader.number<std::uint64_t>();
    if (!reader.is_whole() || status > static_cast<std::uint8_t>(vm::Status::trapped) ||
        parts.output_length > vm::kMaxOutputBytes) {
        return bad("a register is missing or out of range");
    }
    parts.status = static_cast<vm::Status>(status);
    return {};
}

StoreResult<void> read_tables(FieldReader& reader, ArrayReader& arrays, StoredState& state) {
    const auto count = reader.number<std::uint32_t>();
    if (!reader.is_whole() || reader.remaining() / kMinTableBytes < count) {
        return bad("the number of tables is out of range");
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto size = reader.number<std::uint32_t>();
        state.table_max.push_back(reader.number<std::uint32_t>());
        LOCKSTEP_TRY(
            const Bytes slots,
            arrays.read(reader, std::uint64_t{vm::kMaxTableSize} * kSlotBytes, kSlotBytes));
        state.parts.tables.push_back({.slots = slots_of(slots), .size = size});
    }
    return {};
}

StoreResult<void> read_memories(FieldReader& reader, StoredState& state) {
    const auto count = reader.number<std::uint32_t>();
    if (!reader.is_whole() || reader.remaining() != count * kMemoryBytes) {
        return bad("the number of memories is out of range");
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        StoredMemory memory;
        memory.pages = reader.number<std::uint32_t>();
        memory.max_pages = reader.number<std::uint32_t>();
        memory.root = reader.hash();
        if (memory.max_pages > vm::kMaxMemoryPages || memory.pages > memory.max_pages) {
            return bad("the size of a memory is out of range");
        }
        state.memories.push_back(memory);
        state.parts.pages.push_back(memory.pages);
    }
    return {};
}

StoreResult<StoredState> read_state(ByteView bytes, ArrayReader& arrays) {
    FieldReader reader(bytes);
    StoredState state;
    LOCKSTEP_TRY_VOID(read_registers(reader, state));
    LOCKSTEP_TRY(const Bytes values, arrays.read(reader, vm::kMaxValues * kSlotBytes, kSlotBytes));
    LOCKSTEP_TRY(const Bytes locals,
                 arrays.read(reader, vm::kMaxLocalSlots * kSlotBytes, kSlotBytes));
    LOCKSTEP_TRY(const Bytes callers,
                 arrays.read(reader, vm::kMaxCallDepth * kFrameBytes, kFrameBytes));
    LOCKSTEP_TRY(const Bytes globals, arrays.read(reader, kMaxStateBytes, kSlotBytes));
    state.parts.values = slots_of(values);
    state.parts.locals = slots_of(locals);
    state.parts.callers = frames_of(callers);
    state.parts.globals = slots_of(globals);
    LOCKSTEP_TRY_VOID(read_tables(reader, arrays, state));
    LOCKSTEP_TRY_VOID(read_memories(reader, state));
    return state;
}

}  // namespace

Bytes encode(const StoredState& state, std::size_t piece_bytes, const PieceSink& sink) {
    const trace::StateParts& parts = state.parts;
    LOCKSTEP_CHECK(state.table_max.size() == parts.tables.size());
    ByteWriter writer;
    put_registers(writer, state);
    put_array(writer, bytes_of(parts.values), piece_bytes, sink);
    put_array(writer, bytes_of(parts.locals), piece_bytes, sink);
    put_array(writer, bytes_of(parts.callers), piece_bytes, sink);
    put_array(writer, bytes_of(parts.globals), piece_bytes, sink);
    writer.put(static_cast<std::uint32_t>(parts.tables.size()));
    for (std::size_t i = 0; i < parts.tables.size(); ++i) {
        writer.put(parts.tables[i].size);
        writer.put(state.table_max[i]);
        put_array(writer, bytes_of(parts.tables[i].slots), piece_bytes, sink);
    }
    writer.put(static_cast<std::uint32_t>(state.memories.size()));
    for (const StoredMemory& memory : state.memories) {
        writer.put(memory.pages);
        writer.put(memory.max_pages);
        writer.put(memory.root);
    }
    return writer.take();
}

StoreResult<StoredState> decode_state(ByteView bytes, std::size_t piece_bytes,
                                      const PieceSource& source, std::uint64_t max_bytes) {
    ArrayReader arrays(piece_bytes, source, nullptr, max_bytes);
    return read_state(bytes, arrays);
}

StoreResult<StateReferences> decode_references(ByteView bytes, std::size_t piece_bytes,
                                               const PieceSource& source) {
    StateReferences references;
    ArrayReader arrays(piece_bytes, source, &references.pieces, kMaxStateBytes);
    LOCKSTEP_TRY(StoredState state, read_state(bytes, arrays));
    references.root = state.root;
    references.output_length = state.parts.output_length;
    references.memories = std::move(state.memories);
    return references;
}

}  // namespace lockstep::store
