#include "http/request.h"

#include <assert.h>

#include "http/target.h"

void
response_field(struct response *response, const char *name, const char *value)
{
    assert(response->field_count < RESPONSE_FIELDS_MAX);
    response->fields[response->field_count++] =
        (struct response_field){name, value};
}

enum err
query_find(struct bytes query, const char *name, struct arena *arena,
           struct bytes *out)
{
    struct bytes found = {0};
    bool seen = false;

    while (query.size > 0) {
        struct bytes value = bytes_split(&query, '&');
        struct bytes key = bytes_split(&value, '=');

        if (!bytes_equal(key, bytes_of(name)))
            continue;
        if (seen)
            return ERR_FORMAT;
        seen = true;
        found = value;
    }
    return seen ? percent_decode(found, true, arena, out) : ERR_NOT_FOUND;
}

bool
query_only(struct bytes query, const char *const *names, size_t count)
{
    while (query.size > 0) {
        struct bytes pair = bytes_split(&query, '&');
        struct bytes key = bytes_split(&pair, '=');
        bool known = false;

        for (size_t i = 0; i < count; i++)
            if (bytes_equal(key, bytes_of(names[i])))
                known = true;
        if (!known)
            return false;
    }
    return true;
}
