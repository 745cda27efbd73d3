#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/hex.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/program_file.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "vm/machine/gas.hpp"
#include "vm/program/instruction.hpp"

namespace lockstep::cli {

namespace {

struct ImageCommand {
    std::string program;
    std::vector<LinkedFile> links;
    bool is_json = false;
};

const vm::FunctionType& type_of(const vm::Program& program, FunctionIndex function) {
    return program.types[program.functions[function.value].type];
}

boost::json::object json_report(const LoadedProgram& loaded) {
    const vm::Program& program = loaded.program();
    boost::json::array tables;
    for (const vm::TableShape& table : program.tables) {
        tables.push_back(boost::json::object{{"size", table.size}, {"max", table.max}});
    }
    boost::json::array exports;
    for (const auto& [name, function] : program.exported_functions) {
        exports.push_back(boost::json::object{{"name", name},
                                              {"function", function.value},
                                              {"type", signature(type_of(program, function))}});
    }
    boost::json::array memories;
    for (const vm::MemoryShape& memory : program.memories) {
        memories.push_back(
            boost::json::object{{"pages", memory.pages}, {"max_pages", memory.max_pages}});
    }
    boost::json::object report;
    report["image_root"] = to_hex(loaded.image_root().value);
    report["spec_version"] = vm::kSpecVersion;
    report["functions"] = program.functions.size();
    report["instructions"] = program.code.size();
    report["code_depth"] = loaded.image().image_record.code_depth;
    report["code_root"] = to_hex(loaded.image().image_record.code);
    report["types"] = program.types.size();
    report["memories"] = std::move(memories);
    report["globals"] = program.globals.size();
    report["tables"] = std::move(tables);
    report["data_bytes"] = program.data_pool.size();
    report["elements"] = program.element_pool.size();
    report["exports"] = std::move(exports);
    return report;
}

void print_report(const std::string& path, const LoadedProgram& loaded) {
    constexpr std::size_t kMaxListed = 32;
    const vm::Program& program = loaded.program();
    print_line(file_name(path));
    print_field("image root", to_hex(loaded.image_root().value));
    print_field("functions", grouped(program.functions.size()));
    print_field("instructions",
                fmt::format("{}, {} bytes of code tree leaves", grouped(program.code.size()),
                            grouped(program.code.size() * vm::kInstructionBytes)));
    for (std::size_t i = 0; i < std::min(program.memories.size(), kMaxListed); ++i) {
        const vm::MemoryShape& memory = program.memories[i];
        print_field(i == 0 ? "memory" : "",
                    fmt::format("{}, at most {} (64 KiB each)", counted(memory.pages, "page"),
                                grouped(memory.max_pages)));
    }
    if (program.memories.size() > kMaxListed) {
        print_field("", fmt::format("and {} more", program.memories.size() - kMaxListed));
    }
    print_field("globals", fmt::format("{}, those of passive segments included",
                                       grouped(program.globals.size())));
    print_field("tables", grouped(program.tables.size()));
    print_field("data",
                fmt::format("{}, segments padded", counted(program.data_pool.size(), "byte")));
    print_field("elements",
                fmt::format("{}, segments padded", counted(program.element_pool.size(), "slot")));
    std::size_t count = 0;
    for (const auto& [name, function] : program.exported_functions) {
        if (count++ == kMaxListed) {
            print_field("",
                        fmt::format("and {} more", program.exported_functions.size() - kMaxListed));
            break;
        }
        print_field(count == 1 ? "exports" : "",
                    printable(name) + " " + signature(type_of(program, function)));
    }
}

ExitCode execute(const ImageCommand& command) {
    const LoadedProgram program = load_program(command.program, command.links);
    if (command.is_json) {
        print_line(boost::json::serialize(json_report(program)));
    } else {
        print_report(command.program, program);
    }
    return ExitCode::success;
}

}  // namespace

void add_image_command(CLI::App& app, Command& chosen) {
    const auto command = std::make_shared<ImageCommand>();
    CLI::App* image = app.add_subcommand("image", "Print the commitment to a program");
    add_program(*image, command->program, command->links);
    add_json(*image, command->is_json);
    image->callback([command, &chosen] { chosen = [command] { return execute(*command); }; });
}

}  // namespace lockstep::cli
