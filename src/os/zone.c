/*
 * A time zone of the system's database as a table. The C library has no call
 * that hands out the changes, so local time is asked for day by day and each
 * change of the offset is then narrowed down to its second.
 */
#include "os/os.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DATABASE "/usr/share/zoneinfo/"
#define DAY_S 86400
#define FIRST_S INT64_C(0)         /* 1970-01-01 */
#define LAST_S INT64_C(7258118400) /* 2200-01-01 */
#define ZONE_NAME_SIZE_MAX 64      /* the longest of tzdata has 32 */

/* Letters, digits, '_', '+', '-' and '/', so that no name leaves DATABASE. */
static bool
name_lawful(const char *name)
{
    size_t i;

    for (i = 0; name[i] != '\0'; i++) {
        char c = name[i];
        bool lawful = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      (c >= '0' && c <= '9') || c == '_' || c == '+' ||
                      c == '-' || c == '/';

        if (!lawful || i >= ZONE_NAME_SIZE_MAX)
            return false;
    }
    return i > 0 && name[0] != '/' && name[i - 1] != '/';
}

/* Whether the file begins as RFC 8536 has it: the C library takes UTC if not.
 */
static bool
is_zone_file(const char *path)
{
    uint8_t magic[4];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n;

    if (fd < 0)
        return false;
    n = read(fd, magic, sizeof(magic));
    (void)close(fd);
    return n == (ssize_t)sizeof(magic) && memcmp(magic, "TZif", 4) == 0;
}

static bool
offset_at(int64_t at_s, int32_t *out)
{
    time_t t = (time_t)at_s;
    struct tm local;

    if (localtime_r(&t, &local) == NULL)
        return false;
    *out = (int32_t)local.tm_gmtoff;
    return true;
}

/* The first second in (before_s, after_s] whose offset is not `offset_s`. */
static bool
change_find(int64_t before_s, int64_t after_s, int32_t offset_s, int64_t *out)
{
    while (after_s - before_s > 1) {
        int64_t middle_s = before_s + (after_s - before_s) / 2;
        int32_t o;

        if (!offset_at(middle_s, &o))
            return false;
        if (o == offset_s)
            before_s = middle_s;
        else
            after_s = middle_s;
    }
    *out = after_s;
    return true;
}

static enum err
zone_fill(struct zone *zone)
{
    int64_t at_s;
    int32_t offset_s;
    int32_t next_s;

    if (!offset_at(FIRST_S, &offset_s))
        return ERR_IO;
    zone->at_s[0] = FIRST_S;
    zone->offset_s[0] = offset_s;
    zone->count = 1;
    for (at_s = FIRST_S; at_s < LAST_S; at_s += DAY_S) {
        if (!offset_at(at_s + DAY_S, &next_s))
            return ERR_IO;
        if (next_s == offset_s)
            continue;
        if (zone->count == ZONE_CHANGES_MAX)
            return ERR_LIMIT;
        if (!change_find(at_s, at_s + DAY_S, offset_s,
                         &zone->at_s[zone->count]))
            return ERR_IO;
        zone->offset_s[zone->count] = next_s;
        zone->count++;
        offset_s = next_s;
    }
    return OK;
}

enum err
os_zone(const char *name, struct zone *out)
{
    char path[sizeof(DATABASE) + ZONE_NAME_SIZE_MAX + 1];
    struct zone zone = {0};
    enum err e;

    if (!name_lawful(name))
        return ERR_NOT_FOUND;
    (void)snprintf(path, sizeof(path), "%s%s", DATABASE, name);
    if (!is_zone_file(path))
        return ERR_NOT_FOUND;
    if (setenv("TZ", path, 1) != 0)
        return ERR_IO;
    tzset();
    e = zone_fill(&zone);
    if (e == OK)
        *out = zone;
    return e;
}
