/* Whoever has the keys of a node and means harm: D5, D6, D10. */
#include "cli/drill.h"

#include <signal.h>
#include <string.h>

#include "cli/drill_forge.h"

#define NOTICE_S 60 /* by then the others have noticed, or they never do */
#define ALERTS 30   /* far more than anybody withdraws on a day */

static unsigned
patience(const struct drill *drill)
{
    return 60 + (unsigned)(drill->crossings / 1000);
}

/* ----- D5 ----- */

/* The forged log is started, goes on, and meets its mirrors. */
static bool
forge(struct drill *drill, struct country_node *post, enum forgery how,
      uint64_t index)
{
    struct country *country = &drill->country;
    struct country_node *centre = country_find(country, "centre");
    uint64_t ms;
    size_t done;

    country_stop(country, post, SIGTERM);
    if (!forge_log(country, post, how, index) ||
        !country_start(country, post) ||
        !country_cross(country, post, 10, &done))
        return false;
    drill_say(drill->report.attacked,
              "entry %llu of %s %s, the whole log signed anew with the node's "
              "own key",
              (unsigned long long)index, post->name,
              how == FORGE_EDIT ? "changed" : "removed");
    if (drill_expect(
            drill,
            country_await_alarm(country, centre, post->origin, NOTICE_S, &ms),
            "the centre notices a forged log"))
        drill_say(drill->report.detected, "by the centre %.1f s later",
                  (double)ms / 1000);
    /* What the attacker's node recorded since is not of the true log. */
    post->receipt_count -= done;
    return true;
}

/* The record at which the forged log leaves the true one. */
static void
locate(struct drill *drill, const struct country_node *post, const char *mirror,
       uint64_t index)
{
    struct country *country = &drill->country;
    char old[COUNTRY_PATH_MAX + 160];

    (void)snprintf(old, sizeof(old), "%s/checkpoint", mirror);
    (void)drill_expect(drill,
                       country_call(country, NULL,
                                    (const char *[]){"log", "verify", post->dir,
                                                     "--old", old, NULL}) ==
                           CLI_NO,
                       "a kept checkpoint shows the forgery to anybody");
    drill_say(drill->report.detected,
              "a kept checkpoint refutes %s; entry %llu is the first that "
              "differs from its mirror",
              post->name,
              (unsigned long long)country_differs(country, post, mirror));
    (void)drill_expect(drill, country_differs(country, post, mirror) == index,
                       "the forgery is located to the record");
}

bool
drill_insider(struct drill *drill)
{
    struct country *country = &drill->country;
    struct country_node *centre = country_find(country, "centre");
    struct country_node *first = country_find(country, "durres");
    struct country_node *second = country_find(country, "tirana");
    char folder[COUNTRY_PATH_MAX + 128];
    uint64_t removed;
    uint64_t edited;

    if (!drill_cross(drill, drill->crossings) ||
        !country_settle(country, NULL, patience(drill)))
        return false;
    removed = first->receipts[first->receipt_count / 2].index;
    edited = second->receipts[second->receipt_count / 2].index;
    if (!forge(drill, first, FORGE_REMOVE, removed) ||
        !forge(drill, second, FORGE_EDIT, edited))
        return false;
    country_mirror(centre, first, folder, sizeof(folder));
    drill_count(drill, first, folder);
    locate(drill, first, folder, removed);
    country_mirror(centre, second, folder, sizeof(folder));
    drill_count(drill, second, folder);
    locate(drill, second, folder, edited);
    drill_say(drill->report.after,
              "the true logs are at the mirrors, both checkpoints kept as "
              "evidence");
    return drill_expect(drill, drill->report.back == drill->report.acknowledged,
                        "mirrors keep the true log");
}

/* ----- D6 ----- */

/* How many alerts a node shows. */
static size_t
alerts_count(struct country *country, const struct country_node *node)
{
    const char *at;
    size_t count = 0;

    if (country_call(country, NULL,
                     (const char *[]){"alert", "show", node->dir, NULL}) !=
        CLI_DONE)
        return 0;
    for (at = country->answer; (at = strstr(at, "DRILL")) != NULL; at++)
        count++;
    return count;
}

