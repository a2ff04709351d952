#include "inspect_world_shared.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/sample_person.h"
#include "crypto/crypto.h"
#include "node/book.h"
#include "people_shared.h"

#define SEED_TRAVELLERS 1
#define SEED_LISTED 2
#define DAY_MS INT64_C(86400000)
#define EVERY_DAYS 130
#define STAY_DAYS 10
#define BATCH 4000

static void
must(enum err e, const char *what)
{
    if (e == OK)
        return;
    fprintf(stderr, "inspect: %s: %s\n", what, err_text(e));
    exit(3);
}

void
world_traveller(uint64_t who, struct world_traveller *out)
{
    struct people_person p;
    struct sample_document *passport = &out->passport;
    uint64_t random = sample_mix(SEED_TRAVELLERS, who, 3);

    people_make(SEED_TRAVELLERS, who, PEOPLE_TRAVELLER, &p);
    memset(out, 0, sizeof(*out));
    passport->format = SAMPLE_TD3;
    passport->code = "P";
    passport->state = (const char *)p.nationality.p;
    passport->nationality = passport->state;
    (void)snprintf(passport->number, sizeof(passport->number), "%c%08" PRIu64,
                   (char)('A' + who / 100000000 % 26), who % 100000000);
    (void)snprintf(passport->surname, sizeof(passport->surname), "%s",
                   p.surname);
    (void)snprintf(passport->given, sizeof(passport->given), "%s", p.given);
    passport->birth = date_civil(p.birth.from);
    passport->expiry = (struct civil){(int16_t)(2028 + random % 8), 4, 15};
    passport->sex = (char)p.person.sex;
    sample_mrz_write(passport, &out->mrz);
    (void)snprintf(out->birth, sizeof(out->birth), "%04d-%02u-%02u",
                   passport->birth.year, passport->birth.month,
                   passport->birth.day);
    (void)snprintf(out->expiry, sizeof(out->expiry), "%04d-04-15",
                   passport->expiry.year);
    out->document =
        (struct document){.format = BYTES("TD3"),
                          .code = BYTES("P"),
                          .issuing_state = p.nationality,
                          .number = bytes_of(passport->number),
                          .surname = bytes_of(passport->surname),
                          .given_names = bytes_of(passport->given),
                          .nationality = p.nationality,
                          .date_of_birth = bytes_of(out->birth),
                          .sex = {(const uint8_t *)&passport->sex, 1},
                          .date_of_expiry = bytes_of(out->expiry)};
}

/* ----- The log. ----- */

struct filling {
    struct os os;
    struct config config;
    struct book book;
    uint64_t crossings;
    uint64_t travellers;
    int64_t start_ms;
};

/* Everybody crosses once a round, in another order each time. */
static uint64_t
traveller_of(const struct filling *f, uint64_t n)
{
    uint64_t round = n / f->travellers;
    uint64_t place = n % f->travellers;

    return (place * UINT64_C(2654435761) + round * 977) % f->travellers;
}

static int64_t
time_of(const struct filling *f, uint64_t n)
{
    int64_t round = (int64_t)(n / f->travellers);
    int64_t place = (int64_t)(n % f->travellers);

    return f->start_ms + round / 2 * EVERY_DAYS * DAY_MS +
           round % 2 * STAY_DAYS * DAY_MS +
           place * DAY_MS / (int64_t)f->travellers;
}

/* The scan of crossing `n`, or the decision on it: `inspection` is its index.
 */
static void
event_put(struct filling *f, uint64_t n, enum event_type type,
          uint64_t inspection, size_t *item)
{
    struct world_traveller traveller;
    struct bytes lines[2];
    enum direction direction =
        n / f->travellers % 2 == 0 ? DIRECTION_ENTRY : DIRECTION_EXIT;
    struct event event = {.type = type,
                          .time = {time_of(f, n)},
                          .actor = BYTES("officer-17"),
                          .lane = BYTES("1")};

    world_traveller(traveller_of(f, n), &traveller);
    for (size_t i = 0; i < 2; i++)
        lines[i] = (struct bytes){(const uint8_t *)traveller.mrz.lines[i],
                                  traveller.mrz.size};
    if (type == EVENT_INSPECTION)
        event.inspection = (struct inspection){.direction = direction,
                                               .line_count = 2,
                                               .lines = {lines[0], lines[1]},
                                               .has_document = true,
                                               .document = traveller.document};
    else
        event.crossing = (struct crossing){.has_inspection = true,
                                           .inspection = inspection,
                                           .direction = direction,
                                           .document = traveller.document,
                                           .key = {.present = true}};
    if (type == EVENT_CROSSING)
        be64_write(event.crossing.key.key, sample_mix(n, 1, 2));
    must(book_put(&f->book, &event, true, item), "an event");
}

