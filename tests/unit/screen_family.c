/*
 * Shows that the table of common names is what tests/data/names/families.txt
 * says: every spelling there is found under its name, in order, and nothing
 * else is. With KUFI_FAMILIES=FILE the table is written to that file instead:
 * it is to take the place of src/screen/family_data.c.
 */
#include "screen/family.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen/fold.h"
#include "test.h"

#define ENTRIES_MAX 4000

static struct family_entry made[ENTRIES_MAX];
static size_t made_count;

static void
entry_add(struct bytes fold, uint16_t family, uint8_t weight)
{
    struct family_entry entry = {.family = family, .weight = weight};

    assert_true(fold.size > 0 && fold.size <= FAMILY_FOLD_MAX);
    assert_true(made_count < ENTRIES_MAX);
    memcpy(entry.fold, fold.p, fold.size);
    for (size_t i = 0; i < made_count; i++)
        if (memcmp(made[i].fold, entry.fold, sizeof(entry.fold)) == 0) {
            if (made[i].family != family && family != 0)
                printf("# %s: a spelling of two names\n", entry.fold);
            return;
        }
    made[made_count++] = entry;
}

static void
spelling_add(struct bytes spelling, uint16_t family, uint8_t weight)
{
    uint8_t fold[64];
    uint8_t bare[64] = {'*'};
    size_t size = fold_write(spelling, false, fold, sizeof(fold));
    size_t bare_size =
        fold_bare((struct bytes){fold, size}, bare + 1, sizeof(bare) - 1);

    entry_add((struct bytes){fold, size}, family, weight);
    if (bare_size >= 2)
        entry_add((struct bytes){bare, bare_size + 1}, 0, weight);
}

static int
entry_order(const void *a, const void *b)
{
    return memcmp(a, b, FAMILY_FOLD_MAX + 1);
}

static void
table_make(void)
{
    struct bytes file = test_file("tests/data/names/families.txt");
    struct bytes rest = file;
    uint16_t family = 0;

    made_count = 0;
    while (rest.size > 0) {
        struct bytes line = bytes_split(&rest, '\n');
        struct bytes word = bytes_split(&line, ' ');
        uint64_t weight;

        if (word.size == 0 || word.p[0] == '#')
            continue;
        assert_true(bytes_decimal(word, 99, &weight));
        family++;
        while (line.size > 0)
            spelling_add(bytes_split(&line, ' '), family, (uint8_t)weight);
    }
    qsort(made, made_count, sizeof(made[0]), entry_order);
    test_file_free(file);
}

static void
table_write(const char *path)
{
    FILE *out = fopen(path, "w");
    int column = 80;

    assert_non_null(out);
    fputs("/* Made from tests/data/names/families.txt; see family.h. */\n"
          "#include \"screen/family.h\"\n\n/* clang-format off */\n"
          "const struct family_entry family_entries[] = {",
          out);
    for (size_t i = 0; i < made_count; i++) {
        char item[64];
        int size = snprintf(item, sizeof(item), "{\"%s\", %u, %u},",
                            made[i].fold, made[i].family, made[i].weight);

        if (column + 1 + size > 80)
            column = fprintf(out, "\n   ") - 1;
        column += fprintf(out, " %s", item);
    }
    fputs("\n", out);
    fputs("};\n/* clang-format on */\n\n"
          "const size_t family_entry_count =\n"
          "    sizeof(family_entries) / sizeof(family_entries[0]);\n",
          out);
    assert_int_equal(fclose(out), 0);
}

/* SCR 2.9 */
static void
table_is_as_told(void **state)
{
    const char *path = getenv("KUFI_FAMILIES");

    (void)state;
    table_make();
    if (path != NULL) {
        table_write(path);
        return;
    }
    assert_int_equal(made_count, family_entry_count);
    assert_memory_equal(made, family_entries, made_count * sizeof(made[0]));
}

static void
every_entry_is_found(void **state)
{
    uint16_t family;
    uint8_t weight;

    (void)state;
    for (size_t i = 0; i < family_entry_count; i++) {
        const struct family_entry *entry = &family_entries[i];

        assert_true(family_find(bytes_of(entry->fold), &family, &weight));
        assert_int_equal(family, entry->family);
        assert_int_equal(weight, entry->weight);
    }
    assert_false(family_find(BYTES(""), &family, &weight));
    assert_false(family_find(BYTES("ZQZQ"), &family, &weight));
    assert_false(family_find(BYTES("AAAAAAAAAAAAAAAAAAAA"), &family, &weight));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_is_as_told),
        cmocka_unit_test(every_entry_is_found),
    };

    return TEST_RUN(tests);
}
