/*
 * A log in a temporary folder of the real file system, written through struct
 * os from the library's pieces, with invented entries; and ways to damage it.
 */
#ifndef TESTS_LOG_MADE_H
#define TESTS_LOG_MADE_H

#include "os/os.h"
#include "tlog/checkpoint.h"
#include "tlog/edge.h"

#define LOG_MADE_ORIGIN "border.example/lake"

struct log_made {
    struct os os;
    struct folder folder;
    char path[64];
    struct sign_key secret;
    struct note_key key;
    struct edge edge;
    uint8_t salt; /* another one makes other entries */
    uint8_t bundle[TILE_WIDTH * 64];
    size_t bundle_size;
};

/* An empty log, without a checkpoint. */
void log_made_init(struct log_made *log);
void log_made_deinit(struct log_made *log); /* removes the folder too */

/* Grows it and publishes at that size: partial tiles, then the checkpoint. */
void log_made_grow(struct log_made *log, uint64_t size);

/* The entry that such a log has at `index`. */
struct bytes log_made_entry(const struct log_made *log, uint64_t index,
                            uint8_t block[64]);

/* The checkpoint as it is in the file; `block` holds it. */
struct bytes log_made_checkpoint(struct log_made *log,
                                 uint8_t block[CHECKPOINT_SIZE_MAX]);

/* Replaces or makes a file; folders on the way are made. */
void log_made_write(struct log_made *log, const char *path, struct bytes in);
/* Reads one; on the heap, test_file_free() takes it back. */
struct bytes log_made_read(struct log_made *log, const char *path);
void log_made_remove(struct log_made *log, const char *path);
/* Flips the bit; an offset below 0 counts from the end. */
void log_made_flip(struct log_made *log, const char *path, long at);

#endif
