#include "cli/list_file.h"

#include <string.h>

#define HASHED_AT_ONCE 65536

static enum err
read_at(void *context, uint64_t at, uint8_t *out, size_t size, size_t *got)
{
    struct list_file_in *file = context;
    struct list_files *files = file->files;

    if (at != file->at && fseeko(file->in, (off_t)at, SEEK_SET) != 0) {
        files->failed = file;
        return ERR_IO;
    }
    *got = fread(out, 1, size, file->in);
    file->at = at + *got;
    if (*got < size && ferror(file->in)) {
        files->failed = file;
        return ERR_IO;
    }
    files->done += *got;
    if (files->progress != NULL)
        files->progress(files->progress_context, LISTS_READING, files->done,
                        files->size);
    return OK;
}

static struct bytes
last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return bytes_of(slash != NULL ? slash + 1 : path);
}

static bool
open_one(struct cli *cli, struct list_files *files, size_t i, const char *path)
{
    struct list_file_in *file = &files->opened[i];
    off_t size;

    files->paths[i] = path;
    file->path = path;
    file->files = files;
    file->at = 0;
    file->in = fopen(path, "rb");
    if (file->in == NULL || fseeko(file->in, 0, SEEK_END) != 0) {
        cli_complain(cli, "%s: cannot be opened", path);
        return false;
    }
    size = ftello(file->in);
    files->size += size > 0 ? (uint64_t)size : 0;
    rewind(file->in);
    files->inputs[i] = (struct list_input){
        .name = last_part(path), .read_at = read_at, .context = file};
    return true;
}

bool
list_files_open(struct cli *cli, struct list_files *files, char **paths,
                size_t count)
{
    *files = (struct list_files){0};
    for (size_t i = 0; i < count; i++) {
        files->count = i + 1;
        if (!open_one(cli, files, i, paths[i])) {
            list_files_close(files);
            return false;
        }
    }
    return true;
}

void
list_files_close(struct list_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        if (files->opened[i].in != NULL)
            fclose(files->opened[i].in);
    files->count = 0;
}

static struct hash
hash_file(struct list_file_in *file)
{
    uint8_t block[HASHED_AT_ONCE];
    struct hash_stream stream;
    size_t got = sizeof(block);

    hash_begin(&stream);
    for (uint64_t at = 0; got == sizeof(block); at += got) {
        if (read_at(file, at, block, sizeof(block), &got) != OK)
            break;
        hash_add(&stream, (struct bytes){block, got});
    }
    return hash_end(&stream);
}

/* Two that stand side by side change places. The contexts move along. */
static void
swap(struct list_files *files, size_t i)
{
    struct list_input input = files->inputs[i];
    const char *path = files->paths[i];

    files->inputs[i] = files->inputs[i + 1];
    files->inputs[i + 1] = input;
    files->paths[i] = files->paths[i + 1];
    files->paths[i + 1] = path;
}

static const struct hash *
hash_at(const struct list_files *files, size_t i)
{
    const struct list_file_in *file = files->inputs[i].context;

    return &file->hash;
}

void
list_files_order(struct list_files *files)
{
    if (files->count < 2)
        return;
    for (size_t i = 0; i < files->count; i++)
        files->opened[i].hash = hash_file(&files->opened[i]);
    for (size_t pass = 1; pass < files->count; pass++)
        for (size_t i = 0; i + 1 < files->count; i++)
            if (bytes_compare(hash_bytes(hash_at(files, i)),
                              hash_bytes(hash_at(files, i + 1))) > 0)
                swap(files, i);
    files->done = 0;
}