/* A batch of scans, whose indices are known once it is in the log; then one of
 * the decisions on them. */
static void
batches_write(struct filling *f)
{
    for (uint64_t n = 0; n < f->crossings; n += BATCH) {
        uint64_t count = f->crossings - n < BATCH ? f->crossings - n : BATCH;
        uint64_t index;
        size_t item;

        must(book_begin(&f->book), "a batch");
        for (uint64_t i = 0; i < count; i++)
            event_put(f, n + i, EVENT_INSPECTION, 0, &item);
        must(book_commit(&f->book), "committing");
        index = book_index(&f->book, 0);
        must(book_flush(&f->book), "flushing");
        must(book_begin(&f->book), "a batch");
        for (uint64_t i = 0; i < count; i++)
            event_put(f, n + i, EVENT_CROSSING, index + i, &item);
        must(book_commit(&f->book), "committing");
        must(book_flush(&f->book), "flushing");
        if (n / 1000000 != (n + count) / 1000000)
            fprintf(stderr, "inspect: %" PRIu64 " million crossings\n",
                    (n + count) / 1000000);
    }
}

int
world_fill(const char *dir, uint64_t crossings, uint64_t travellers)
{
    static struct filling f;
    struct book_config config = {.os = &f.os,
                                 .path = dir,
                                 .config = &f.config,
                                 .random = &crypto_random};
    struct book_report report;
    struct config_fault fault;
    int64_t rounds = (int64_t)(crossings / travellers + 1);

    os_posix_init(&f.os);
    f.crossings = crossings;
    f.travellers = travellers;
    must(crypto_init(), "the library");
    must(f.os.folder_open(&f.os, dir, &config.dir), dir);
    must(config_read(&f.os, config.dir, &f.config, &fault), "config.ini");
    must(book_open(&f.book, &config, &report), "opening");
    must(book_start(&f.book), "starting");
    f.start_ms = f.os.now(&f.os).ms - (rounds / 2 + 1) * EVERY_DAYS * DAY_MS;
    batches_write(&f);
    must(book_publish(&f.book), "publishing");
    /* The tables have none of it yet, and need not fold it one by one. */
    book_abandon(&f.book);
    return 0;
}

/* ----- Lists. ----- */

int
world_persons(FILE *out, uint64_t count)
{
    struct people_person p;

    fprintf(out, "reference,surname,given,date_of_birth,sex,nationality\n");
    for (uint64_t i = 0; i < count; i++) {
        struct civil civil;

        people_make(SEED_LISTED, i, PEOPLE_LISTED, &p);
        civil = date_civil(p.birth.from);
        fprintf(out, "B-%" PRIu64 ",%s,%s,", i, p.surname, p.given);
        if (p.person.birth_count > 0 && p.birth.from.days == p.birth.to.days)
            fprintf(out, "%04d-%02u-%02u", civil.year, civil.month, civil.day);
        else if (p.person.birth_count > 0)
            fprintf(out, "%04d", civil.year);
        fprintf(out, ",%c,%.*s\n", p.person.sex, (int)p.nationality.size,
                (const char *)p.nationality.p);
    }
    return fflush(out) == 0 ? 0 : 3;
}

/* Numbers of a state that no traveller is of, so that whoever hits is meant to:
 * the first hundred are those of the travellers whose number is a multiple of
 * a thousand. */
int
world_documents(FILE *out, uint64_t count)
{
    struct world_traveller traveller;

    fprintf(out, "state,type,number,reason\n");
    for (uint64_t i = 0; i < 100 && i < count; i++) {
        world_traveller(i * 1000, &traveller);
        fprintf(out, "%s,P,%s,stolen\n", traveller.passport.state,
                traveller.passport.number);
    }
    for (uint64_t i = 100; i < count; i++)
        fprintf(out, "UTO,P,%08" PRIX64 ",lost\n",
                (i * UINT64_C(2654435761)) & 0xffffffff);
    return fflush(out) == 0 ? 0 : 3;
}
