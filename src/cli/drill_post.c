/* Posts and power lost: D3, D4, D9. */
#include "cli/drill.h"

#include <signal.h>
#include <string.h>

#include "cli/drill_damage.h"

#define ROUNDS 3 /* of killing everything */

static unsigned
patience(const struct drill *drill)
{
    return 60 + (unsigned)(drill->crossings / 1000);
}

/* Whether the words of the last command hold `text`. */
static bool
said(const struct country *country, const char *text)
{
    return strstr(country->answer, text) != NULL;
}

static bool
encrypt(struct drill *drill, struct country_node *node)
{
    struct country *country = &drill->country;
    struct damage_done done;
    struct damage_done again;

    if (damage_folder(country->cli->os, node->dir, DAMAGE_ENCRYPT, &done) != OK)
        return false;
    drill_say(drill->report.attacked, "%llu files of %s encrypted as it ran",
              (unsigned long long)done.files, node->name);
    country_stop(country, node, SIGKILL);
    node->lost = true;
    /* It may have written a checkpoint behind him, who comes back for it. */
    return damage_folder(country->cli->os, node->dir, DAMAGE_ENCRYPT, &again) ==
           OK;
}

/* Its log is put together again, at a new node that takes its place, from what
 * is left: its own folder, which is worth nothing, and another's mirror. */
static struct country_node *
replace(struct drill *drill, struct country_node *lost, const char *name,
        const struct country_node *whole)
{
    struct country *country = &drill->country;
    struct country_node *node = country_add(country, name, lost->role);

    if (node == NULL ||
        !country_do(country, (const char *[]){
                                 "restore", node->dir, "--origin", lost->origin,
                                 "--roster", country->roster, "--from",
                                 lost->dir, "--from", whole->dir, NULL}))
        return NULL;
    if (drill_expect(drill, said(country, "encrypted"),
                     "an encrypted folder is recognised as one"))
        drill_say(drill->report.detected, "%s's folder is named as encrypted",
                  lost->name);
    if (!country_roster(country, lost->name) || !country_start(country, node))
        return NULL;
    return node;
}

bool
drill_encrypted(struct drill *drill)
{
    struct country *country = &drill->country;
    struct country_node *centre = country_find(country, "centre");
    struct country_node *lost = country_find(country, "tirana");
    struct country_node *whole = country_find(country, "durres");
    struct country_node *successor;
    char folder[COUNTRY_PATH_MAX + 128];
    uint64_t start;
    size_t i;

    if (!drill_cross(drill, drill->crossings) ||
        !country_settle(country, NULL, patience(drill)) ||
        !encrypt(drill, centre) || !encrypt(drill, lost))
        return false;
    start = country_ms(country);
    successor = replace(drill, centre, "centre2", whole);
    if (successor == NULL || replace(drill, lost, "tirana2", whole) == NULL ||
        !country_settle(country, NULL, patience(drill)))
        return false;
    drill->report.recovered_ms = country_ms(country) - start;
    for (i = 0; i < country->node_count; i++) {
        if (country->nodes[i].receipt_count == 0)
            continue;
        country_mirror(successor, &country->nodes[i], folder, sizeof(folder));
        drill_count(drill, &country->nodes[i], folder);
    }
    drill_say(drill->report.after,
              "a new centre and a new post work, with all that was recorded");
    return drill_expect(drill, drill->report.back == drill->report.acknowledged,
                        "all that was mirrored is back");
}

bool
drill_post_wiped(struct drill *drill)
{
    struct country *country = &drill->country;
    struct country_node *centre = country_find(country, "centre");
    struct country_node *post = country_find(country, "durres");
    struct country_node *successor;
    struct damage_done done;
    char folder[COUNTRY_PATH_MAX + 128];
    uint64_t mirrored;
    uint64_t start;
    size_t some;
    size_t i;

    if (!drill_cross(drill, drill->crossings) ||
        !country_settle(country, NULL, patience(drill)) ||
        !country_cross(country, post, drill->crossings / 10, &some))
        return false;
    if (damage_folder(country->cli->os, post->dir, DAMAGE_WIPE, &done) != OK)
        return false;
    country_stop(country, post, SIGKILL);
    drill_say(drill->report.attacked,
              "%llu files of a post removed at once after its last crossing",
              (unsigned long long)done.files);
    start = country_ms(country);
    successor = drill_successor(drill, post, "durres2");
    if (successor == NULL || !country_settle(country, NULL, patience(drill)))
        return false;
    drill->report.recovered_ms = country_ms(country) - start;
    country_mirror(centre, post, folder, sizeof(folder));
    mirrored = country_size(country, centre, post);
    for (i = 0; i < post->receipt_count; i++) {
        if (post->receipts[i].index < mirrored)
            drill->report.acknowledged++;
    }
    drill->report.back = country_receipts(country, post, folder);
    drill_say(
        drill->report.lost,
        "of the %zu of its last moment %llu were not mirrored yet, all "
        "numbers from %llu on",
        some,
        (unsigned long long)(post->receipt_count - drill->report.acknowledged),
        (unsigned long long)mirrored);
    drill_say(drill->report.detected, "the node is gone, and says nothing");
    drill_say(drill->report.after, "the post works under a new name");
    if (!country_cross(country, successor, 10, &some))
        return false;
    return drill_expect(drill, some == 10, "the new post records") &&
           drill_expect(drill, drill->report.back == drill->report.acknowledged,
                        "all that was mirrored is back");
}

static bool
all_die(struct drill *drill)
{
    struct country *country = &drill->country;
    size_t i;

    /* All at once first, then the waiting for each. */
    for (i = 0; i < country->node_count; i++)
        process_kill(country->nodes[i].pid, SIGKILL);
    for (i = 0; i < country->node_count; i++)
        country_stop(country, &country->nodes[i], SIGKILL);
    for (i = 0; i < country->node_count; i++) {
        if (!country_start(country, &country->nodes[i]))
            return false;
    }
    return true;
}

bool
drill_power_cut(struct drill *drill)
{
    struct country *country = &drill->country;
    char folder[COUNTRY_PATH_MAX + 128];
    uint64_t start;
    unsigned round;
    size_t i;

    drill_say(drill->report.attacked,
              "all processes of all nodes killed at once, %d times (power cuts "
              "with torn disks are the simulator's)",
              ROUNDS);
    for (round = 0; round < ROUNDS; round++) {
        if (!drill_cross(drill, drill->crossings / ROUNDS))
            return false;
        start = country_ms(country);
        if (!all_die(drill))
            return false;
        drill->report.recovered_ms = country_ms(country) - start;
    }
    if (!country_settle(country, NULL, patience(drill)))
        return false;
    for (i = 0; i < country->node_count; i++) {
        struct country_node *node = &country->nodes[i];

        (void)snprintf(folder, sizeof(folder), "%.400s/log", node->dir);
        drill_count(drill, node, folder);
        if (!drill_expect(
                drill,
                country_do(country,
                           (const char *[]){"log", "verify", node->dir, NULL}),
                "every log verifies"))
            return false;
    }
    drill_say(drill->report.after, "all %zu logs verify", country->node_count);
    return drill_expect(drill, drill->report.back == drill->report.acknowledged,
                        "nothing acknowledged is lost");
}
