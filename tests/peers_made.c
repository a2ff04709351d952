#include "peers_made.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "node/keys.h"
#include "test.h"

#define JOURNAL_SIZE (256u << 10)

static const char *const origins[PEERS_MADE_MAX] = {
    "utopia.example/centre", "utopia.example/arden", "utopia.example/brink"};

static void
shell(const char *command)
{
    assert_int_equal(system(command), 0);
}

static void
node_make(struct peers_made *made, size_t i)
{
    struct peers_node *node = &made->nodes[i];
    struct os *os = &node->failing.os;

    node->book = calloc(1, sizeof(*node->book));
    assert_non_null(node->book);
    failing_init(&node->failing);
    (void)snprintf(node->path, sizeof(node->path), "%s/%zu", made->path, i);
    node->config = (struct config){.kind = NODE_LAND,
                                   .country = "UTO",
                                   .zone = "UTC",
                                   .listen = LISTEN_DEFAULT};
    strcpy(node->config.origin, origins[i]);
    strcpy(node->config.place, strrchr(origins[i], '/') + 1);
    node->book_config = (struct book_config){.os = os,
                                             .path = node->path,
                                             .config = &node->config,
                                             .random = &crypto_random,
                                             .journal_size = JOURNAL_SIZE};
    assert_int_equal(mkdir(node->path, 0700), 0);
    assert_err(os->folder_open(os, node->path, &node->book_config.dir), OK);
    assert_err(book_create(node->book, &node->book_config), OK);
    peers_node_up(node);
}

/* What a card would say. */
static struct roster_node
node_card(struct peers_node *node, enum roster_role role)
{
    struct os *os = &node->failing.os;
    struct bytes origin = bytes_of(node->config.origin);
    struct roster_node card = {.origin = origin, .role = role};
    struct sign_key cosign;
    struct box_key box;

    assert_err(cosign_key_load(os, node->book_config.dir, origin, &cosign), OK);
    assert_err(box_key_load(os, node->book_config.dir, &box), OK);
    (void)snprintf(node->cosigner, sizeof(node->cosigner),
                   "%s" ROSTER_COSIGNER_SUFFIX, node->config.origin);
    card.log = note_key_of(origin, NOTE_ED25519, &node->book->key.public);
    card.cosign =
        note_key_of(bytes_of(node->cosigner), NOTE_COSIGNATURE, &cosign.public);
    card.tls_pin = hash_of(origin);
    card.box = box.public;
    card.place = bytes_of(node->config.place);
    return card;
}

static void
made_open(struct peers_made *made, size_t count)
{
    static struct roster_made model;

    memset(made, 0, sizeof(*made));
    strcpy(made->path, "/dev/shm/kufi-peers-XXXXXX");
    if (mkdtemp(made->path) == NULL) {
        strcpy(made->path, "/tmp/kufi-peers-XXXXXX");
        assert_non_null(mkdtemp(made->path));
    }
    made->count = count;
    for (size_t i = 0; i < count && i < PEERS_MADE_MAX; i++)
        node_make(made, i);
    roster_made(&model);
    made->roster = model.roster;
    made->roster.made =
        (struct instant){made->nodes[0].failing.now_ms / 1000 * 1000};
    made->roster.expires =
        (struct instant){made->roster.made.ms + INT64_C(31536000000)};
    made->roster.node_count = count;
    /* In order of origins: the posts' come first. */
    for (size_t i = 0; i < count; i++)
        made->roster.nodes[i] =
            node_card(&made->nodes[(i + 1) % count],
                      i == count - 1 ? ROSTER_CENTRE : ROSTER_POST);
}

static void
made_close(struct peers_made *made)
{
    char command[128];

    for (size_t i = 0; i < made->count; i++) {
        struct peers_node *node = &made->nodes[i];

        peers_close(node->peers);
        assert_err(book_stop(node->book, STOP_ASKED), OK);
        node->failing.os.folder_close(&node->failing.os, node->book_config.dir);
        free(node->book);
    }
    (void)snprintf(command, sizeof(command), "rm -rf %s", made->path);
    shell(command);
}

static int
begin(void **state, size_t count)
{
    struct peers_made *made = calloc(1, sizeof(*made));

    assert_non_null(made);
    made_open(made, count);
    *state = made;
    return 0;
}

int
peers_made_two(void **state)
{
    return begin(state, 2);
}

int
peers_made_three(void **state)
{
    return begin(state, 3);
}

int
peers_made_end(void **state)
{
    made_close(*state);
    free(*state);
    return 0;
}

void
peers_node_up(struct peers_node *node)
{
    struct book_report report;

    node->failing.fail_at = 0;
    assert_err(book_open(node->book, &node->book_config, &report), OK);
    assert_err(book_start(node->book), OK);
    assert_err(book_fold(node->book), OK);
    assert_err(peers_open(&node->peers, node->book), OK);
}

void
peers_node_down(struct peers_node *node)
{
    peers_close(node->peers);
    node->peers = NULL;
    book_abandon(node->book);
}

void
peers_node_again(struct peers_node *node)
{
    peers_node_down(node);
    peers_node_up(node);
}

struct bytes
peers_made_roster(struct peers_made *made, const char *signers)
{
    return roster_made_note(&made->roster, signers, made->block,
                            sizeof(made->block));
}

void
peers_made_join(struct peers_made *made)
{
    struct bytes note = peers_made_roster(made, "alice bob");

    for (size_t i = 0; i < made->count; i++) {
        const char *why = "";
        enum err e = peers_join(made->nodes[i].peers, note, &why);

        if (e != OK)
            print_message("# %s\n", why);
        assert_err(e, OK);
    }
}

