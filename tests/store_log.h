/*
 * A real log in a store's folder: events sealed under a keyring and appended,
 * for tests of rebuilding.
 */
#ifndef TESTS_STORE_LOG_H
#define TESTS_STORE_LOG_H

#include "seal/seal.h"
#include "store/rebuild.h"
#include "store_help.h"
#include "tlog/log.h"

#define STORE_LOG_NODES_MAX 4096

struct store_log {
    struct log log;
    struct sign_key key;
    struct keyring keyring;
    struct seal_cursor cursor;
    uint8_t *arena;
    uint8_t *block; /* entries that wait to be appended */
    struct writer w;
    struct bytes entries[LOG_BATCH_MAX];
    size_t count;
    uint32_t slot;
};

void store_log_init(struct store_log *log, struct os *os, struct folder folder);
void store_log_deinit(struct store_log *log);

/* Seals an event, or for NULL seals something and forgets its key. */
void store_log_add(struct store_log *log, const struct event *event);

/* Appends what waits, and publishes it. */
void store_log_write(struct store_log *log);

/* How to rebuild the place's store from the log. */
struct rebuild_config store_log_rebuild(struct store_log *log,
                                        const struct store_config *store);

#endif
