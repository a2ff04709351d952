#include "http/client.h"

#include <curl/curl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"

#define URL_SIZE_MAX 1024
#define CONTENT_TYPE_SIZE_MAX 128

/* Memory for an answer is kept for the next one up to here: with many servers
 * large ones are given back. */
#define ANSWER_KEPT_MAX 262144

/* One connection's worth of work; used again and again. */
struct client_slot {
    struct exchange *exchange; /* NULL: free */
    CURL *easy;
    struct curl_slist *fields;
    uint8_t *answer;
    size_t answer_size;
    size_t answer_room;
    size_t answer_size_max;
    bool too_large;
    char url[URL_SIZE_MAX];
};

/* A slot more than exchanges, so that `done` can begin one while its own
 * answer still stands. */
static size_t
slot_count(const struct client *client)
{
    return (size_t)client->config.exchanges_max + 1;
}

static bool
is_unix(const struct client *client)
{
    return strncmp(client->config.address, "unix:", 5) == 0;
}

static size_t
answer_take(char *data, size_t one, size_t count, void *context)
{
    struct client_slot *slot = context;
    size_t size = one * count;
    size_t room = slot->answer_room == 0 ? 4096 : slot->answer_room;
    uint8_t *larger;

    if (size > slot->answer_size_max - slot->answer_size) {
        slot->too_large = true;
        return 0;
    }
    while (room - slot->answer_size < size)
        room *= 2;
    if (room > slot->answer_room) {
        larger = realloc(slot->answer, room);
        if (larger == NULL) {
            slot->too_large = true;
            return 0;
        }
        slot->answer = larger;
        slot->answer_room = room;
    }
    memcpy(slot->answer + slot->answer_size, data, size);
    slot->answer_size += size;
    return size;
}

static bool
blob_set(CURL *easy, CURLoption option, const char *text)
{
    struct curl_blob blob = {.data = (void *)(uintptr_t)text,
                             .len = strlen(text),
                             .flags = CURL_BLOB_COPY};

    return curl_easy_setopt(easy, option, &blob) == CURLE_OK;
}

/* Without an authority the library checks the pin alone, and that it does only
 * if there is a certificate: TLS 1.3 has none without. */
static bool
pin_set(CURL *easy, const struct hash *pin)
{
    char text[8 + BASE64_SIZE(HASH_SIZE) + 1];
    struct writer w;

    writer_init(&w, text, sizeof(text));
    writer_text(&w, "sha256//");
    base64_write(&w, hash_bytes(pin));
    writer_u8(&w, '\0');
    return writer_end(&w) == OK &&
           curl_easy_setopt(easy, CURLOPT_PINNEDPUBLICKEY, text) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CAINFO, NULL) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) == CURLE_OK;
}

static bool
tls_set(CURL *easy, const struct client_tls *tls)
{
    curl_off_t rate = tls->bytes_a_second > INT64_MAX
                          ? INT64_MAX
                          : (curl_off_t)tls->bytes_a_second;

    return pin_set(easy, &tls->pin) &&
           curl_easy_setopt(easy, CURLOPT_SSLVERSION,
                            (long)CURL_SSLVERSION_TLSv1_3) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SSL_ENABLE_ALPN, 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L) ==
               CURLE_OK &&
           blob_set(easy, CURLOPT_SSLCERT_BLOB, tls->certificate) &&
           blob_set(easy, CURLOPT_SSLKEY_BLOB, tls->key) &&
           curl_easy_setopt(easy, CURLOPT_MAX_RECV_SPEED_LARGE, rate) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_MAX_SEND_SPEED_LARGE, rate) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT,
                            (long)CLIENT_SLOW_BYTES_A_SECOND) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME,
                            (long)CLIENT_SLOW_S) == CURLE_OK;
}

/* What is the same for every exchange. */
static bool
slot_open(const struct client *client, struct client_slot *slot)
{
    const struct client_config *config = &client->config;
    CURL *easy = curl_easy_init();
    bool ok = easy != NULL;

    slot->easy = easy;
    if (!ok)
        return false;
    if (config->tls != NULL)
        ok = tls_set(easy, config->tls);
    if (ok && is_unix(client))
        ok = curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH,
                              config->address + 5) == CURLE_OK;
    return ok &&
           curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, answer_take) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEDATA, slot) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PRIVATE, slot) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                            (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, client->scheme) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                            (long)config->connect_ms) == CURLE_OK;
}

