#include "http/head.h"

#include "http/target.h"

static void
refuse(struct head *head, unsigned status, const char *clause, const char *what)
{
    if (head->refusal.status == 0)
        head->refusal = (struct refusal){status, clause, what};
}

/* RFC 9110 5.6.2. */
static bool
token_valid(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.p[i];
        bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        bool digit = c >= '0' && c <= '9';

        if (!letter && !digit && bytes_find(BYTES("!#$%&'*+-.^_`|~"), c) == 15)
            return false;
    }
    return text.size > 0;
}

/* Visible ASCII, blanks, tabs; bytes above are opaque text. RFC 9110 5.5. */
static bool
value_valid(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((text.p[i] < 0x20 && text.p[i] != '\t') || text.p[i] == 0x7f)
            return false;
    return true;
}

static bool
same_name(struct bytes a, const char *lower)
{
    struct bytes b = bytes_of(lower);

    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++) {
        uint8_t c = a.p[i];

        if (c >= 'A' && c <= 'Z')
            c |= 0x20;
        if (c != b.p[i])
            return false;
    }
    return true;
}

/* A field that may come once; of two, one reader takes the first, another the
 * last. */
static void
take_once(struct head *head, struct bytes *slot, struct bytes value)
{
    if (slot->p != NULL)
        refuse(head, 400, "API 1.3", "a header field stands there twice");
    *slot = value.p == NULL ? BYTES("") : value;
}

static void
length_field(struct head *head, struct bytes value)
{
    head->length_count++;
    head->has_length = bytes_decimal(value, UINT64_MAX / 2, &head->length);
    if (!head->has_length || head->length_count > 1)
        refuse(head, 400, "API 1.3", "Content-Length is twice or no number");
}

static void
coding_field(struct head *head, struct bytes value)
{
    head->coding_count++;
    if (!same_name(value, "chunked") || head->coding_count > 1)
        refuse(head, 400, "API 1.3",
               "Transfer-Encoding is anything but chunked, once");
}

void
head_field(struct head *head, struct bytes name, struct bytes value)
{
    struct request *request = head->request;

    value = bytes_trim(value);
    if (!token_valid(name))
        refuse(head, 400, "API 1.3", "the name of a header field is no token");
    if (!value_valid(value))
        refuse(head, 400, "API 1.3", "a header field holds control characters");
    if (same_name(name, "content-length"))
        length_field(head, value);
    else if (same_name(name, "transfer-encoding"))
        coding_field(head, value);
    else if (same_name(name, "host"))
        head->host_count++;
    else if (same_name(name, "authorization"))
        take_once(head, &request->authorization, value);
    else if (same_name(name, "content-type"))
        take_once(head, &request->content_type, value);
    else if (same_name(name, "idempotency-key"))
        take_once(head, &request->idempotency_key, value);
    else if (same_name(name, "content-encoding") &&
             !same_name(value, "identity"))
        refuse(head, 415, "API 1.5", "the content is encoded");
}

static enum method
method_parse(struct bytes text)
{
    if (bytes_equal(text, BYTES("GET")))
        return METHOD_GET;
    if (bytes_equal(text, BYTES("HEAD")))
        return METHOD_HEAD;
    if (bytes_equal(text, BYTES("POST")))
        return METHOD_POST;
    return METHOD_OTHER;
}

static bool
method_known(struct bytes text)
{
    static const char *const known[] = {"GET",     "HEAD",    "POST",
                                        "PUT",     "DELETE",  "PATCH",
                                        "OPTIONS", "CONNECT", "TRACE"};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (bytes_equal(text, bytes_of(known[i])))
            return true;
    return false;
}

struct refusal
head_end(struct head *head, struct bytes method, struct bytes target,
         struct bytes version)
{
    struct request *request = head->request;
    struct fault fault = {0};
    bool is_1_1 = bytes_equal(version, BYTES("HTTP/1.1"));
    enum err e;

    if (!is_1_1 && !bytes_equal(version, BYTES("HTTP/1.0")))
        refuse(head, 505, "API 1.1",
               "only versions 1.0 and 1.1 of HTTP are spoken");
    if (head->coding_count > 0 && (head->length_count > 0 || !is_1_1))
        refuse(head, 400, "API 1.3",
               "Transfer-Encoding with Content-Length or in HTTP/1.0");
    if (head->host_count > 1 || (is_1_1 && head->host_count == 0))
        refuse(head, 400, "API 1.3", "there must be one Host");
    if (!method_known(method))
        refuse(head, 501, "API 1.2", "the method is not known");
    if (head->has_length && head->length > head->body_size_max)
        refuse(head, 413, "API 1.5", "the body is too large");
    request->method = method_parse(method);
    e = target_parse(target, &request->arena, &request->path, &request->query,
                     &fault);
    if (e == ERR_LIMIT)
        refuse(head, 414, "API 1.4", fault.what);
    else if (e != OK)
        refuse(head, 400, "API 1.4", fault.what);
    return head->refusal;
}
