/*
 * What is in force, as files mapped into this process: the lists below
 * DIR/lists that the store names, the alerts that it holds, the rules of stay.
 * For a desk and for commands. SCR 1.1, 1.6.
 *
 * Looked at again for each scan; while nothing came into force or went, that is
 * one row of the store. Nothing here refuses a scan: what cannot be had is said
 * in the set.
 */
#ifndef NODE_WATCH_H
#define NODE_WATCH_H

#include "screen/screen.h"
#include "screen/set.h"
#include "stay/rules.h"
#include "store/store.h"

#define WATCH_LISTS "lists" /* the folder below DIR */

struct watch;

/*
 * dir          of the node
 * make_folder  makes DIR/lists if it is not there: before a cage closes that
 *              can be opened only to what exists
 */
struct watch_config {
    struct os *os;
    struct folder dir;
    bool make_folder;
};

/*
 * Takes all memory that is ever needed, as far as it costs when it is touched
 * only. Opens ICU's data: before a cage closes. ERR_LIMIT, ERR_IO.
 */
MUST_CHECK enum err watch_open(struct watch **out,
                               const struct watch_config *config);

/* Takes `= NULL` too. */
void watch_close(struct watch *watch);

/*
 * Looks what is in force now. What was borrowed from the set before may be gone
 * afterwards: a hit that is kept longer must have been copied.
 *
 * False when the store could not be asked: the set is then as it was.
 */
bool watch_refresh(struct watch *watch, struct store *store);

/* Valid until the next refresh. */
const struct screen_set *watch_set(const struct watch *watch);

/* NULL: no rules were imported, or they cannot be had. */
const struct stay_rules *watch_rules(const struct watch *watch);

/* Rules were imported and cannot be had. */
bool watch_rules_missing(const struct watch *watch);

/* An empty arena for screen_ask(), of SCREEN_ARENA_SIZE; what was in it is
 * forgotten. */
struct arena *watch_scratch(struct watch *watch);

/* How often something was mapped or built anew; for those who measure. */
uint64_t watch_changes(const struct watch *watch);

#endif
