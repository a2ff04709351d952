#include "inspect/found_int.h"

#include <string.h>

/* The most of `text` that fits `room`, cut between two characters. */
static size_t
fitting(struct bytes text, size_t room)
{
    size_t size = room;

    if (text.size <= room)
        return text.size;
    while (size > 0 && (text.p[size] & 0xc0) == 0x80)
        size--;
    return size;
}

static void
put(struct evidence *evidence, struct bytes text)
{
    size_t size = fitting(text, sizeof(evidence->b) - evidence->size);

    if (evidence->full || text.size == 0)
        return;
    memcpy(evidence->b + evidence->size, text.p, size);
    evidence->size += size;
    evidence->full = size < text.size;
}

void
evidence_text(struct evidence *evidence, const char *text)
{
    put(evidence, bytes_of(text));
}

void
evidence_number(struct evidence *evidence, uint64_t number)
{
    uint8_t digits[20];
    struct writer w;

    writer_init(&w, digits, sizeof(digits));
    writer_decimal(&w, number);
    put(evidence, writer_done(&w));
}

void
evidence_count(struct evidence *evidence, uint64_t count, const char *what)
{
    evidence_number(evidence, count);
    evidence_text(evidence, " ");
    evidence_text(evidence, what);
    if (count != 1)
        evidence_text(evidence, "s");
}

void
evidence_part(struct evidence *evidence, struct bytes text)
{
    size_t size = fitting(text, EVIDENCE_PART_SIZE_MAX);

    if (!bytes_plain(text))
        return;
    put(evidence, bytes_slice(text, 0, size));
    if (size < text.size)
        evidence_text(evidence, "...");
}

void
evidence_word(struct evidence *evidence, struct bytes word)
{
    bool first = true;

    if (!bytes_plain(word))
        return;
    while (word.size > 0) {
        struct bytes piece = bytes_split(&word, '_');

        if (!first)
            evidence_text(evidence, " ");
        put(evidence, piece);
        first = false;
    }
}

void
evidence_date(struct evidence *evidence, struct date date)
{
    uint8_t text[DATE_TEXT_SIZE];
    struct writer w;

    writer_init(&w, text, sizeof(text));
    date_write(&w, date);
    put(evidence, writer_done(&w));
}

void
evidence_time(struct evidence *evidence, const struct zone *zone,
              struct instant time)
{
    struct instant local = {time.ms +
                            zone_offset_s(zone, time) * INT64_C(1000)};
    int64_t minutes =
        local.ms / MINUTE_MS - instant_utc_date(local).days * INT64_C(1440);
    uint8_t clock[] = {' ', '0', '0', ':', '0', '0'};

    clock[1] = (uint8_t)('0' + minutes / 600);
    clock[2] = (uint8_t)('0' + minutes / 60 % 10);
    clock[4] = (uint8_t)('0' + minutes % 60 / 10);
    clock[5] = (uint8_t)('0' + minutes % 10);
    evidence_date(evidence, instant_utc_date(local));
    put(evidence, (struct bytes){clock, sizeof(clock)});
}

void
evidence_place(struct evidence *evidence, struct bytes place)
{
    if (place.size == 0)
        evidence_text(evidence, "this post");
    else
        evidence_part(evidence, place);
}

void
evidence_more(struct evidence *evidence, size_t more)
{
    if (more == 0)
        return;
    evidence_text(evidence, " And ");
    evidence_number(evidence, more);
    evidence_text(evidence, " more.");
}

void
found_add(struct found *found, const struct finding *finding,
          const struct evidence *evidence)
{
    struct inspect_answer *out = found->out;
    struct finding *slot = &out->findings[out->finding_count];
    struct bytes text = {evidence->b, evidence->size};

    if (found->e != OK)
        return;
    text = arena_copy(found->arena, text);
    if (out->finding_count == INSPECT_FINDINGS_MAX ||
        text.size != evidence->size) {
        found->e = ERR_LIMIT;
        return;
    }
    *slot = *finding;
    slot->evidence = text;
    out->finding_count++;
}
