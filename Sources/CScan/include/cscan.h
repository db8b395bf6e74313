#ifndef OCTOLOG_CSCAN_H
#define OCTOLOG_CSCAN_H

#include <stddef.h>
#include <stdint.h>

/// Which bytes may stand first, second and third in a word of up to eight groups, one bit each: by the low and by the
/// high half of the byte. What fits a word fits here; what fits here need not be a word.
typedef struct {
    uint8_t low[3][16];
    uint8_t high[3][16];
} octolog_triples;

/// The first place at or after `start` where three bytes fit a group, or `count` if there is none.
/// The last two bytes begin no word of three.
size_t octolog_first_triple(const octolog_triples *triples, const uint8_t *bytes, size_t start, size_t count);

#endif
