#include "store_log.h"

#include <stdlib.h>

#include "sample_events.h"

#define ORIGIN BYTES("border.example/durres")
#define EPOCH 20600
#define BLOCK_SIZE (2u << 20)

void
store_log_init(struct store_log *log, struct os *os, struct folder folder)
{
    static const uint8_t SEED[SIGN_SEED_SIZE] = {1};
    struct log_config config = {
        .os = os, .dir = folder, .origin = ORIGIN, .journal_size = 4 << 20};
    struct arena arena;

    assert_err(crypto_init(), OK);
    sign_key_init(&log->key, SEED);
    log->arena = malloc(KEYRING_ARENA_SIZE(STORE_LOG_NODES_MAX));
    log->block = malloc(BLOCK_SIZE);
    assert_non_null(log->arena);
    assert_non_null(log->block);
    arena_init(&arena, log->arena, KEYRING_ARENA_SIZE(STORE_LOG_NODES_MAX));
    assert_err(keyring_init(&log->keyring, &arena, ORIGIN, STORE_LOG_NODES_MAX),
               OK);
    assert_err(keyring_open_epoch(&log->keyring, EPOCH, &crypto_random), OK);
    seal_cursor_init(&log->cursor, &log->keyring);
    assert_err(log_create(&config), OK);
    config.key = &log->key;
    assert_err(log_open(&log->log, &config, NULL, NULL), OK);
    writer_init(&log->w, log->block, BLOCK_SIZE);
    log->count = 0;
    log->slot = 0;
}

void
store_log_deinit(struct store_log *log)
{
    assert_err(log_close(&log->log), OK);
    seal_cursor_deinit(&log->cursor);
    keyring_deinit(&log->keyring);
    sign_key_deinit(&log->key);
    free(log->arena);
    free(log->block);
}

void
store_log_add(struct store_log *log, const struct event *event)
{
    uint8_t plain[EVENT_SIZE_MAX];
    struct fault fault;
    struct writer w;
    size_t start = log->w.at;
    const struct event *sealed =
        event != NULL ? event : sample_event("crossing");

    writer_init(&w, plain, sizeof(plain));
    if (event_encode(&w, sealed, &fault) != OK)
        fail_msg("event %d: %s", (int)sealed->type, fault.clause);
    if (event_holds_person(sealed)) {
        assert_err(entry_seal(&log->cursor, EPOCH, log->slot++, writer_done(&w),
                              &log->w),
                   OK);
    } else {
        assert_err(entry_encode_open(&log->w, writer_done(&w)), OK);
    }
    log->entries[log->count++] =
        bytes_slice(writer_done(&log->w), start, log->w.at - start);
    if (event == NULL)
        assert_err(keyring_puncture(&log->keyring, EPOCH, log->slot - 1), OK);
    if (log->count == LOG_BATCH_MAX || log->w.at > BLOCK_SIZE / 2)
        store_log_write(log);
}

void
store_log_write(struct store_log *log)
{
    static struct hash leaves[LOG_BATCH_MAX];
    uint64_t first;

    if (log->count > 0)
        assert_err(
            log_append(&log->log, log->entries, log->count, leaves, &first),
            OK);
    log->count = 0;
    writer_init(&log->w, log->block, BLOCK_SIZE);
    assert_err(log_flush(&log->log), OK);
    assert_err(log_publish(&log->log), OK);
}

struct rebuild_config
store_log_rebuild(struct store_log *log, const struct store_config *store)
{
    return (struct rebuild_config){
        .store = *store,
        .view = {store->os, store->folder, VIEW_LOG_PREFIX},
        .size = log_size(&log->log),
        .keyring = &log->keyring,
        .threads = 2,
    };
}
