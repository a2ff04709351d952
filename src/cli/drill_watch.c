/* What the nodes of a drill's country say of each other. */
#include "cli/drill_country.h"

#include <string.h>

struct json *
country_status(struct country *country, struct country_node *node)
{
    struct json *status = NULL;
    struct fault fault;

    (void)country_call(country, NULL,
                       (const char *[]){"status", node->dir, "--json", NULL});
    if (json_parse((struct bytes){(const uint8_t *)country->answer,
                                  country->answer_size},
                   &status, &fault) != OK)
        return NULL;
    return status;
}

static const struct json *
status_log(const struct json *status, const char *origin)
{
    const struct json *logs = json_member(status, "logs");
    struct bytes name;
    size_t i;

    for (i = 0; i < json_count(logs); i++) {
        const struct json *log = json_item(logs, i);

        if (json_get_text(json_member(log, "origin"), &name) &&
            bytes_equal(name, bytes_of(origin)))
            return log;
    }
    return NULL;
}

uint64_t
country_figure(struct country *country, struct country_node *node,
               const struct country_node *of, const char *member)
{
    struct json *status = country_status(country, node);
    int64_t value = 0;

    if (!json_get_integer(json_member(status_log(status, of->origin), member),
                          &value))
        value = 0;
    json_close(status);
    return (uint64_t)value;
}

uint64_t
country_size(struct country *country, struct country_node *node,
             const struct country_node *of)
{
    return country_figure(country, node, of, "size");
}

bool
country_state(struct country *country, struct country_node *node,
              const struct country_node *of, const char *state)
{
    struct json *status = country_status(country, node);
    struct bytes text;
    bool is =
        json_get_text(json_member(status_log(status, of->origin), "state"),
                      &text) &&
        bytes_equal(text, bytes_of(state));

    json_close(status);
    return is;
}

/* Whether any text in the alarms, or the state of any log, is or holds it. */
bool
country_alarmed(struct country *country, struct country_node *node,
                const char *code)
{
    struct json *status = country_status(country, node);
    bool found = false;

    if (status != NULL) {
        const char *alarms = strstr(country->answer, "\"alarms\"");

        found = alarms != NULL && strstr(alarms, code) != NULL;
    }
    json_close(status);
    return found;
}

static bool
settled(struct country *country, const struct country_node *but,
        const uint64_t *sizes)
{
    size_t i;
    size_t j;

    for (i = 0; i < country->node_count; i++) {
        struct country_node *node = &country->nodes[i];

        if (node == but || node->pid == 0 || strcmp(node->role, "witness") == 0)
            continue;
        for (j = 0; j < country->node_count; j++) {
            if (sizes[j] != 0 &&
                country_size(country, node, &country->nodes[j]) < sizes[j])
                return false;
        }
    }
    return true;
}

bool
country_settle(struct country *country, const struct country_node *but,
               unsigned seconds)
{
    uint64_t sizes[COUNTRY_NODES_MAX] = {0};
    uint64_t until = country_ms(country) + (uint64_t)seconds * 1000;
    size_t i;

    for (i = 0; i < country->node_count; i++) {
        struct country_node *node = &country->nodes[i];

        if (node != but && node->pid != 0)
            sizes[i] = country_size(country, node, node);
    }
    while (!settled(country, but, sizes)) {
        if (country_ms(country) > until) {
            cli_complain(country->cli,
                         "the nodes did not bring each other up to date within "
                         "%u s",
                         seconds);
            return false;
        }
        country_sleep(100);
    }
    return true;
}

bool
country_await_alarm(struct country *country, struct country_node *node,
                    const char *code, unsigned seconds, uint64_t *ms)
{
    uint64_t start = country_ms(country);

    do {
        if (country_alarmed(country, node, code)) {
            *ms = country_ms(country) - start;
            return true;
        }
        country_sleep(100);
    } while (country_ms(country) - start < (uint64_t)seconds * 1000);
    return false;
}
