// The main function of fuzz targets where libFuzzer is not linked: runs every file of the folders given
// as arguments through the target, in the order of their names.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "fuzz/fuzz_target.hpp"

namespace {

std::vector<std::filesystem::path> files_under(const std::filesystem::path& root) {
    if (std::filesystem::is_regular_file(root)) {
        return {root};
    }
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        if (entry.is_regular_file()) {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    return files;
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t count = 0;
    for (int i = 1; i < argc; ++i) {
        for (const std::filesystem::path& path : files_under(argv[i])) {
            std::ifstream stream(path, std::ios::binary);
            const std::vector<char> text{std::istreambuf_iterator<char>(stream), {}};
            const std::vector<std::uint8_t> input(text.begin(), text.end());
            // Printed first, so that the last line names the file that a crash is about.
            std::printf("%s\n", path.c_str());
            std::fflush(stdout);
            LLVMFuzzerTestOneInput(input.data(), input.size());
            ++count;
        }
    }
    std::printf("%zu files\n", count);
    return count == 0 ? 1 : 0;
}
