/* What each process of a node may still open and call once it serves. */
#ifndef NODE_PROFILE_H
#define NODE_PROFILE_H

#include "os/sandbox.h"

/* `dir` is the node's folder and stays open as long as the profile is used. */
void profile_keeper(struct folder dir, struct sandbox *out);
void profile_desk(struct folder dir, struct sandbox *out);

/* `speaks`: with other nodes; a courier that must not reaches no network. */
void profile_courier(struct folder dir, bool speaks, struct sandbox *out);

void profile_indexer(struct folder dir, struct sandbox *out);

#endif
