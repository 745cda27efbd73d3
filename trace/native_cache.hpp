#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/hash256.hpp"
#include "base/strong.hpp"
#include "vm/engine/image_store.hpp"
#include "vm/program/program.hpp"

namespace lockstep::trace {

/// Compiled images of a program as files of a folder, one for each set of compile options:
/// `<image root>-<first 16 digits of the key>.native`, where the key is SHA-256 of the header.
///
/// An entry, big-endian:
///   header   "lockstep-native" and a zero (16 bytes) | format version (4) | processor features (4) |
///            compile options (4) | code version (32, SHA-256) | image root (32) | what the root does
///            not commit to (32, SHA-256)
///   body     its length (8), vm::jit::encode of the image
///   digest   SHA-256 (32) of all before it
///
/// An entry is used only where header, length and digest are as they must be, the tables fit the
/// program, and the file is a regular one of this user that nobody else may write to, in such a folder;
/// otherwise it is as if it were not there. That is protection against accidents and other users:
/// whoever can write as this user to the folder decides what is executed, as with the program itself.
/// See docs/embedding.md.
///
/// Limitation: nothing is ever removed but what a new entry of the same name replaces.
class NativeCache : public vm::ImageStore {
public:
    /// The folder is made, for this user alone, when an entry is first saved. `program` must outlive
    /// the cache.
    NativeCache(std::string folder, const ImageRoot& image_root, const vm::Program& program);

    [[nodiscard]] std::optional<vm::jit::NativeImage> load(
        const vm::jit::CompileOptions& options) const override;

    /// A failure leaves the folder as it was.
    void save(const vm::jit::CompileOptions& options,
              const vm::jit::NativeImage& image) const override;

    /// The file of an entry.
    [[nodiscard]] std::string path(const vm::jit::CompileOptions& options) const;

private:
    [[nodiscard]] Bytes header(const vm::jit::CompileOptions& options) const;

    std::string folder_;
    ImageRoot image_root_;
    const vm::Program& program_;
    Hash256 uncommitted_;
};

}  // namespace lockstep::trace