/* The token stands in one header line, which it must not end. */
static enum err
authorization_write(struct client *client)
{
    struct bytes token = client->config.token;
    int size;

    for (size_t i = 0; i < token.size; i++)
        if (token.p[i] <= 0x20 || token.p[i] >= 0x7f)
            return ERR_FORMAT;
    if (token.size >= sizeof(client->authorization))
        return ERR_LIMIT;
    size = snprintf(client->authorization, sizeof(client->authorization),
                    "Authorization: Bearer %.*s", (int)token.size,
                    (const char *)token.p);
    return (size_t)size < sizeof(client->authorization) ? OK : ERR_LIMIT;
}

static enum err
config_check(const struct client_config *config)
{
    const char *address = config->address;
    size_t size = strlen(address);

    if (size == 0 || config->exchanges_max == 0 ||
        config->exchanges_max > CLIENT_EXCHANGES_MAX)
        return ERR_FORMAT;
    if (strncmp(address, "unix:", 5) == 0)
        return size > 5 ? OK : ERR_FORMAT;
    if (strpbrk(address, "/?#@ ") != NULL)
        return ERR_FORMAT;
    return size < URL_SIZE_MAX / 2 ? OK : ERR_LIMIT;
}

/* ----- A loop of one's own. ----- */

static uint64_t
now_ms(const struct client *client)
{
    struct os *os = client->config.os;

    return os->monotonic_ns(os) / 1000000;
}

/* `mine` is not NULL once the socket is watched. */
static int
socket_watch(CURL *easy, curl_socket_t fd, int what, void *context, void *mine)
{
    struct client *client = context;
    bool read = what == CURL_POLL_IN || what == CURL_POLL_INOUT;
    bool write = what == CURL_POLL_OUT || what == CURL_POLL_INOUT;
    enum err e = OK;

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        loop_remove(&client->loop, fd);
        return 0;
    }
    if (mine == NULL)
        e = loop_add(&client->loop, fd, (uint64_t)fd, write);
    if (e == OK && (mine != NULL || !read))
        e = loop_change(&client->loop, fd, (uint64_t)fd, read, write);
    if (e == OK && mine == NULL &&
        curl_multi_assign(client->multi, fd, client) != CURLM_OK)
        e = ERR_IO;
    return e == OK ? 0 : -1;
}

static int
timer_set(CURLM *multi, long timeout_ms, void *context)
{
    struct client *client = context;

    (void)multi;
    client->due_ms =
        timeout_ms < 0 ? UINT64_MAX : now_ms(client) + (uint64_t)timeout_ms;
    return 0;
}

static bool
loop_set(struct client *client)
{
    CURLM *multi = client->multi;

    client->due_ms = UINT64_MAX;
    return loop_open(&client->loop) == OK &&
           curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket_watch) ==
               CURLM_OK &&
           curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, client) == CURLM_OK &&
           curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer_set) ==
               CURLM_OK &&
           curl_multi_setopt(multi, CURLMOPT_TIMERDATA, client) == CURLM_OK;
}

static enum err
slots_open(struct client *client)
{
    long connections = (long)client->config.exchanges_max;

    if (curl_global_init(CURL_GLOBAL_NOTHING) != CURLE_OK)
        return ERR_LIMIT;
    client->multi = curl_multi_init();
    client->slots = calloc(slot_count(client), sizeof(*client->slots));
    if (client->multi == NULL || client->slots == NULL)
        return ERR_LIMIT;
    if (client->config.os != NULL && !loop_set(client))
        return ERR_LIMIT;
    for (size_t i = 0; i < slot_count(client); i++)
        if (!slot_open(client, &client->slots[i]))
            return ERR_LIMIT;
    if (curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, connections) !=
        CURLM_OK)
        return ERR_LIMIT;
    return OK;
}

enum err
client_open(struct client *client, const struct client_config *config)
{
    enum err e = config_check(config);

    *client =
        (struct client){.config = *config, .scheme = "http", .loop.fd = -1};
    if (config->tls != NULL)
        client->scheme = "https";
    if (e == OK && config->token.size > 0)
        e = authorization_write(client);
    if (e != OK)
        return e;
    e = slots_open(client);
    client->config.tls = NULL;
    if (e != OK)
        client_close(client);
    return e;
}

static void
slot_end(struct client *client, struct client_slot *slot)
{
    (void)curl_multi_remove_handle(client->multi, slot->easy);
    curl_slist_free_all(slot->fields);
    slot->fields = NULL;
    slot->exchange = NULL;
}