static bool
alerts_put(struct country *country, const struct country_node *node,
           char names[ALERTS][64])
{
    size_t i;

    for (i = 0; i < ALERTS; i++) {
        char document[32];
        size_t size;

        (void)snprintf(document, sizeof(document), "UTO/DRILL%02zu", i);
        if (!country_do(country, (const char *[]){
                                     "alert", "put", node->dir, "--document",
                                     document, "--reason", "stolen", "--action",
                                     "Refer to the second line", "--owner",
                                     "drill", NULL}))
            return false;
        size = strcspn(country->answer, " \n");
        (void)snprintf(names[i], 64, "%.*s", (int)(size > 63 ? 63 : size),
                       country->answer);
    }
    return true;
}

static bool
withdraw_all(struct drill *drill, const struct country_node *centre,
             struct country_node *post, char names[ALERTS][64])
{
    struct country *country = &drill->country;
    uint64_t until = country_ms(country) + NOTICE_S * UINT64_C(1000);
    uint64_t ms;
    size_t left;
    size_t i;

    /* Its keys have to come before its entries can be read. */
    while (alerts_count(country, post) != ALERTS && country_ms(country) < until)
        country_sleep(500);
    if (!drill_expect(drill, alerts_count(country, post) == ALERTS,
                      "alerts of the centre are in force at a post"))
        return false;
    for (i = 0; i < ALERTS; i++) {
        if (!country_do(country,
                        (const char *[]){"alert", "withdraw", centre->dir,
                                         names[i], "--reason", "drill", NULL}))
            return false;
    }
    drill_say(drill->report.attacked,
              "the centre withdraws %d alerts without an order", ALERTS);
    if (drill_expect(
            drill,
            country_await_alarm(country, post, "withdrawals", NOTICE_S, &ms),
            "a post raises an alarm over withdrawals in bulk"))
        drill_say(drill->report.detected, "withdrawals after %.1f s",
                  (double)ms / 1000);
    left = alerts_count(country, post);
    drill_say(drill->report.after, "%zu of %d alerts stand at the post", left,
              ALERTS);
    return drill_expect(drill, left >= ALERTS - 10,
                        "alerts withdrawn in bulk stay in force at a post");
}

/* A list of so many invented documents. */
static bool
list_write(struct country *country, char path[COUNTRY_PATH_MAX + 32],
           unsigned count)
{
    FILE *out;
    unsigned i;

    (void)snprintf(path, COUNTRY_PATH_MAX + 32, "%s/list.csv", country->path);
    out = fopen(path, "wb");
    if (out == NULL)
        return false;
    (void)fputs("state,type,number,reason\n", out);
    for (i = 0; i < count; i++)
        (void)fprintf(out, "UTO,P,LIST%05u,stolen\n", i);
    return fclose(out) == 0;
}

static bool
list_import(struct country *country, const struct country_node *node,
            unsigned count)
{
    char path[COUNTRY_PATH_MAX + 32];

    return list_write(country, path, count) &&
           country_do(country,
                      (const char *[]){"list", "import", node->dir, "--name",
                                       "stolen", "--source", "documents",
                                       "--accept-shrink", path, NULL});
}

static bool
list_in_force(struct country *country, const struct country_node *node,
              const char *entries)
{
    char wanted[64];

    (void)snprintf(wanted, sizeof(wanted), "\"entries\":%s", entries);
    return country_call(country, NULL,
                        (const char *[]){"list", "show", node->dir, "--json",
                                         NULL}) == CLI_DONE &&
           strstr(country->answer, wanted) != NULL;
}

static bool
old_list(struct drill *drill, const struct country_node *centre,
         struct country_node *post)
{
    struct country *country = &drill->country;
    uint64_t until = country_ms(country) + NOTICE_S * UINT64_C(1000);
    uint64_t ms;

    if (!list_import(country, centre, 1000))
        return false;
    while (!list_in_force(country, post, "1000") && country_ms(country) < until)
        country_sleep(200);
    if (!drill_expect(drill, list_in_force(country, post, "1000"),
                      "a list of the centre comes in force at a post") ||
        !list_import(country, centre, 500))
        return false;
    drill_say(drill->report.attacked,
              "it sends a list of half its former entries");
    if (drill_expect(drill,
                     country_await_alarm(country, post, "list", NOTICE_S, &ms),
                     "a post raises an alarm over a shrunk list"))
        drill_say(drill->report.detected, "the list after %.1f s",
                  (double)ms / 1000);
    return drill_expect(drill, list_in_force(country, post, "1000"),
                        "the former list stays in force at a post");
}

