/* Who is in the country: rosters made, signed and handed over as an operator
 * does it. */
#include "cli/drill_country.h"

#include <string.h>

static bool
roster_begin(struct country *country)
{
    char vkeys[COUNTRY_CUSTODIANS][COUNTRY_PATH_MAX + 32];
    char threshold[8];
    const char *argv[] = {"roster",      "new",         country->roster,
                          "--country",   "ALB",         "--threshold",
                          threshold,     "--custodian", vkeys[0],
                          "--custodian", vkeys[1],      "--custodian",
                          vkeys[2],      NULL};
    unsigned i;

    (void)snprintf(threshold, sizeof(threshold), "%d", COUNTRY_THRESHOLD);
    for (i = 0; i < COUNTRY_CUSTODIANS; i++)
        (void)snprintf(vkeys[i], sizeof(vkeys[i]), "%s/custodian%u.vkey",
                       country->path, i + 1);
    (void)snprintf(country->roster, sizeof(country->roster), "%s/roster",
                   country->path);
    return country_do(country, argv);
}

static bool
roster_name(struct country *country, struct country_node *node)
{
    char card[COUNTRY_PATH_MAX + 32];
    char address[32];

    (void)snprintf(card, sizeof(card), "%s/card", node->dir);
    (void)snprintf(address, sizeof(address), "127.0.0.1:%u", node->port);
    node->named = true;
    return country_do(country,
                      (const char *[]){"roster", "add", country->roster,
                                       "--card", card, "--role", node->role,
                                       node->port == 0 ? NULL : "--address",
                                       address, NULL});
}

bool
country_sign(struct country *country, const char *path, unsigned signers)
{
    char pass[COUNTRY_PATH_MAX + 32];
    char key[COUNTRY_PATH_MAX + 32];
    unsigned i;

    (void)snprintf(pass, sizeof(pass), "%s/passphrase", country->path);
    for (i = 0; i < signers; i++) {
        (void)snprintf(key, sizeof(key), "%s/custodian%u", country->path,
                       i + 1);
        if (!country_do(country,
                        (const char *[]){"custodian", "sign", path, "--key",
                                         key, "--passphrase-file", pass, NULL}))
            return false;
    }
    return true;
}

bool
country_roster(struct country *country, const char *revoked)
{
    size_t i;

    if (country->roster[0] == '\0' && !roster_begin(country))
        return false;
    for (i = 0; i < country->node_count; i++) {
        struct country_node *node = &country->nodes[i];

        if (!node->named && !roster_name(country, node))
            return false;
        if (revoked != NULL && strcmp(node->name, revoked) == 0) {
            node->revoked = true;
            if (!country_do(country, (const char *[]){"roster", "revoke",
                                                      country->roster,
                                                      node->origin, NULL}))
                return false;
        }
    }
    if (!country_sign(country, country->roster, COUNTRY_THRESHOLD))
        return false;
    for (i = 0; i < country->node_count; i++) {
        if (!country->nodes[i].revoked && !country->nodes[i].lost &&
            !country_join(country, &country->nodes[i]))
            return false;
    }
    return true;
}

bool
country_join(struct country *country, struct country_node *node)
{
    return country_do(country, (const char *[]){"join", node->dir, "--roster",
                                                country->roster, NULL});
}
