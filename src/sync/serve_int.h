/* What the answering files share: serve.c takes calls and asks the keeper,
 * serve_get.c reads what is held, serve_add.c takes what is brought. */
#ifndef SYNC_SERVE_INT_H
#define SYNC_SERVE_INT_H

#include "sync/grantbox.h"
#include "sync/serve.h"
#include "sync/witness.h"

/* A reply without a body. */
void serve_status(struct serve_call *call, unsigned status);

/* 200 with a body that lives as long as the call. */
void serve_body(struct serve_call *call, const char *type, struct bytes body);

/* 409 with the size that is held. */
void serve_size(struct serve_call *call, uint64_t size);

/* 404 or 503, after an error of our own files. */
void serve_error(struct serve_call *call, enum err e);

/* A file below DIR, as far as the arena has room. */
void serve_file(struct serve_call *call, const struct sync_host *host,
                const char *path, const char *type);

/* Any GET. */
void serve_get(struct serve_call *call, const struct sync_host *host);

/* Entries and cosignatures that a peer brings of a log that we mirror. */
void serve_add_entries(struct serve_call *call, const struct sync_host *host,
                       struct bytes body, uint64_t now_ns);
void serve_merge(struct serve_call *call, const struct sync_host *host,
                 struct bytes body);

#endif
