#include "cli/wrap.h"

static int
columns(struct bytes word)
{
    int count = 0;

    for (size_t i = 0; i < word.size; i++)
        count += (word.p[i] & 0xC0) != 0x80;
    return count;
}

int
wrap_words(FILE *out, struct bytes text, int at, int indent)
{
    while (text.size > 0) {
        struct bytes word = bytes_split(&text, ' ');
        int width = columns(word);

        if (width == 0)
            continue;
        if (at > indent && at + 1 + width > WRAP_WIDTH) {
            fprintf(out, "\n%*s", indent, "");
            at = indent;
        }
        fprintf(out, "%s%.*s", at > indent ? " " : "", (int)word.size,
                (const char *)word.p);
        at += (at > indent) + width;
    }
    return at;
}