/* One custodian's signature is not enough: at the centre's own command line,
 * nor when the file is put in place by force. */
static bool
forged_roster(struct drill *drill, const struct country_node *centre,
              const struct country_node *post)
{
    struct country *country = &drill->country;
    char forged[COUNTRY_PATH_MAX + 64];
    FILE *out;
    int status;

    if (!country_do(country,
                    (const char *[]){"roster", "show", country->roster, NULL}))
        return false;
    (void)snprintf(forged, sizeof(forged), "%s.forged", country->roster);
    out = fopen(forged, "wb");
    if (out == NULL || fclose(out) != 0 ||
        !country_copy(country, country->roster, forged) ||
        !country_do(country, (const char *[]){"roster", "revoke", forged,
                                              post->origin, NULL}) ||
        !country_sign(country, forged, COUNTRY_THRESHOLD - 1))
        return false;
    status = country_call(
        country, NULL,
        (const char *[]){"join", centre->dir, "--roster", forged, NULL});
    drill_say(drill->report.attacked,
              "it tries a roster that one custodian signed");
    drill_say(drill->report.detected, "the roster is refused at once");
    return drill_expect(drill, status == CLI_NO,
                        "a roster below the threshold is refused");
}

bool
drill_hostile_centre(struct drill *drill)
{
    static char names[ALERTS][64];
    struct country *country = &drill->country;
    struct country_node *centre = country_find(country, "centre");
    struct country_node *post = country_find(country, "durres");
    char folder[COUNTRY_PATH_MAX + 128];

    if (!drill_cross(drill, drill->crossings) ||
        !alerts_put(country, centre, names) ||
        !country_settle(country, NULL, patience(drill)))
        return false;
    if (!withdraw_all(drill, centre, post, names) ||
        !old_list(drill, centre, post) || !forged_roster(drill, centre, post))
        return false;
    (void)snprintf(folder, sizeof(folder), "%.400s/log", post->dir);
    drill_count(drill, post, folder);
    return true;
}

/* ----- D10 ----- */

bool
drill_suspect(struct drill *drill)
{
    struct country *country = &drill->country;
    struct country_node *centre = country_find(country, "centre");
    struct country_node *post = country_find(country, "durres");
    struct country_node *mirror = country_find(country, "morine");
    struct country_node *fresh;
    char folder[COUNTRY_PATH_MAX + 160];
    char trusted[40];
    uint64_t start;
    uint64_t proven;

    if (!drill_cross(drill, drill->crossings) ||
        !country_settle(country, NULL, patience(drill)))
        return false;
    proven = country_size(country, centre, post);
    country_sleep(2000);
    country_time(country, trusted, sizeof(trusted));
    country_sleep(2000);
    if (!drill_cross(drill, drill->crossings / 10) ||
        !country_settle(country, NULL, patience(drill)))
        return false;
    country_stop(country, post, SIGKILL);
    country_stop(country, centre, SIGKILL);
    drill_say(drill->report.attacked,
              "all that was written from %s on is suspect, all backups too",
              trusted);
    fresh = country_add(country, "durres2", "post");
    if (fresh == NULL)
        return false;
    start = country_ms(country);
    if (!country_do(country,
                    (const char *[]){"restore", fresh->dir, "--origin",
                                     post->origin, "--roster", country->roster,
                                     "--trusted-before", trusted, "--from",
                                     centre->dir, "--from", mirror->dir, NULL}))
        return false;
    drill->report.recovered_ms = country_ms(country) - start;
    drill_say(drill->report.detected, "%.*s", 700, country->answer);
    country_mirror(fresh, post, folder, sizeof(folder));
    drill_count(drill, post, folder);
    drill_say(drill->report.after,
              "at least the first %llu entries were proven before that moment",
              (unsigned long long)proven);
    return drill_expect(drill, drill->report.back == drill->report.acknowledged,
                        "all that was mirrored is back");
}
