// The loops that Swift can't write as fast: its vectors have no table look-up. Everything else is in Swift.
#include "cscan.h"
#include <string.h>

static inline uint8_t fit(const octolog_triples *t, const uint8_t *p) {
    return t->low[0][p[0] & 15] & t->high[0][p[0] >> 4] & t->low[1][p[1] & 15] & t->high[1][p[1] >> 4]
         & t->low[2][p[2] & 15] & t->high[2][p[2] >> 4];
}

static size_t find_plain(
    const octolog_triples *sets, bool has_two, const uint8_t *bytes, size_t i, size_t count, uint64_t *places
) {
    *places = 1;
    for (; i + 2 < count; i++)
        if (fit(sets, bytes + i) || (has_two && fit(sets + 1, bytes + i))) return i;
    return count;
}

static size_t count_plain(const uint8_t *bytes, size_t count, uint8_t byte) {
    size_t found = 0;
    for (size_t i = 0; i < count; i++) found += bytes[i] == byte;
    return found;
}

#if defined(__x86_64__)
#include <immintrin.h>

// The kernels below are the same but for the width of their vectors.

#define LANES 16
#define KERNEL(name) name##_ssse3
#define TARGET __attribute__((target("ssse3,popcnt")))
#define VECTOR __m128i
#define LOAD(p) _mm_loadu_si128((const __m128i *)(p))
#define TABLE(p) _mm_loadu_si128((const __m128i *)(p))
#define AND _mm_and_si128
#define OR _mm_or_si128
#define HIGH(v) _mm_and_si128(_mm_srli_epi16(v, 4), half)
#define LOOK_UP _mm_shuffle_epi8
#define ALL(b) _mm_set1_epi8((char)(b))
#define EQUALS(v, w) ((uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, w)))
#include "kernel.inc"

#define LANES 32
#define KERNEL(name) name##_avx2
#define TARGET __attribute__((target("avx2,popcnt")))
#define VECTOR __m256i
#define LOAD(p) _mm256_loadu_si256((const __m256i *)(p))
#define TABLE(p) _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(p)))
#define AND _mm256_and_si256
#define OR _mm256_or_si256
#define HIGH(v) _mm256_and_si256(_mm256_srli_epi16(v, 4), half)
#define LOOK_UP _mm256_shuffle_epi8
#define ALL(b) _mm256_set1_epi8((char)(b))
#define EQUALS(v, w) ((uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, w)))
#include "kernel.inc"

#define LANES 64
#define KERNEL(name) name##_avx512
#define TARGET __attribute__((target("avx512bw,popcnt")))
#define VECTOR __m512i
#define LOAD(p) _mm512_loadu_si512(p)
#define TABLE(p) _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(p)))
#define AND _mm512_and_si512
#define OR _mm512_or_si512
#define HIGH(v) _mm512_and_si512(_mm512_srli_epi16(v, 4), half)
#define LOOK_UP _mm512_shuffle_epi8
#define ALL(b) _mm512_set1_epi8((char)(b))
#define EQUALS(v, w) _mm512_cmpeq_epi8_mask(v, w)
#include "kernel.inc"
#endif

octolog_kernel octolog_best_kernel(void) {
#if defined(__x86_64__)
    bool has_shifts = __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
    if (__builtin_cpu_supports("avx512bw") && has_shifts) return OCTOLOG_AVX512;
    if (__builtin_cpu_supports("avx2") && has_shifts) return OCTOLOG_AVX2;
    if (__builtin_cpu_supports("ssse3") && __builtin_cpu_supports("popcnt")) return OCTOLOG_SSSE3;
#endif
    return OCTOLOG_PLAIN;
}

size_t octolog_find_triples(
    octolog_kernel kernel, const octolog_triples *sets, bool has_two, const uint8_t *bytes, size_t start, size_t count,
    uint64_t *places
) {
    switch (kernel) {
#if defined(__x86_64__)
    case OCTOLOG_AVX512: return find_avx512(sets, has_two, bytes, start, count, places);
    case OCTOLOG_AVX2: return find_avx2(sets, has_two, bytes, start, count, places);
    case OCTOLOG_SSSE3: return find_ssse3(sets, has_two, bytes, start, count, places);
#endif
    default: return find_plain(sets, has_two, bytes, start, count, places);
    }
}

size_t octolog_count(octolog_kernel kernel, const uint8_t *bytes, size_t count, uint8_t byte) {
    switch (kernel) {
#if defined(__x86_64__)
    case OCTOLOG_AVX512: return count_avx512(bytes, count, byte);
    case OCTOLOG_AVX2: return count_avx2(bytes, count, byte);
    case OCTOLOG_SSSE3: return count_ssse3(bytes, count, byte);
#endif
    default: return count_plain(bytes, count, byte);
    }
}

static inline uint64_t load(const uint8_t *p, size_t width) {
    uint64_t window = 0;
    memcpy(&window, p, width);
    return window;
}

static inline uint64_t look(octolog_windows windows, const uint8_t *p, size_t width) {
    uint64_t slot = load(p, width) * OCTOLOG_FACTOR >> windows.shift;
    return windows.bits[slot >> 6] >> (slot & 63);
}

// Eight looks that don't wait for each other.
static inline __attribute__((always_inline)) size_t first_window(
    octolog_windows windows, const uint8_t *bytes, size_t i, size_t count, size_t width
) {
    const size_t stride = OCTOLOG_STRIDE, looks = 8;
    for (; i + (looks - 1) * stride + width <= count; i += looks * stride) {
        uint64_t found = 0;
#pragma clang loop unroll(full)
        for (size_t n = 0; n < looks; n++) found |= look(windows, bytes + i + n * stride, width);
        if (found & 1) break;
    }
    for (; i + width <= count; i += stride)
        if (look(windows, bytes + i, width) & 1) return i;
    return count;
}

// With shifts that leave the flags alone, which are a third as long.
#if defined(__x86_64__)
__attribute__((target("bmi2")))
static size_t first_window_bmi2(octolog_windows windows, const uint8_t *bytes, size_t start, size_t count, size_t width) {
    return width == OCTOLOG_WIDE ? first_window(windows, bytes, start, count, OCTOLOG_WIDE)
                                 : first_window(windows, bytes, start, count, OCTOLOG_NARROW);
}
#endif

size_t octolog_first_wide(
    octolog_kernel kernel, octolog_windows windows, const uint8_t *bytes, size_t start, size_t count
) {
#if defined(__x86_64__)
    if (kernel >= OCTOLOG_AVX2) return first_window_bmi2(windows, bytes, start, count, OCTOLOG_WIDE);
#endif
    return first_window(windows, bytes, start, count, OCTOLOG_WIDE);
}

size_t octolog_first_narrow(
    octolog_kernel kernel, octolog_windows windows, const uint8_t *bytes, size_t start, size_t count
) {
#if defined(__x86_64__)
    if (kernel >= OCTOLOG_AVX2) return first_window_bmi2(windows, bytes, start, count, OCTOLOG_NARROW);
#endif
    return first_window(windows, bytes, start, count, OCTOLOG_NARROW);
}
