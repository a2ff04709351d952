#include "screen/family.h"

#include <string.h>

bool
family_find(struct bytes fold, uint16_t *family, uint8_t *weight)
{
    char key[FAMILY_FOLD_MAX + 1] = {0};
    size_t low = 0;
    size_t high = family_entry_count;

    if (fold.size == 0 || fold.size > FAMILY_FOLD_MAX)
        return false;
    memcpy(key, fold.p, fold.size);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(family_entries[middle].fold, key, sizeof(key));

        if (order == 0) {
            *family = family_entries[middle].family;
            *weight = family_entries[middle].weight;
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}
