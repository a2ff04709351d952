/* What others compare names by: for the same pairs, in the same run. Scores
 * from 0 to 1000. */
#ifndef BENCH_MATCH_OTHERS_SHARED_H
#define BENCH_MATCH_OTHERS_SHARED_H

#include "base/bytes.h"

/* 1 - distance / longer. */
unsigned levenshtein_ratio(struct bytes a, struct bytes b);

/* Winkler's, with a prefix of four at most and weight 0.1. */
unsigned jaro_winkler(struct bytes a, struct bytes b);

/* The Levenshtein ratio of both with their words in order of bytes. */
unsigned token_sort_ratio(struct bytes a, struct bytes b);

#endif
