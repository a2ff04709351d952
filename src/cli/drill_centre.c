/* The centre lost, or cut off: D1, D2, D11. */
#include "cli/drill.h"

#include <signal.h>

#include "cli/drill_damage.h"

/* By then a post says so. */
#define SILENT_MS 60000

/* For a settling that has so many entries to bring: a floor, and what even a
 * slow machine brings in a second. */
static unsigned
patience(const struct drill *drill)
{
    return 60 + (unsigned)(drill->crossings / 1000);
}

/* Receipts of all posts in the mirrors that `node` keeps. */
static void
count_mirrors(struct drill *drill, const struct country_node *node)
{
    struct country *country = &drill->country;
    char folder[COUNTRY_PATH_MAX + 128];
    size_t i;

    for (i = 0; i < country->node_count; i++) {
        if (country->nodes[i].receipt_count == 0)
            continue;
        country_mirror(node, &country->nodes[i], folder, sizeof(folder));
        drill_count(drill, &country->nodes[i], folder);
    }
}

/* Crossings a second while something is so. */
static bool
cross_timed(struct drill *drill, size_t count, const char *when)
{
    uint64_t start = country_ms(&drill->country);
    uint64_t ms;

    if (!drill_cross(drill, count))
        return false;
    ms = country_ms(&drill->country) - start;
    drill_say(drill->report.after, "%.0f crossings a second %s",
              (double)count * 1000 / (double)(ms == 0 ? 1 : ms), when);
    return true;
}

/* Brings `centre` up to date, and says how long it took. */
static bool
catch_up(struct drill *drill, struct country_node *centre)
{
    uint64_t start = country_ms(&drill->country);

    if (!drill_expect(drill,
                      country_settle(&drill->country, NULL, patience(drill)),
                      "the nodes bring each other up to date"))
        return false;
    drill->report.recovered_ms = country_ms(&drill->country) - start;
    count_mirrors(drill, centre);
    (void)drill_expect(drill, drill->report.back == drill->report.acknowledged,
                       "nothing acknowledged is lost");
    return true;
}

/* How long until a post's status calls the centre silent. */
static bool
await_silent(struct drill *drill, uint64_t *ms)
{
    struct country *country = &drill->country;
    struct country_node *post = country_find(country, "durres");
    struct country_node *centre = country_find(country, "centre");
    uint64_t start = country_ms(country);

    do {
        *ms = country_ms(country) - start;
        if (country_state(country, post, centre, "silent"))
            return true;
        country_sleep(200);
    } while (*ms < SILENT_MS);
    return false;
}

bool
drill_centre_gone(struct drill *drill)
{
    struct country *country = &drill->country;
    struct country_node *centre = country_find(country, "centre");
    uint64_t ms;

    if (!cross_timed(drill, drill->crossings / 10, "before"))
        return false;
    country_stop(country, centre, SIGKILL);
    drill_say(drill->report.attacked, "the centre was killed");
    if (!cross_timed(drill, drill->crossings, "without the centre"))
        return false;
    if (drill_expect(drill, await_silent(drill, &ms),
                     "a post shows that it hears nothing of the centre"))
        drill_say(drill->report.detected,
                  "a post's status calls the centre silent, %.0f s after "
                  "the last crossing",
                  (double)ms / 1000);
    if (!country_start(country, centre))
        return false;
    return catch_up(drill, centre);
}

bool
drill_centre_overwritten(struct drill *drill)
{
    struct country *country = &drill->country;
    struct country_node *centre = country_find(country, "centre");
    struct country_node *successor;
    struct damage_done done;
    uint64_t held;

    if (!drill_cross(drill, drill->crossings) ||
        !country_settle(country, NULL, patience(drill)))
        return false;
    held = country_size(country, centre, centre);
    if (damage_folder(country->cli->os, centre->dir, DAMAGE_OVERWRITE, &done) !=
        OK)
        return false;
    drill_say(drill->report.attacked,
              "%llu files of the centre, %.1f MB, overwritten while it ran",
              (unsigned long long)done.files, (double)done.bytes / 1e6);
    country_stop(country, centre, SIGKILL);
    if (country_call(country, NULL,
                     (const char *[]){"log", "verify", centre->dir, NULL}) !=
        CLI_DONE)
        drill_say(drill->report.detected,
                  "the centre's own log does not verify any more");
    successor = drill_successor(drill, centre, "centre2");
    if (successor == NULL || !catch_up(drill, successor))
        return false;
    drill_say(drill->report.after,
              "a successor holds all logs, the lost centre's %llu of %llu "
              "entries among them",
              (unsigned long long)country_size(country, successor, centre),
              (unsigned long long)held);
    return drill_expect(drill, country_size(country, successor, centre) >= held,
                        "the lost centre's own log is whole at its successor");
}

bool
drill_isolation(struct drill *drill)
{
    struct country *country = &drill->country;
    struct country_node *centre = country_find(country, "centre");
    uint64_t before;

    if (!drill_cross(drill, drill->crossings / 10) ||
        !country_settle(country, NULL, patience(drill)))
        return false;
    if (!country_do(country,
                    (const char *[]){"isolate", centre->dir, "--reason",
                                     "drill: intrusion suspected", NULL}))
        return false;
    drill_say(drill->report.attacked,
              "nobody: the defenders cut the centre off");
    country_sleep(1500);
    before = country_size(country, centre, country_find(country, "durres"));
    if (!cross_timed(drill, drill->crossings, "while the centre was cut off"))
        return false;
    (void)drill_expect(drill,
                       country_size(country, centre,
                                    country_find(country, "durres")) == before,
                       "an isolated centre hears nothing");
    if (!drill_expect(
            drill,
            country_do(country, (const char *[]){"rejoin", centre->dir, NULL}),
            "the centre proves its log and is back"))
        return false;
    drill_say(drill->report.detected,
              "isolation and return are records in the centre's log");
    return catch_up(drill, centre);
}
