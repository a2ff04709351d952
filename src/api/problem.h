/*
 * Why a request was not done, as application/problem+json (RFC 9457). Never a
 * byte of the request, never personal data. API 3.
 */
#ifndef API_PROBLEM_H
#define API_PROBLEM_H

#include "api/api.h"

/* What is wrong with one member of a request; string constants. */
struct member_error {
    const char *pointer; /* a JSON pointer (RFC 6901): "/mrz/0"; "" for all */
    const char *detail;
    const char *clause;
};

#define MEMBER_ERRORS_MAX 8

struct member_errors {
    size_t count;
    struct member_error items[MEMBER_ERRORS_MAX];
};

/*
 * Each answers the call with a problem.
 *
 * status          by which name and title are known
 * clause, detail  string constants
 */
void problem_status(const struct api *api, struct api_call *call,
                    unsigned status, const char *clause, const char *detail);

/* 422 with what is wrong with which member. */
void problem_members(const struct api *api, struct api_call *call,
                     const struct member_errors *errors);

/* 400: JSON that is none, with the place. */
void problem_fault(const struct api *api, struct api_call *call,
                   const struct fault *fault);

/* What the keeper said; the answer's problem must not be PROBLEM_NONE. */
void problem_keeper(const struct api *api, struct api_call *call,
                    const struct answer *answer);

/* "disk_full" and the like: the end of the problem's type. */
const char *problem_name(enum problem problem);

#endif
