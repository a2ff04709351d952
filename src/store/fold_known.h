/*
 * What the events around the booth's question do to the tables: lists, alerts,
 * orders, manifests, what officers settled and whom they linked. STO 3.5
 */
#ifndef STORE_FOLD_KNOWN_H
#define STORE_FOLD_KNOWN_H

#include "store/fold.h"

/* Changes nothing for an event of another type. */
void fold_known(struct tables *tables, const struct fold_source *from,
                int64_t record, const struct event *event);

#endif
