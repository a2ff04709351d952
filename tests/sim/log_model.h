/*
 * What a log must hold, kept beside one that is tried on a simulated disk: the
 * leaves that were acknowledged, the checkpoints that left the process. Every
 * entry ever appended is another, so that a fork shows.
 */
#ifndef SIM_LOG_MODEL_H
#define SIM_LOG_MODEL_H

#include "sim/disk.h"
#include "tlog/log.h"

#define MODEL_ENTRIES_MAX 8192
#define MODEL_SEEN_MAX 512

/* A checkpoint that somebody may have read. */
struct model_seen {
    uint64_t size;
    struct hash root;
};

struct model {
    struct sim_disk *disk;
    struct log_config config;
    struct sign_key key;
    struct log log;
    bool is_open;

    struct hash leaf[MODEL_ENTRIES_MAX];
    size_t count;  /* acknowledged */
    size_t flight; /* appended in vain after these; may be there or not */
    uint64_t serial;
    struct model_seen seen[MODEL_SEEN_MAX];
    size_t seen_count;
};

/* A model of nothing yet, with what log_create() and log_open() need. */
void model_config(struct model *model, struct sim_disk *disk,
                  uint64_t journal_size);

/* A new log on the disk, opened, with one entry and a checkpoint of it. */
void model_init(struct model *model, struct sim_disk *disk,
                uint64_t journal_size);
void model_deinit(struct model *model);

/* Appends `count` new entries; one in 64 is large. */
MUST_CHECK enum err model_append(struct model *model, size_t count);

/* Remembers the checkpoint that others see now, if one is there. */
void model_observe(struct model *model);

/* Opens the log; fails the test when it is not as it must be. */
void model_open(struct model *model);

/* Opens it, or says why not; checks nothing. */
MUST_CHECK enum err model_try_open(struct model *model);

/* After log_open(): the log holds what it must, and what was seen is of it. */
void model_check(struct model *model);

/* Closes the log and compares every file that must be there, naively. */
void model_check_files(struct model *model);

#endif
