/* POST /v1/crossings: the officer's decision on an inspection. API 4.2 */
#include "api/form.h"
#include "api/recorded.h"

#include <string.h>

/* Of all that was asked but the inspection, for which the keeper puts who
 * crosses and which way. */
static void
request_hash(struct ask *ask)
{
    uint8_t block[32 + LANE_SIZE_MAX];
    struct writer w;
    struct hash hash;

    writer_init(&w, block, sizeof(block));
    writer_u8(&w, (uint8_t)ask->decision);
    writer_be16(&w, ask->reasons);
    writer_u8(&w, ask->has_time);
    writer_be64(&w, (uint64_t)ask->time.ms);
    writer_bytes(&w, ask->lane);
    hash = hash_of_parts('\n', BYTES("/v1/crossings"), writer_done(&w));
    memcpy(ask->key.request, hash.b, REQUEST_KEY_SIZE);
}

static void
begin(const struct api *api, struct api_call *call)
{
    static const char *const names[] = {"inspection", "decision", "reasons",
                                        "lane", "time"};
    struct ask *ask = &call->ask;
    struct form form;

    if (!form_open(&form, api, call))
        return;
    ask->kind = ASK_CROSSING;
    ask->index = form_record(&form, "inspection", "/inspection");
    ask->decision = form_decision(&form);
    ask->reasons = form_reasons(&form, ask->decision);
    ask->lane = form_lane(&form);
    (void)form_time(&form);
    if (!form_close(&form, names, sizeof(names) / sizeof(names[0])))
        return;
    call->waits = ask_key(api, call);
    if (ask->key.present)
        request_hash(ask);
}

const struct route route_crossings = {.id = ROUTE_CROSSINGS,
                                      .path = "/v1/crossings",
                                      .method = METHOD_POST,
                                      .begin = begin,
                                      .finish = recorded};
