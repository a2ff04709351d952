#include "base/reader.h"

void
reader_refuse(struct reader *r, enum err code, const char *clause,
              const char *what)
{
    if (r->fault.code == OK)
        fault_set(&r->fault, code, r->at, clause, what);
}

size_t
reader_left(const struct reader *r)
{
    return r->fault.code == OK ? r->in.size - r->at : 0;
}

struct bytes
reader_bytes(struct reader *r, size_t size, const char *clause)
{
    struct bytes taken;

    if (r->fault.code != OK)
        return (struct bytes){0};
    if (size > r->in.size - r->at) {
        reader_refuse(r, ERR_SHORT, clause, "the input ends too early");
        return (struct bytes){0};
    }
    /* No input at all has no place where it ends. */
    if (r->in.size == 0)
        return (struct bytes){0};
    taken = (struct bytes){r->in.p + r->at, size};
    r->at += size;
    return taken;
}

uint8_t
reader_u8(struct reader *r, const char *clause)
{
    struct bytes b = reader_bytes(r, 1, clause);

    return b.size == 1 ? b.p[0] : 0;
}

uint16_t
reader_be16(struct reader *r, const char *clause)
{
    struct bytes b = reader_bytes(r, 2, clause);

    return b.size == 2 ? be16_read(b.p) : 0;
}

uint32_t
reader_be32(struct reader *r, const char *clause)
{
    struct bytes b = reader_bytes(r, 4, clause);

    return b.size == 4 ? be32_read(b.p) : 0;
}

uint64_t
reader_be64(struct reader *r, const char *clause)
{
    struct bytes b = reader_bytes(r, 8, clause);

    return b.size == 8 ? be64_read(b.p) : 0;
}

struct bytes
reader_line(struct reader *r, const char *clause)
{
    struct bytes rest = bytes_slice(r->in, r->at, reader_left(r));
    size_t size = bytes_find(rest, '\n');

    if (r->fault.code != OK)
        return (struct bytes){0};
    if (size == rest.size) {
        reader_refuse(r, ERR_SHORT, clause, "a line has no end");
        return (struct bytes){0};
    }
    r->at += size + 1;
    return (struct bytes){rest.p, size};
}

void
reader_expect(struct reader *r, struct bytes literal, const char *clause)
{
    struct bytes rest = bytes_slice(r->in, r->at, reader_left(r));

    if (r->fault.code != OK)
        return;
    if (bytes_begin(rest, literal))
        r->at += literal.size;
    else
        reader_refuse(r, ERR_FORMAT, clause, "other bytes are expected here");
}

enum err
reader_end(struct reader *r, const char *clause, struct fault *fault)
{
    if (r->fault.code == OK && r->at != r->in.size)
        reader_refuse(r, ERR_FORMAT, clause, "bytes are left over");
    if (r->fault.code != OK && fault != NULL)
        *fault = r->fault;
    return r->fault.code;
}
