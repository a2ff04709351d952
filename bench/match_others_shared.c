#include "match_others_shared.h"

#include <string.h>

#define SIZE_MAX_COMPARED 256
#define WORDS_MAX 32

static size_t
min_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

unsigned
levenshtein_ratio(struct bytes a, struct bytes b)
{
    size_t row[SIZE_MAX_COMPARED + 1];
    size_t longer;

    a.size = min_of(a.size, SIZE_MAX_COMPARED);
    b.size = min_of(b.size, SIZE_MAX_COMPARED);
    longer = a.size > b.size ? a.size : b.size;
    if (longer == 0)
        return 0;
    for (size_t k = 0; k <= b.size; k++)
        row[k] = k;
    for (size_t i = 0; i < a.size; i++) {
        size_t corner = row[0];

        row[0] = i + 1;
        for (size_t k = 0; k < b.size; k++) {
            size_t best = corner + (a.p[i] != b.p[k] ? 1 : 0);

            corner = row[k + 1];
            best = min_of(best, row[k] + 1);
            row[k + 1] = min_of(best, corner + 1);
        }
    }
    return (unsigned)(1000 - row[b.size] * 1000 / longer);
}

/* Marks which characters are common; returns how many. */
static size_t
common_mark(struct bytes a, struct bytes b, bool *in_a, bool *in_b)
{
    size_t longer = a.size > b.size ? a.size : b.size;
    size_t reach = longer / 2 > 0 ? longer / 2 - 1 : 0;
    size_t count = 0;

    for (size_t i = 0; i < a.size; i++) {
        size_t from = i > reach ? i - reach : 0;

        for (size_t k = from; k < min_of(i + reach + 1, b.size); k++) {
            if (in_b[k] || a.p[i] != b.p[k])
                continue;
            in_a[i] = in_b[k] = true;
            count++;
            break;
        }
    }
    return count;
}

unsigned
jaro_winkler(struct bytes a, struct bytes b)
{
    bool in_a[SIZE_MAX_COMPARED] = {false};
    bool in_b[SIZE_MAX_COMPARED] = {false};
    size_t turned = 0;
    size_t prefix = 0;
    size_t common;
    double jaro;

    a.size = min_of(a.size, SIZE_MAX_COMPARED);
    b.size = min_of(b.size, SIZE_MAX_COMPARED);
    common = common_mark(a, b, in_a, in_b);
    if (common == 0)
        return 0;
    for (size_t i = 0, k = 0; i < a.size; i++) {
        if (!in_a[i])
            continue;
        while (!in_b[k])
            k++;
        turned += a.p[i] != b.p[k++] ? 1 : 0;
    }
    jaro = ((double)common / (double)a.size + (double)common / (double)b.size +
            ((double)common - (double)turned / 2) / (double)common) /
           3;
    while (prefix < 4 && prefix < min_of(a.size, b.size) &&
           a.p[prefix] == b.p[prefix])
        prefix++;
    return (unsigned)(1000 * (jaro + 0.1 * (double)prefix * (1 - jaro)));
}

static struct bytes
words_sort(struct bytes text, uint8_t *out)
{
    struct bytes words[WORDS_MAX];
    size_t count = 0;
    size_t size = 0;

    while (text.size > 0 && count < WORDS_MAX) {
        struct bytes word = bytes_split(&text, ' ');
        size_t at = count;

        if (word.size == 0)
            continue;
        for (; at > 0 && bytes_compare(words[at - 1], word) > 0; at--)
            words[at] = words[at - 1];
        words[at] = word;
        count++;
    }
    for (size_t i = 0; i < count; i++) {
        if (size + words[i].size + 1 > SIZE_MAX_COMPARED)
            break;
        memcpy(out + size, words[i].p, words[i].size);
        size += words[i].size;
        out[size++] = ' ';
    }
    return (struct bytes){out, size > 0 ? size - 1 : 0};
}

unsigned
token_sort_ratio(struct bytes a, struct bytes b)
{
    uint8_t sorted_a[SIZE_MAX_COMPARED];
    uint8_t sorted_b[SIZE_MAX_COMPARED];

    return levenshtein_ratio(words_sort(a, sorted_a), words_sort(b, sorted_b));
}
