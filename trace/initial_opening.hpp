#pragma once

#include "base/bytes.hpp"
#include "base/strong.hpp"
#include "trace/image.hpp"

namespace lockstep::trace {

/// The opening of an image from which a contract computes the initial root of a run of `function`,
/// which must exist (docs/spec/bundle.md, section 4).
[[nodiscard]] Bytes open_initial(const Image& image, FunctionIndex function);

}  // namespace lockstep::trace
