/*
 * Files as memory. A file that is mapped must not change its size meanwhile:
 * whoever touches what was cut off is ended by SIGBUS. So only files are mapped
 * that nobody changes once they have their name, as those of lists.
 */
#ifndef OS_MAP_H
#define OS_MAP_H

#include "os/os.h"

struct map {
    uint8_t *p; /* at the start of a page; NULL when `size` is 0 */
    size_t size;
};

/*
 * All of a file, to be read only (a write is a fault), its pages shared with
 * every process that maps it and read when first touched. As os->open fails;
 * ERR_LIMIT when the address space has no room.
 */
MUST_CHECK enum err map_open(struct os *os, struct folder folder,
                             const char *path, struct map *out);

/*
 * Makes a file of `size` zero bytes, or replaces one of that name, and maps it
 * for reading and writing. Its room on the disk is taken at once, so that a
 * disk that fills up is ERR_FULL here and no signal later. Also as os->open.
 */
MUST_CHECK enum err map_create(struct os *os, struct folder folder,
                               const char *path, size_t size, unsigned mode,
                               struct map *out);

/* What was written into a map of map_create() is on the disk. ERR_IO. */
MUST_CHECK enum err map_sync(struct os *os, const struct map *map);

/*
 * Memory of no file, zeroed, that costs only what is touched of it: for work
 * whose size is known within wide bounds. ERR_LIMIT.
 */
MUST_CHECK enum err map_scratch(size_t size, struct map *out);

struct bytes map_bytes(const struct map *map);

/* Gives the addresses back. `= {0}` is a map too. */
void map_close(struct map *map);

#endif
