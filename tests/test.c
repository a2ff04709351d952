#include "test.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define PATH_SIZE_MAX 512

/* fail_msg(), which does not say that it never comes back. */
#define test_stop(...)                                                         \
    do {                                                                       \
        fail_msg(__VA_ARGS__);                                                 \
        __builtin_unreachable();                                               \
    } while (0)

int
test_run(const struct CMUnitTest *tests, size_t count)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return _cmocka_run_group_tests("tests", tests, count, NULL, NULL);
}

void
test_err(enum err e, enum err expected, const char *file, int line)
{
    if (e == expected)
        return;
    print_error("%s is not %s\n", err_name(e), err_name(expected));
    _fail(file, line);
}

void
test_bytes(struct bytes a, struct bytes b, const char *file, int line)
{
    size_t at = 0;

    while (at < a.size && at < b.size && a.p[at] == b.p[at])
        at++;
    if (at == a.size && at == b.size)
        return;
    print_error("%zu and %zu bytes differ at %zu", a.size, b.size, at);
    if (at < a.size && at < b.size)
        print_error(": %02x is not %02x", a.p[at], b.p[at]);
    print_error("\n");
    _fail(file, line);
}

void
test_absent(void)
{
    print_message("# SKIP the data of the next test are not here\n");
}

static unsigned
digit_value(char digit)
{
    const char *digits = "0123456789abcdef";
    const char *found = digit == 0 ? NULL : strchr(digits, digit);

    assert_non_null(found);
    return (unsigned)(found - digits);
}

struct bytes
test_hex(const char *digits, uint8_t *out)
{
    size_t size = strlen(digits) / 2;

    assert_int_equal(strlen(digits) % 2, 0);
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)(digit_value(digits[2 * i]) << 4 |
                           digit_value(digits[2 * i + 1]));
    return (struct bytes){out, size};
}

struct bytes
test_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct bytes out = {0};
    struct stat st;
    uint8_t *p;

    if (file == NULL || fstat(fileno(file), &st) != 0)
        test_stop("%s cannot be opened", path);
    p = malloc((size_t)st.st_size + 1); /* never of size 0, so never NULL */
    assert_non_null(p);
    out.p = p;
    out.size = fread(p, 1, (size_t)st.st_size, file);
    fclose(file);
    assert_int_equal(out.size, st.st_size);
    return out;
}

void
test_file_free(struct bytes file)
{
    free((void *)file.p);
}

size_t
test_each_file(const char *folder,
               void (*visit)(void *context, const char *path), void *context)
{
    struct dirent **names = NULL;
    int count = scandir(folder, &names, NULL, alphasort);
    size_t visited = 0;

    if (count < 0)
        test_stop("%s cannot be listed", folder);
    for (int i = 0; i < count; i++) {
        char path[PATH_SIZE_MAX];
        struct stat st;
        int size =
            snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);

        free(names[i]);
        assert_in_range(size, 1, sizeof path - 1);
        if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
            continue;
        visit(context, path);
        visited++;
    }
    free(names);
    return visited;
}

void
test_random_init(struct test_random *random)
{
    const char *given = getenv("KUFI_SEED");

    random->state = (uint64_t)time(NULL);
    if (given != NULL)
        random->state = strtoull(given, NULL, 10);
    print_message("# KUFI_SEED=%" PRIu64 "\n", random->state);
}

/* SplitMix64: Steele, Lea and Flood, OOPSLA 2014. */
uint64_t
test_random_next(struct test_random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t
test_random_below(struct test_random *random, uint64_t bound)
{
    return test_random_next(random) % bound;
}
