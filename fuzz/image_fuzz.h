/*
 * A file of our own that is made when the target starts and then damaged as the
 * input says: unlike kept files, such inputs outlive a change of the layout.
 *
 * An edit is four bytes: where, in 24 bits, modulo the size; and what the byte
 * there is changed by. An edit that changes nothing (0) cuts the file off there
 * instead.
 */
#ifndef FUZZ_IMAGE_FUZZ_H
#define FUZZ_IMAGE_FUZZ_H

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

#define IMAGE_EDIT_SIZE 4

/* Of the heap, of exactly its size, so that the sanitizer sees a read past its
 * end; the caller frees its `p`. */
static struct bytes
image_damaged(struct bytes whole, struct bytes edits)
{
    size_t size = whole.size;
    uint8_t *p;
    uint8_t *out;

    for (size_t at = 0; edits.size - at >= IMAGE_EDIT_SIZE;
         at += IMAGE_EDIT_SIZE) {
        uint32_t edit = be32_read(edits.p + at);

        if ((edit & 0xFF) == 0)
            size = (edit >> 8) % (whole.size + 1);
    }
    p = malloc(whole.size);
    out = malloc(size == 0 ? 1 : size);
    if (p == NULL || out == NULL)
        abort();
    memcpy(p, whole.p, whole.size);
    for (size_t at = 0; edits.size - at >= IMAGE_EDIT_SIZE;
         at += IMAGE_EDIT_SIZE) {
        uint32_t edit = be32_read(edits.p + at);

        p[(edit >> 8) % whole.size] ^= (uint8_t)edit;
    }
    memcpy(out, p, size);
    free(p);
    return (struct bytes){out, size};
}

#endif
