#include "cli/drill_damage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"

/* Folders below one another and beside: a log of a million entries has 20. */
#define FOLDERS_MAX 4096

#define RANSOM "YOUR FILES ARE ENCRYPTED. Drill: they are random bytes.\n"

struct damage_run {
    struct os *os;
    struct folder root;
    enum damage how;
    struct damage_done *done;
    size_t count; /* of folders found, the first `next` of them looked into */
    size_t next;
    char (*folders)[OS_PATH_SIZE_MAX];
};

static enum err
path_join(char out[OS_PATH_SIZE_MAX], const char *folder, const char *name)
{
    int n = snprintf(out, OS_PATH_SIZE_MAX, "%s%s%s", folder,
                     *folder != '\0' ? "/" : "", name);

    return n > 0 && n < OS_PATH_SIZE_MAX ? OK : ERR_LIMIT;
}

static enum err
file_overwrite(struct damage_run *run, const char *path)
{
    uint8_t block[65536];
    struct os *os = run->os;
    struct file file;
    uint64_t size = 0;
    uint64_t at;
    enum err e = os->open(os, run->root, path, OPEN_WRITE, 0600, &file);

    if (e != OK)
        return e;
    e = os->size(os, file, &size);
    for (at = 0; e == OK && at < size; at += sizeof(block)) {
        size_t some =
            size - at < sizeof(block) ? (size_t)(size - at) : sizeof(block);

        crypto_random.fill(crypto_random.context, block, some);
        e = os->write_at(os, file, at, (struct bytes){block, some});
    }
    if (e == OK)
        e = os->sync(os, file);
    os->close(os, file);
    run->done->files++;
    run->done->bytes += size;
    return e;
}

static enum err
file_damage(struct damage_run *run, const char *path)
{
    struct os *os = run->os;

    if (run->how != DAMAGE_WIPE)
        return file_overwrite(run, path);
    run->done->files++;
    return os->remove(os, run->root, path);
}

static enum err
name_seen(void *context, const char *name, bool is_folder)
{
    struct damage_run *run = context;
    char path[OS_PATH_SIZE_MAX];
    enum err e = path_join(path, run->folders[run->next], name);

    if (e != OK)
        return e;
    if (is_folder) {
        if (run->count == FOLDERS_MAX)
            return ERR_LIMIT;
        memcpy(run->folders[run->count++], path, sizeof(path));
        return OK;
    }
    e = file_damage(run, path);
    /* Sockets cannot be opened; what a running node removes itself is gone. */
    return e == ERR_IO || e == ERR_NOT_FOUND ? OK : e;
}

/* A node that runs may make files meanwhile: their folders stay, as they do
 * for an attacker. */
static void
folders_remove(struct damage_run *run)
{
    size_t i;

    for (i = run->count; i-- > 1;)
        (void)run->os->remove_folder(run->os, run->root, run->folders[i]);
}

enum err
damage_folder(struct os *os, const char *path, enum damage how,
              struct damage_done *done)
{
    struct damage_run run = {.os = os, .how = how, .done = done};
    enum err e = os->folder_open(os, path, &run.root);

    *done = (struct damage_done){0};
    if (e != OK)
        return e;
    run.folders = calloc(FOLDERS_MAX, sizeof(*run.folders));
    run.count = 1;
    if (run.folders == NULL)
        e = ERR_LIMIT;
    for (run.next = 0; e == OK && run.next < run.count; run.next++)
        e = os->list(os, run.root, run.folders[run.next], name_seen, &run);
    if (e == OK && how == DAMAGE_WIPE)
        folders_remove(&run);
    if (e == OK && how == DAMAGE_ENCRYPT)
        e = os_replace_file(os, run.root, "README_TO_DECRYPT.txt", "",
                            BYTES(RANSOM), 0600);
    free(run.folders);
    os->folder_close(os, run.root);
    return e;
}
