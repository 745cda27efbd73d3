#pragma once

#include <wabt/binary-reader.h>
#include <wabt/feature.h>

namespace lockstep::engines {

/// With exactly the features that Lockstep has.
[[nodiscard]] inline wabt::ReadBinaryOptions wabt_options() {
    wabt::Features features;
    features.disable_simd();
    features.enable_extended_const();
    return {features, nullptr, /*read_debug_names=*/true, /*stop_on_first_error=*/true,
            /*fail_on_custom_section_error=*/false};
}

}  // namespace lockstep::engines