void
client_close(struct client *client)
{
    if (client->slots != NULL) {
        for (size_t i = 0; i < slot_count(client); i++) {
            struct client_slot *slot = &client->slots[i];

            if (slot->exchange != NULL)
                slot_end(client, slot);
            curl_easy_cleanup(slot->easy);
            free(slot->answer);
        }
    }
    free(client->slots);
    if (client->multi != NULL)
        (void)curl_multi_cleanup(client->multi);
    if (client->config.os != NULL && client->loop.fd >= 0)
        loop_close(&client->loop);
    explicit_bzero(client->authorization, sizeof(client->authorization));
    *client = (struct client){0};
}

static bool
field_add(struct client_slot *slot, const char *field)
{
    struct curl_slist *longer = curl_slist_append(slot->fields, field);

    if (longer == NULL)
        return false;
    slot->fields = longer;
    return true;
}

static bool
fields_set(const struct client *client, struct client_slot *slot)
{
    const struct exchange *exchange = slot->exchange;
    bool ok = field_add(slot, "Expect:"); /* no waiting for 100 Continue */
    char type[CONTENT_TYPE_SIZE_MAX];
    int size =
        snprintf(type, sizeof(type), "Content-Type: %s",
                 exchange->content_type == NULL ? "application/json"
                                                : exchange->content_type);

    if (ok && client->authorization[0] != '\0')
        ok = field_add(slot, client->authorization);
    if (ok && strcmp(exchange->method, "POST") == 0)
        ok = size > 0 && (size_t)size < sizeof(type) && field_add(slot, type);
    for (size_t i = 0; ok && i < exchange->field_count; i++)
        ok = field_add(slot, exchange->fields[i]);
    return ok && curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER,
                                  slot->fields) == CURLE_OK;
}

static bool
method_set(struct client_slot *slot)
{
    const struct exchange *exchange = slot->exchange;
    static const uint8_t nothing[1];
    const uint8_t *body = exchange->body.p == NULL ? nothing : exchange->body.p;

    if (strcmp(exchange->method, "POST") != 0)
        return curl_easy_setopt(slot->easy, CURLOPT_HTTPGET, 1L) == CURLE_OK;
    return curl_easy_setopt(slot->easy, CURLOPT_POST, 1L) == CURLE_OK &&
           curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                            (curl_off_t)exchange->body.size) == CURLE_OK &&
           curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDS, body) == CURLE_OK;
}

static enum err
slot_begin(struct client *client, struct client_slot *slot)
{
    long timeout_ms = (long)slot->exchange->timeout_ms;
    int size = snprintf(slot->url, URL_SIZE_MAX, "%s://%s%s", client->scheme,
                        is_unix(client) ? "localhost" : client->config.address,
                        slot->exchange->path);

    slot->answer_size = 0;
    slot->answer_size_max = slot->exchange->answer_size_max;
    if (slot->answer_size_max == 0)
        slot->answer_size_max = CLIENT_BODY_SIZE_MAX;
    slot->too_large = false;
    if (timeout_ms == 0)
        timeout_ms = client->config.timeout_ms;
    if (size < 0 || size >= URL_SIZE_MAX)
        return ERR_LIMIT;
    if (!fields_set(client, slot) || !method_set(slot) ||
        curl_easy_setopt(slot->easy, CURLOPT_URL, slot->url) != CURLE_OK ||
        curl_easy_setopt(slot->easy, CURLOPT_TIMEOUT_MS, timeout_ms) !=
            CURLE_OK ||
        curl_multi_add_handle(client->multi, slot->easy) != CURLM_OK)
        return ERR_LIMIT;
    return OK;
}

enum err
client_begin(struct client *client, struct exchange *exchange)
{
    struct client_slot *slot = client->slots;
    enum err e;

    if (client->busy_count == client->config.exchanges_max)
        return ERR_BUSY;
    while (slot->exchange != NULL)
        slot++;
    slot->exchange = exchange;
    e = slot_begin(client, slot);
    if (e != OK) {
        slot_end(client, slot);
        return e;
    }
    client->busy_count++;
    return OK;
}

/*
 * Whether the server may have got the request is what callers must know. The
 * library takes a head that was cut off for a whole one; ours has a length.
 */
static enum err
error_of(const struct client_slot *slot, CURLcode code)
{
    curl_off_t connected_us = 0;
    curl_off_t length = -1;

    switch ((int)code) {
    case CURLE_OK:
        (void)curl_easy_getinfo(slot->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T,
                                &length);
        return length < 0 ? ERR_SHORT : OK;
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
        return ERR_BUSY;
    case CURLE_OPERATION_TIMEDOUT:
        (void)curl_easy_getinfo(slot->easy, CURLINFO_PRETRANSFER_TIME_T,
                                &connected_us);
        return connected_us == 0 ? ERR_BUSY : ERR_SHORT;
    case CURLE_WRITE_ERROR:
        return ERR_LIMIT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_PEER_FAILED_VERIFICATION:
        return ERR_SIGNATURE;
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
        return ERR_SHORT;
    default:
        return ERR_FORMAT;
    }
}