void
peers_made_pass(struct peers_made *made, int64_t ms)
{
    for (size_t i = 0; i < made->count; i++)
        failing_pass(&made->nodes[i].failing, ms);
}

enum errand_verdict
peers_made_errand(struct peers_made *made, struct peers_node *node,
                  const struct errand *errand)
{
    struct fault fault = {0};
    struct writer in;
    struct writer out;

    writer_init(&in, made->in, sizeof(made->in));
    errand_encode(&in, errand);
    assert_err(writer_end(&in), OK);
    writer_init(&out, made->out, sizeof(made->out));
    assert_err(peers_errand(node->peers, writer_done(&in), &out), OK);
    assert_err(errand_answer_parse(writer_done(&out), &made->answer, &fault),
               OK);
    return made->answer.verdict;
}

struct bytes
peers_made_checkpoint(struct peers_made *made, struct peers_node *node)
{
    size_t size;

    assert_err(book_publish(node->book), OK);
    assert_err(os_read_file(&node->failing.os, node->book_config.dir,
                            "log/checkpoint", made->checkpoint,
                            sizeof(made->checkpoint), &size),
               OK);
    return (struct bytes){made->checkpoint, size};
}

void
peers_made_grant(struct peers_made *made, struct peers_node *from,
                 struct peers_node *to)
{
    struct errand seal = {.kind = ERRAND_SEAL,
                          .origin = bytes_of(to->config.origin)};
    struct errand grant = {.kind = ERRAND_GRANT,
                           .origin = bytes_of(from->config.origin)};
    uint8_t *copy;

    assert_int_equal(peers_made_errand(made, from, &seal), ERRAND_TAKEN);
    if (made->answer.note.size == 0)
        return; /* it has sealed nothing yet */
    copy = malloc(made->answer.note.size);
    assert_non_null(copy);
    memcpy(copy, made->answer.note.p, made->answer.note.size);
    grant.note = (struct bytes){copy, made->answer.note.size};
    assert_true(peers_made_errand(made, to, &grant) <= ERRAND_KNOWN);
    free(copy);
}

void
peers_made_mirror(struct peers_made *made, struct peers_node *from,
                  struct peers_node *to)
{
    struct errand errand = {.kind = ERRAND_MIRRORED,
                            .origin = bytes_of(from->config.origin)};
    char hex[ORIGIN_HEX_SIZE];
    char command[1024];

    errand.note = peers_made_checkpoint(made, from);
    origin_hex(errand.origin, hex);
    (void)snprintf(command, sizeof(command),
                   "mkdir -p %s/peers/%s && cp -r %s/log/. %s/peers/%s/",
                   to->path, hex, from->path, to->path, hex);
    shell(command);
    assert_true(peers_made_errand(made, to, &errand) <= ERRAND_KNOWN);
}

void
peers_made_exchange(struct peers_made *made, struct peers_node *from,
                    struct peers_node *to)
{
    peers_made_grant(made, from, to);
    peers_made_mirror(made, from, to);
    peers_made_pass(made, PEERS_SEEN_MS);
    peers_made_rounds(to);
}

uint64_t
peers_made_seen(struct peers_node *node, const char *number)
{
    struct store_number asked = {BYTES("UTO"), bytes_of(number)};
    struct store_person persons[4];
    uint8_t block[8192];
    struct arena arena;
    size_t count = 0;

    arena_init(&arena, block, sizeof(block));
    assert_err(store_persons_by_document(&node->book->store, &asked, &arena,
                                         persons, 4, &count),
               OK);
    return count == 0 ? 0 : persons[0].crossings;
}

void
peers_made_rounds(struct peers_node *node)
{
    bool more = true;

    while (more)
        assert_err(peers_round(node->peers, &more), OK);
}

uint64_t
peers_made_record(struct peers_node *node, struct event *event)
{
    size_t item;

    if (event->actor.size == 0)
        event->actor = BYTES("tests");
    assert_err(book_begin(node->book), OK);
    assert_err(book_put(node->book, event, false, &item), OK);
    assert_err(book_commit(node->book), OK);
    assert_err(book_fold(node->book), OK);
    return book_index(node->book, item);
}

uint64_t
peers_made_crossing(struct peers_node *node, const char *number)
{
    struct event event = {.type = EVENT_LATE_RECORD};

    event.late_record = (struct late_record){
        .occurred = {node->failing.now_ms - 60000},
        .reason = BYTES("the power was out"),
        .recorder = BYTES("officer 7"),
        .document = {.format = BYTES("TD3"),
                     .code = BYTES("P"),
                     .issuing_state = BYTES("UTO"),
                     .number = bytes_of(number),
                     .surname = BYTES("ERIKSSON"),
                     .given_names = bytes_of(number),
                     .nationality = BYTES("UTO"),
                     .date_of_birth = BYTES("1974-08-12"),
                     .sex = BYTES("F"),
                     .date_of_expiry = BYTES("2032-04-15")}};
    return peers_made_record(node, &event);
}

size_t
peers_made_count(struct peers_node *node, enum event_type type,
                 const char *code)
{
    size_t count = 0;

    for (uint64_t i = 0; i < log_size(&node->book->log); i++) {
        struct book_entry read;

        assert_err(book_read(node->book, i, &read), OK);
        count += read.event.type == type &&
                         (code == NULL ||
                          bytes_equal(read.event.incident.code, bytes_of(code)))
                     ? 1
                     : 0;
    }
    return count;
}
