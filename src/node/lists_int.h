/*
 * What importing and verifying lists share.
 */
#ifndef NODE_LISTS_INT_H
#define NODE_LISTS_INT_H

#include "node/lists.h"
#include "os/map.h"

#define LISTS_LOCK LISTS_FOLDER "/lock"
#define LISTS_NEW LISTS_FOLDER "/import.new"
#define LISTS_REFERENCES LISTS_FOLDER "/references.new"

/* How often whoever waits is told: entries. */
#define LISTS_TELL 65536

enum err lists_failed(struct lists_work *work, enum err e, const char *step);

/*
 * Builds an index of a mapped list under the name `path`, synced. Whether there
 * is one to build lists_index_due() says. ERR_CORRUPT: an entry cannot be read.
 */
bool lists_index_due(const struct list_head *head, enum lists_file which);
MUST_CHECK enum err lists_index_build(struct lists_work *work,
                                      const struct list_file *list,
                                      const struct hash *sha256,
                                      enum lists_file which, const char *path);

#endif
