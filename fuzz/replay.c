/*
 * Runs a fuzz target over kept inputs without libFuzzer, so that every corpus
 * is a test: replay/TARGET FOLDER... speaks TAP, one line a folder. Each input
 * is tried whole and cut short at every byte, up to CUTS_MAX cuts.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PATH_SIZE_MAX 1024
#define CUTS_MAX 2000 /* more would make large inputs quadratic */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* Some targets have it: libFuzzer calls it once, so it is called here too. */
__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);

/*
 * A copy of exactly `size` bytes, so that the sanitizer sees a read past the
 * end of a cut input.
 */
static void
try(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size == 0 ? 1 : size);

    if (copy == NULL)
        abort();
    if (size > 0)
        memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

/* How many inputs the file made; -1 when it cannot be read. */
static long
replay_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(size + 1);
    size_t cuts = size < CUTS_MAX ? size : CUTS_MAX;
    size_t got;

    if (file == NULL || data == NULL)
        abort();
    got = fread(data, 1, size, file);
    fclose(file);
    if (got == size) {
        try(data, size);
        for (size_t cut = 0; cut < cuts; cut++)
            try(data, cut);
    }
    free(data);
    return got == size ? (long)(cuts + 1) : -1;
}

/* False when the folder or a file in it cannot be read. */
static bool
replay_folder(const char *folder, long *inputs)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    bool good = dir != NULL;

    while (good && (entry = readdir(dir)) != NULL) {
        char path[PATH_SIZE_MAX];
        struct stat st;
        long made;
        int size = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);

        if (size < 0 || (size_t)size >= sizeof path || stat(path, &st) != 0) {
            good = false;
            continue;
        }
        if (!S_ISREG(st.st_mode))
            continue;
        made = replay_file(path, (size_t)st.st_size);
        good = made > 0;
        *inputs += made;
    }
    if (dir != NULL)
        closedir(dir);
    return good && *inputs > 0;
}

int
main(int argc, char **argv)
{
    int bad = 0;

    if (LLVMFuzzerInitialize != NULL)
        LLVMFuzzerInitialize(&argc, &argv);
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("1..%d\n", argc - 1);
    for (int i = 1; i < argc; i++) {
        long inputs = 0;
        bool good = replay_folder(argv[i], &inputs);

        bad += !good;
        printf("%sok %d - %s: %ld inputs\n", good ? "" : "not ", i, argv[i],
               inputs);
    }
    return bad == 0 ? 0 : 1;
}
