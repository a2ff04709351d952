/*
 * The head of an HTTP request judged: version, method, target and fields, as
 * the library hands them over. The library is lenient; two readers of one
 * connection who understand it differently are how requests are smuggled, so
 * that everything doubtful is refused here. API 1.
 */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include "http/request.h"

/* Why a request is not served; string constants. */
struct refusal {
    unsigned status; /* 0: it is served */
    const char *clause;
    const char *what;
};

/* What has been seen of a head; all but the first two `= {0}` before the first
 * field. */
struct head {
    struct request *request;
    size_t body_size_max;
    struct refusal refusal; /* the first one stays */
    unsigned host_count;
    unsigned length_count;
    unsigned coding_count;
    bool has_length;
    uint64_t length;
};

/* One header field, in order of arrival. */
void head_field(struct head *head, struct bytes name, struct bytes value);

/*
 * After the last field: fills the request's method, path and query. The target
 * must be in the request's arena or outlive the request.
 */
struct refusal head_end(struct head *head, struct bytes method,
                        struct bytes target, struct bytes version);

#endif
