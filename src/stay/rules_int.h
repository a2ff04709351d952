/* A rules file as it is kept once parsed. */
#ifndef STAY_RULES_INT_H
#define STAY_RULES_INT_H

#include "stay/rules.h"

/* The rule without a file. STY 5.2 */
#define STAY_USUAL_DAYS 90
#define STAY_USUAL_WINDOW 180

enum stay_grant {
    GRANT_NONE, /* needs a title, and shows none that another rule takes */
    GRANT_FREE,
    GRANT_LIMIT
};

/* An empty list of codes is any; the lists are as in the file, lawful. */
struct stay_rule {
    struct bytes name;
    struct bytes nationalities;
    struct bytes documents;
    struct bytes types;
    bool has_title;
    enum stay_title title;
    bool has_from;
    bool has_until;
    struct date from;
    struct date until;
    bool has_grant;
    enum stay_grant grant;
    struct stay_limit limit;
};

struct stay_group {
    struct bytes name;
    struct bytes codes; /* with blanks between */
};

struct stay_rules {
    struct date date;
    size_t count;
    struct stay_rule *items;
    size_t group_count;
    struct stay_group *groups;
};

/* The first rule that takes the traveller on the date, or NULL. STY 5.1 */
const struct stay_rule *stay_rules_find(const struct stay_rules *rules,
                                        const struct stay_traveller *traveller,
                                        struct date on);

#endif
