// The one loop that Swift can't write as fast: its vectors have no table look-up. Everything else is in Swift.
#include "cscan.h"

static inline uint8_t fit(const octolog_triples *t, const uint8_t *p) {
    return t->low[0][p[0] & 15] & t->high[0][p[0] >> 4] & t->low[1][p[1] & 15] & t->high[1][p[1] >> 4]
         & t->low[2][p[2] & 15] & t->high[2][p[2] >> 4];
}

static size_t first_plain(const octolog_triples *t, const uint8_t *bytes, size_t i, size_t count) {
    for (; i + 2 < count; i++)
        if (fit(t, bytes + i)) return i;
    return count;
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx2")))
static inline __m256i fit_block(__m256i low, __m256i high, __m256i half, const uint8_t *p) {
    __m256i here = _mm256_loadu_si256((const __m256i *)p);
    return _mm256_and_si256(
        _mm256_shuffle_epi8(low, _mm256_and_si256(here, half)),
        _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(here, 4), half)));
}

__attribute__((target("avx2")))
static inline __m256i table(const uint8_t *entries) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)entries));
}

__attribute__((target("avx2")))
static size_t first_avx2(const octolog_triples *t, const uint8_t *bytes, size_t i, size_t count) {
    const __m256i half = _mm256_set1_epi8(15), zero = _mm256_setzero_si256();
    const __m256i low0 = table(t->low[0]), high0 = table(t->high[0]);
    const __m256i low1 = table(t->low[1]), high1 = table(t->high[1]);
    const __m256i low2 = table(t->low[2]), high2 = table(t->high[2]);
    // 34 bytes are read at i.
    for (; i + 34 <= count; i += 32) {
        __m256i fits = _mm256_and_si256(
            fit_block(low0, high0, half, bytes + i),
            _mm256_and_si256(
                fit_block(low1, high1, half, bytes + i + 1), fit_block(low2, high2, half, bytes + i + 2)));
        uint32_t misses = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(fits, zero));
        if (misses != 0xFFFFFFFFu) return i + (size_t)__builtin_ctz(~misses);
    }
    return first_plain(t, bytes, i, count);
}
#endif

size_t octolog_first_triple(const octolog_triples *triples, const uint8_t *bytes, size_t start, size_t count) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return first_avx2(triples, bytes, start, count);
#endif
    return first_plain(triples, bytes, start, count);
}