static void
slot_done(struct client *client, struct client_slot *slot, CURLcode code)
{
    struct exchange *exchange = slot->exchange;
    const char *type = NULL;
    long status = 0;

    exchange->error = error_of(slot, code);
    (void)curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
    exchange->status = exchange->error == OK ? (unsigned)status : 0;
    exchange->answer = (struct bytes){slot->answer, slot->answer_size};
    (void)curl_easy_getinfo(slot->easy, CURLINFO_CONTENT_TYPE, &type);
    exchange->answer_type = type == NULL ? "" : type;
    client->busy_count--;
    if (exchange->done != NULL)
        exchange->done(exchange->context, exchange);
    slot_end(client, slot);
    if (slot->answer_room <= ANSWER_KEPT_MAX)
        return;
    free(slot->answer);
    slot->answer = NULL;
    slot->answer_room = 0;
}

static void
ended_take(struct client *client)
{
    struct client_slot *slot = NULL;
    CURLMsg *message;
    int left;

    message = curl_multi_info_read(client->multi, &left);
    while (message != NULL) {
        CURLcode code = message->data.result;

        if (message->msg == CURLMSG_DONE &&
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &slot) ==
                CURLE_OK)
            slot_done(client, slot, code);
        message = curl_multi_info_read(client->multi, &left);
    }
}

enum err
client_run(struct client *client, int fd, unsigned timeout_ms)
{
    struct curl_waitfd extra = {.fd = fd, .events = CURL_WAIT_POLLIN};
    int running;

    if (curl_multi_perform(client->multi, &running) != CURLM_OK)
        return ERR_IO;
    if ((unsigned)running == client->busy_count &&
        curl_multi_poll(client->multi, &extra, fd < 0 ? 0 : 1, (int)timeout_ms,
                        NULL) != CURLM_OK)
        return ERR_IO;
    if (curl_multi_perform(client->multi, &running) != CURLM_OK)
        return ERR_IO;
    ended_take(client);
    return OK;
}

int
client_fd(const struct client *client)
{
    return client->loop.fd;
}

int
client_timeout_ms(const struct client *client)
{
    uint64_t now;

    if (client->due_ms == UINT64_MAX)
        return -1;
    now = now_ms(client);
    if (client->due_ms <= now)
        return 0;
    return client->due_ms - now > INT_MAX ? INT_MAX
                                          : (int)(client->due_ms - now);
}

void
client_turn(struct client *client)
{
    struct loop_ready ready[LOOP_READY_MAX];
    size_t count = loop_wait(&client->loop, 0, ready);
    int running;

    for (size_t i = 0; i < count; i++)
        (void)curl_multi_socket_action(
            client->multi, (curl_socket_t)ready[i].tag,
            (ready[i].readable ? CURL_CSELECT_IN : 0) |
                (ready[i].writable ? CURL_CSELECT_OUT : 0),
            &running);
    if (client->due_ms <= now_ms(client)) {
        client->due_ms = UINT64_MAX;
        (void)curl_multi_socket_action(client->multi, CURL_SOCKET_TIMEOUT, 0,
                                       &running);
    }
    ended_take(client);
}

/* Any wait ends at the exchange's own timeout. */
#define EXCHANGE_WAIT_MS 1000

static void
exchange_over(void *context, struct exchange *exchange)
{
    struct arena *arena = context;
    struct bytes copy = arena_copy(arena, exchange->answer);
    size_t type_size = strlen(exchange->answer_type) + 1;
    char *type = arena_take(arena, type_size);

    if (((copy.p == NULL && exchange->answer.size > 0) || type == NULL) &&
        exchange->error == OK)
        exchange->error = ERR_LIMIT;
    if (type != NULL)
        memcpy(type, exchange->answer_type, type_size);
    exchange->answer = copy;
    exchange->answer_type = type == NULL ? "" : type;
}

enum err
client_exchange(struct client *client, struct exchange *exchange,
                struct arena *arena)
{
    void (*done)(void *, struct exchange *) = exchange->done;
    void *context = exchange->context;
    enum err e;

    exchange->done = exchange_over;
    exchange->context = arena;
    e = client_begin(client, exchange);
    while (e == OK && client->busy_count > 0)
        e = client_run(client, -1, EXCHANGE_WAIT_MS);
    exchange->done = done;
    exchange->context = context;
    return e == OK ? exchange->error : e;
}
