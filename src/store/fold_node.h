/*
 * What events do to what is known of nodes and by them: their rows, how much of
 * their word counts here, incidents, modes, orders of the custodians. STO 2.8,
 * 2.16 .. 2.18, 6
 */
#ifndef STORE_FOLD_NODE_H
#define STORE_FOLD_NODE_H

#include "record/name.h"
#include "store/fold.h"
#include "sync/order.h"

/*
 * The number of the node of a log, whose row is made where there is none yet
 * and keeps the role from now on. ROW_NONE when it cannot have one: it has the
 * name of another node, or there are too many; or something stuck in the
 * tables. STO 6.1
 */
int64_t node_hold(struct tables *tables, const struct seen_log *log);

/* The same without making a row: ROW_NONE also when there is none. */
int64_t node_held(struct tables *tables, const struct seen_log *log);

/* The own one's row, at first; NULL when something stuck. */
int64_t *node_own(struct tables *tables, struct bytes name);

/* The node of a name: ROW_NONE. */
int64_t node_named(struct tables *tables, struct bytes name);

/* Whose log it is, as that of the node `node` that node_hold() gave; `now` is
 * the own log's time. Borrows from the origin. */
struct fold_source node_source(const struct seen_log *log, int64_t node,
                               struct instant now);

/* The first entry of the node's log that is not folded yet. */
uint64_t node_position(struct tables *tables, int64_t node);

/* Another node's entry at its position, which moves on. `event` and `places` as
 * fold_event() has them: NULL when there is no key. */
MUST_CHECK enum err node_fold(struct tables *tables,
                              const struct fold_source *from, uint64_t index,
                              const struct event *event,
                              const struct places *places);

/* Those from the position on, up to `end`, are not there. */
void node_skip(struct tables *tables, int64_t node, uint64_t end);

/*
 * Whether a withdrawal of that source may take the record of `target`, which is
 * in force, away; one that may not is counted. STO 6.4
 */
bool node_withdraws(struct tables *tables, const struct fold_source *from,
                    int64_t target);

void fold_incident(struct tables *tables, int64_t record,
                   const struct event *event);
void fold_mode(struct tables *tables, int64_t record,
               const struct event *event);

/* That it was taken, and where that is said. */
void fold_order_taken(struct tables *tables, int64_t record,
                      const struct order_id *order);
int64_t order_taken_place(const struct order_id *id);

#endif
