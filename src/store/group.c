#include "store/group.h"

#include "store/read_int.h"

static bool
is_among(const int64_t *ids, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (ids[i] == id)
            return true;
    return false;
}

void
group_add(struct group *group, int64_t person)
{
    if (group->same_count < STORE_GROUP_MAX && !group_has(group, person))
        group->same[group->same_count++] = person;
}

bool
group_has(const struct group *group, int64_t person)
{
    return is_among(group->same, group->same_count, person);
}

bool
group_parts(const struct group *group, int64_t person)
{
    return is_among(group->other, group->other_count, person);
}

/* One traveller's links: the newest word on each other one counts. */
static enum err
links_follow(struct store *store, struct group *group, int64_t person,
             int64_t link)
{
    int64_t met[GROUP_LINKS_MAX];
    size_t count = 0;

    for (size_t i = 0; link != ROW_NONE && i < GROUP_LINKS_MAX; i++) {
        struct row row;
        bool is_a;
        int64_t other;
        int64_t older;
        enum err e = sqlite_get(store, TABLE_LINK, link, &row);

        if (e != OK)
            return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
        is_a = row.numbers[LINK_A] == person;
        other = row.numbers[is_a ? LINK_B : LINK_A];
        older = row.numbers[is_a ? LINK_OLDER_A : LINK_OLDER_B];
        if (older >= link || (!is_a && row.numbers[LINK_B] != person))
            return ERR_CORRUPT;
        link = older;
        if (is_among(met, count, other))
            continue;
        met[count++] = other;
        if (row.numbers[LINK_VERDICT] == VERDICT_SAME)
            group_add(group, other);
        else if (group->other_count < GROUP_LINKS_MAX)
            group->other[group->other_count++] = other;
    }
    return OK;
}

enum err
group_close(struct store *store, struct group *group)
{
    for (size_t i = 0; i < group->same_count; i++) {
        struct row row;
        enum err e = sqlite_get(store, TABLE_PERSON, group->same[i], &row);

        if (e == OK)
            e = links_follow(store, group, group->same[i],
                             row.numbers[PERSON_LINK]);
        if (e != OK)
            return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
    }
    return OK;
}
