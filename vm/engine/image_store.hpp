#pragma once

#include <optional>

#include "vm/jit/compiled_program.hpp"

namespace lockstep::vm {

/// Where the native images of one program are kept, so that compiling is done once. What it gives is
/// executed: an implementation vouches for it.
class ImageStore {
public:
    ImageStore() = default;
    ImageStore(const ImageStore&) = delete;
    ImageStore(ImageStore&&) = delete;
    ImageStore& operator=(const ImageStore&) = delete;
    ImageStore& operator=(ImageStore&&) = delete;
    virtual ~ImageStore() = default;

    /// The image that compiling with these options would give, if it is kept. Throws std::bad_alloc.
    [[nodiscard]] virtual std::optional<jit::NativeImage> load(
        const jit::CompileOptions& options) const = 0;

    /// Keeps it, or does not. Throws std::bad_alloc.
    virtual void save(const jit::CompileOptions& options, const jit::NativeImage& image) const = 0;
};

}  // namespace lockstep::vm
