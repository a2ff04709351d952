/*
 * A log's directory read through `os`: by its writer, by other processes beside
 * it, by whoever checks a copy of it. Nothing read here is verified; what the
 * tiles lead to is compared with a checkpoint by the caller.
 */
#ifndef TLOG_VIEW_H
#define TLOG_VIEW_H

#include "os/os.h"
#include "tlog/bundle.h"
#include "tlog/tile.h"

/* Where DIR keeps the log. */
#define VIEW_LOG_PREFIX "log/"

/* Beside the checkpoint: the last one that other nodes cosigned. SYN 5.9 */
#define VIEW_COSIGNED_FILE "cosigned"

/* Memory to read into. */
struct block {
    uint8_t *p;
    size_t size;
};

struct log_view {
    struct os *os;
    struct folder dir;
    const char *prefix; /* VIEW_LOG_PREFIX, or "" when `dir` is the log's */
};

/*
 * The checkpoint's text into `out`: ERR_NOT_FOUND before the first, ERR_LIMIT.
 */
MUST_CHECK enum err view_checkpoint(const struct log_view *view, uint8_t *out,
                                    size_t out_size, struct bytes *checkpoint);

/*
 * The checkpoint that others cosigned (VIEW_COSIGNED_FILE) when it covers entry
 * `index`, else the one in place. Nothing of either is verified. As
 * view_checkpoint(); `*cosigned` says which.
 */
MUST_CHECK enum err view_checkpoint_for(const struct log_view *view,
                                        uint64_t index, struct block out,
                                        struct bytes *checkpoint,
                                        bool *cosigned);

/* The tiles of the directory; the view must outlive the source. */
struct tile_source view_tiles(const struct log_view *view);

/*
 * Bundle `index` of the log of `size` entries into `out`, cut from a fuller one
 * where that exact one is no more. ERR_NOT_FOUND when there is none,
 * ERR_CORRUPT when it holds fewer entries than it must, ERR_LIMIT when `out` is
 * too small (BUNDLE_SIZE_MAX always suffices).
 */
MUST_CHECK enum err view_bundle(const struct log_view *view, uint64_t size,
                                uint64_t index, struct block out,
                                struct bytes *bundle);

/*
 * Entry `index` of the log of `size` entries; borrowed from `out`, which takes
 * the whole bundle. ERR_NOT_FOUND past `size`; else as view_bundle().
 */
MUST_CHECK enum err view_entry(const struct log_view *view, uint64_t size,
                               uint64_t index, struct block out,
                               struct bytes *entry);

/* The file's path below the view's folder, with its NUL. */
void view_path(const struct log_view *view, const struct tile_id *id,
               char out[OS_PATH_SIZE_MAX]);

#endif
