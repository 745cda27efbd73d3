#include "store/execution_record.hpp"

#include "base/byte_writer.hpp"
#include "base/check.hpp"
#include "store/field_reader.hpp"
#include "vm/machine/limits.hpp"

namespace lockstep::store {

ExecutionRecord describe(const vm::Invocation& invocation, const trace::Committer& initial) {
    LOCKSTEP_CHECK(initial.record().steps == 0);
    return {.initial_root = StateRoot(trace::hash(initial.record())),
            .image = ImageRoot(initial.record().image),
            .function = invocation.function,
            .arguments = invocation.arguments,
            .input_root = initial.io().input,
            .input_length = initial.io().input_length,
            .gas_limit = invocation.gas_limit};
}

Bytes encode(const StoredExecution& execution) {
    const ExecutionRecord& record = execution.record;
    ByteWriter writer;
    writer.put(record.initial_root.value);
    writer.put(record.image.value);
    writer.put(record.function.value);
    writer.put(static_cast<std::uint32_t>(record.arguments.size()));
    for (const std::uint64_t argument : record.arguments) {
        writer.put(argument);
    }
    writer.put(record.input_root);
    writer.put(record.input_length);
    writer.put(record.gas_limit.value);
    writer.put(execution.created);
    writer.put(execution.used);
    writer.put(execution.output_length);
    return writer.take();
}

std::optional<StoredExecution> decode_execution(ByteView bytes) {
    FieldReader reader(bytes);
    StoredExecution execution;
    ExecutionRecord& record = execution.record;
    record.initial_root = StateRoot(reader.hash());
    record.image = ImageRoot(reader.hash());
    record.function = FunctionIndex(reader.number<std::uint32_t>());
    const auto count = reader.number<std::uint32_t>();
    if (count > vm::kMaxEntryArguments) {
        return std::nullopt;
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        record.arguments.push_back(reader.number<std::uint64_t>());
    }
    record.input_root = reader.hash();
    record.input_length = reader.number<std::uint64_t>();
    record.gas_limit = Gas(reader.number<std::uint64_t>());
    execution.created = reader.number<std::uint64_t>();
    execution.used = reader.number<std::uint64_t>();
    execution.output_length = reader.number<std::uint64_t>();
    if (!reader.is_complete() || execution.output_length > vm::kMaxOutputBytes) {
        return std::nullopt;
    }
    return execution;
}

}  // namespace lockstep::store
