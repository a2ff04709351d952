/*
 * The country that bench/inspect asks about: travellers who came and went for
 * years, lists of persons and of documents. Everything follows from a number,
 * so that whoever fills the node and whoever asks it need not talk.
 */
#ifndef BENCH_INSPECT_WORLD_SHARED_H
#define BENCH_INSPECT_WORLD_SHARED_H

#include <stdio.h>

#include "cli/sample_mrz.h"
#include "record/event.h"

#define WORLD_TEXT_SIZE 16

/* Traveller `who`: a passport, its lines, and the same as a record has it. The
 * struct holds the texts. */
struct world_traveller {
    struct sample_document passport;
    struct sample_mrz mrz;
    char birth[WORLD_TEXT_SIZE];
    char expiry[WORLD_TEXT_SIZE];
    struct document document;
};

void world_traveller(uint64_t who, struct world_traveller *out);

/*
 * Writes a node's log: `crossings` of so many travellers, each entering and ten
 * days later leaving, every 130 days, in the order of time up to now; each with
 * the inspection before it. The tables are not made: `kufi rebuild` does that.
 * 0, or what main() is to return.
 */
int world_fill(const char *dir, uint64_t crossings, uint64_t travellers);

/* Lists as `kufi list import` reads them: persons (csv), documents. */
int world_persons(FILE *out, uint64_t count);
int world_documents(FILE *out, uint64_t count);

#endif
