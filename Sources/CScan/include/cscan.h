#ifndef OCTOLOG_CSCAN_H
#define OCTOLOG_CSCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Which bytes may stand first, second and third in a word of up to eight groups, one bit each: by the low and by the
/// high half of the byte. What fits a word fits here; what fits here need not be a word.
typedef struct {
    uint8_t low[3][16];
    uint8_t high[3][16];
} octolog_triples;

/// Windows of text, each as one bit in a table of two to the power of `64 - shift`, by the high bits of a product.
typedef struct {
    const uint64_t *bits;
    uint32_t shift;
} octolog_windows;

/// What a window of text is multiplied by to get its place in a table.
#define OCTOLOG_FACTOR 0x9E3779B97F4A7C15ull

/// How many bytes a wide and a narrow window have.
#define OCTOLOG_WIDE 8
#define OCTOLOG_NARROW 4
/// How far two looks for a window are apart, in bytes.
#define OCTOLOG_STRIDE 5

/// How bytes are looked at: all kernels find the same.
typedef enum { OCTOLOG_PLAIN, OCTOLOG_SSSE3, OCTOLOG_AVX2, OCTOLOG_AVX512 } octolog_kernel;

/// The fastest that this processor has.
octolog_kernel octolog_best_kernel(void);

/// Looks from `start` on for places where three bytes fit a group of one or two sets. The last two bytes begin no word
/// of three.
///
/// `places` gets those that were found first, next to each other: its bit `n` is the place `n` behind the one that is
/// returned. If there are none, `count` is returned.
size_t octolog_find_triples(
    octolog_kernel kernel, const octolog_triples *sets, bool has_two, const uint8_t *bytes, size_t start, size_t count,
    uint64_t *places);

/// The first place `start + n * OCTOLOG_STRIDE` whose window is in the table, or `count` if there is none.
size_t octolog_first_wide(
    octolog_kernel kernel, octolog_windows windows, const uint8_t *bytes, size_t start, size_t count);

/// The first place `start + n * OCTOLOG_STRIDE` whose window is in the table, or `count` if there is none.
size_t octolog_first_narrow(
    octolog_kernel kernel, octolog_windows windows, const uint8_t *bytes, size_t start, size_t count);

/// How many of the bytes are `byte`.
size_t octolog_count(octolog_kernel kernel, const uint8_t *bytes, size_t count, uint8_t byte);

#endif
