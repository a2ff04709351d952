/*
 * What the routes share: a route's two halves, and the making of an answer in
 * the request's arena. Private to api/.
 */
#ifndef API_CALL_INT_H
#define API_CALL_INT_H

#include "api/api.h"
#include "base/json.h"

/*
 * path    the whole path; or, when it ends in '/', what paths begin with
 * open    no token is asked for
 * begin   answers, or fills call->ask and sets call->waits
 * finish  answers, or asks again; the keeper's problems never come here
 * gone    answers when the keeper cannot; NULL: as a problem
 */
struct route {
    enum route_id id;
    const char *path;
    enum method method;
    bool open;
    void (*begin)(const struct api *api, struct api_call *call);
    void (*finish)(const struct api *api, struct api_call *call,
                   const struct answer *answer);
    void (*gone)(const struct api *api, struct api_call *call,
                 const struct answer *answer);
};

extern const struct route route_inspections;
extern const struct route route_crossings;
extern const struct route route_late_records;
extern const struct route route_corrections;
extern const struct route route_record;
extern const struct route route_searches;
extern const struct route route_statistics;
extern const struct route route_overstayers;
extern const struct route route_health;
extern const struct route route_metrics;
extern const struct route route_openapi;
extern const struct route route_checkpoint;
extern const struct route route_tile;
extern const struct route route_hits;
extern const struct route route_alerts;
extern const struct route route_withdrawals;
extern const struct route route_orders;
extern const struct route route_links;
extern const struct route route_manifests;
extern const struct route route_alerts_show;
extern const struct route route_orders_show;
extern const struct route route_lists;
extern const struct route route_lists_show;
extern const struct route route_peers;
extern const struct route route_mode;
extern const struct route route_roster;
extern const struct route route_custodian_orders;

/* A writer over all that is left of the arena. Nothing may be taken from the
 * arena until answer_json() or answer_text() has closed it. */
void answer_begin(struct api_call *call, struct writer *w);

/* Makes what was written the answer; 500 when it did not fit. */
void answer_json(struct api_call *call, struct writer *w, unsigned status,
                 const char *type);

/* Sends the event as the ask; false, and a problem answered, when the event
 * would not be lawful. */
bool ask_append(const struct api *api, struct api_call *call,
                const struct event *event);

/* The key of the header field Idempotency-Key into call->ask; false, and a
 * problem answered, when it is none. API 2.5 */
bool ask_key(const struct api *api, struct api_call *call);

/* The event of an answer; false, and a problem answered, when it is none. */
bool answer_event(const struct api *api, struct api_call *call,
                  const struct answer *answer, struct event *event);

#endif
