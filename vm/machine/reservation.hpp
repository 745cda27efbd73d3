#pragma once

// Ranges of addresses from the operating system.

#include <cstddef>
#include <cstdint>

namespace lockstep::vm {

/// A fresh zero range of `bytes` >= 1 that takes no memory until it is written. Throws std::bad_alloc.
[[nodiscard]] std::uint8_t* reserve_zero(std::size_t bytes);

/// A range that faults wherever it is touched, until made accessible. Throws std::bad_alloc.
[[nodiscard]] std::uint8_t* reserve_inaccessible(std::size_t bytes);

/// Makes a part of a range accessible, or not; both ends at multiples of 4096. Throws std::bad_alloc.
void set_accessible(std::uint8_t* begin, std::size_t bytes, bool accessible);

/// Puts what is mapped at `from` in the place of what is at `to`; both ends at multiples of 4096. The
/// range at `from` is gone. Throws std::bad_alloc, and nothing has changed.
void move_mapping(std::uint8_t* from, std::size_t bytes, std::uint8_t* to);

/// Maps the first bytes of a file in the place of what is at `to`, a multiple of 4096, to be copied page
/// by page when written. Throws std::bad_alloc, and nothing has changed.
void map_file_over(std::uint8_t* to, std::size_t bytes, int file);

void release_reserved(std::uint8_t* begin, std::size_t bytes) noexcept;

}  // namespace lockstep::vm
