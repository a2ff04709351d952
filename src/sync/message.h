/*
 * What one node asks of another, and the answer: plain structs that HTTP
 * carries in the world (SYN 7) and a queue in tests. SYN 6.1
 *
 *     GET  /sync/v1/state
 *     GET  /sync/v1/rosters/VERSION            the oldest one from VERSION on
 *     POST /sync/v1/rosters
 *     GET  /sync/v1/logs/HEX/checkpoint        with all cosignatures known
 *     GET  /sync/v1/logs/HEX/entries/START/END/SIZE/BYTES
 *     POST /sync/v1/logs/HEX/entries           a checkpoint and a package
 *     POST /sync/v1/logs/HEX/cosignatures      a checkpoint with more of them
 *     GET  /sync/v1/grants/HEXTO/HEXOF
 *     POST /sync/v1/grants/HEXTO/HEXOF
 *     GET  /sync/v1/lists/SHA256/OFFSET
 *     POST /witness/add-checkpoint             C2SP tlog-witness
 *     GET  /witness/HEX/checkpoint
 *     GET  /mirror/HEX/checkpoint, /mirror/HEX/tile/...
 *
 * HEX is the SHA-256 of a log's origin in lower-case hexadecimal digits. There
 * are no queries, and each path has one spelling.
 */
#ifndef SYNC_MESSAGE_H
#define SYNC_MESSAGE_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/writer.h"
#include "crypto/hash.h"
#include "tlog/tile.h"

/* "/mirror/", 64 digits, "/" and a tile's path, which is shorter than the four
 * numbers of a package. */
#define MESSAGE_PATH_SIZE_MAX 192

/* A package of entries and its checkpoint fit; so does any other body. */
#define MESSAGE_BODY_SIZE_MAX ((size_t)5 << 20)

enum message_method { MESSAGE_GET, MESSAGE_POST };

/*
 * path            NUL-terminated
 * body            of a POST; borrowed as whoever gives the message says
 * reply_size_max  a larger answer is ERR_LIMIT
 * timeout_ms      how long the whole exchange may take
 */
struct message {
    enum message_method method;
    char path[MESSAGE_PATH_SIZE_MAX];
    struct bytes body;
    size_t reply_size_max;
    unsigned timeout_ms;
};

/* The content types that we send; their meaning is in the status and path. */
#define MESSAGE_TEXT "text/plain; charset=utf-8"
#define MESSAGE_BINARY "application/octet-stream"
#define MESSAGE_TREE_SIZE "text/x.tlog.size" /* C2SP tlog-witness, with 409 */

/*
 * error   OK when the peer answered, with whatever status; ERR_BUSY when it
 *         could not be reached, ERR_SHORT when the answer did not come in time
 *         or not whole, ERR_LIMIT when it was too large, ERR_FORMAT when it was
 *         none
 * type    NUL-terminated, or NULL when there is no body; of an answer received
 *         one of the three above, or NULL for any other
 */
struct reply {
    enum err error;
    unsigned status;
    const char *type;
    struct bytes body;
};

enum route_kind {
    ROUTE_STATE,
    ROUTE_ROSTER,       /* number: version */
    ROUTE_ROSTERS,      /* POST */
    ROUTE_CHECKPOINT,   /* hash: the log */
    ROUTE_ENTRIES,      /* hash, range */
    ROUTE_ADD_ENTRIES,  /* POST; hash */
    ROUTE_COSIGNATURES, /* POST; hash */
    ROUTE_GRANT,        /* hash: for whom; other: of which log */
    ROUTE_ADD_GRANT,    /* POST; the same */
    ROUTE_LIST,         /* hash: the list's; number: offset */
    ROUTE_ADD_CHECKPOINT,
    ROUTE_WITNESSED, /* hash */
    ROUTE_MIRROR,    /* hash: its checkpoint */
    ROUTE_TILE       /* hash, tile */
};

/* A package that is asked for: entries from `start` up to `end` of the tree of
 * `size`, in at most `bytes` bytes or one entry. */
struct route_range {
    uint64_t start;
    uint64_t end;
    uint64_t size;
    uint32_t bytes;
};

struct route {
    enum route_kind kind;
    struct hash hash;
    struct hash other;
    uint64_t number;
    struct route_range range;
    struct tile_id tile;
};

/* ERR_NOT_FOUND for all but the one spelling of what there is. SYN 6.1 */
MUST_CHECK enum err route_parse(enum message_method method, struct bytes path,
                                struct route *out);

/* The method and path of a message; the rest is left alone. */
void route_encode(const struct route *route, struct message *out);

/* 64 lower-case hexadecimal digits; false for all else. */
bool message_hash_parse(struct bytes text, struct hash *out);
void message_hash_write(struct writer *w, const struct hash *hash);

#endif
