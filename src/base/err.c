#include "base/err.h"

static const struct {
    const char *name;
    const char *text;
} ERRORS[ERR_COUNT] = {
    [OK] = {"OK", "done"},
    [ERR_SHORT] = {"ERR_SHORT", "ends too early"},
    [ERR_BUSY] = {"ERR_BUSY", "busy, try again"},
    [ERR_FULL] = {"ERR_FULL", "no space left on the disk"},
    [ERR_FORMAT] = {"ERR_FORMAT", "not in the expected format"},
    [ERR_SIGNATURE] = {"ERR_SIGNATURE", "signature, hash or proof is wrong"},
    [ERR_LIMIT] = {"ERR_LIMIT", "larger than allowed"},
    [ERR_NOT_FOUND] = {"ERR_NOT_FOUND", "not found"},
    [ERR_CONFLICT] = {"ERR_CONFLICT", "contradicts what is recorded"},
    [ERR_DENIED] = {"ERR_DENIED", "not allowed"},
    [ERR_IO] = {"ERR_IO", "reading or writing failed"},
    [ERR_CORRUPT] = {"ERR_CORRUPT", "stored bytes are damaged"},
};

const char *
err_name(enum err e)
{
    return (unsigned)e < ERR_COUNT ? ERRORS[e].name : "ERR_UNKNOWN";
}

const char *
err_text(enum err e)
{
    return (unsigned)e < ERR_COUNT ? ERRORS[e].text : "unknown error";
}

enum err
fault_set(struct fault *fault, enum err code, size_t at, const char *clause,
          const char *what)
{
    if (fault != NULL)
        *fault = (struct fault){code, at, clause, what};
    return code;
}
