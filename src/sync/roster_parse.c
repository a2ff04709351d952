/* The text of a roster read, line by line. SYN 2.1 .. 2.9. */
#include "sync/roster.h"

#include "base/base64.h"
#include "sync/line.h"
#include "sync/roster_int.h"

#define VERSION_MAX ((UINT64_C(1) << 53) - 1) /* what JSON can name */

bool
roster_country_lawful(struct bytes country)
{
    for (size_t i = 0; i < country.size; i++)
        if (country.p[i] < 'A' || country.p[i] > 'Z')
            return false;
    return country.size == 3;
}

/* The rights of one role, each word at most once and in their order. SYN 2.6 */
static unsigned
rights_read(struct reader *r, enum roster_role role)
{
    struct bytes line = line_value(r, BYTES("right "), "SYN 2.6");
    struct bytes name = field_next(&line);
    unsigned rights = 0;

    if (!bytes_equal(name, bytes_of(roster_role_name(role))))
        reader_refuse(r, ERR_FORMAT, "SYN 2.6", "the roles have an order");
    if (bytes_equal(line, BYTES("-")))
        return 0;
    for (size_t i = 0; i < ROSTER_RIGHT_COUNT; i++) {
        struct bytes rest = line;

        if (!bytes_equal(field_next(&rest), bytes_of(roster_rights[i])) ||
            (rest.size == 0 && line.p[line.size - 1] == ' '))
            continue;
        rights |= 1U << i;
        line = rest;
    }
    if (line.size > 0 || rights == 0)
        reader_refuse(r, ERR_FORMAT, "SYN 2.6", "no rights, in their order");
    if ((rights & ROSTER_RIGHT_KEYS_HOT) && (rights & ROSTER_RIGHT_KEYS_ALL))
        reader_refuse(r, ERR_FORMAT, "SYN 2.6", "keys of some or of all days");
    return rights;
}

static void
head_read(struct reader *r, struct roster *out)
{
    reader_expect(r, BYTES("kufi roster v1\n"), "SYN 2.1");
    out->country = line_value(r, BYTES("country "), "SYN 2.2");
    if (!roster_country_lawful(out->country))
        reader_refuse(r, ERR_FORMAT, "SYN 2.2", "not three capital letters");
    out->version = line_number(r, BYTES("version "), 1, VERSION_MAX, "SYN 2.3");
    out->made = line_moment(r, BYTES("made "), "SYN 2.4");
    out->expires = line_moment(r, BYTES("expires "), "SYN 2.4");
    if (out->expires.ms <= out->made.ms)
        reader_refuse(r, ERR_FORMAT, "SYN 2.4", "it ends before it begins");
    out->threshold = (unsigned)line_number(r, BYTES("threshold "), 1,
                                           ROSTER_CUSTODIANS_MAX, "SYN 2.5");
    out->hot_days = (uint32_t)line_number(r, BYTES("hot-days "), 1,
                                          ROSTER_HOT_DAYS_MAX, "SYN 2.7");
    for (size_t i = 0; i < ROSTER_ROLE_COUNT; i++)
        out->rights[i] = rights_read(r, (enum roster_role)i);
}

/* SYN 2.5 */
static void
custodian_read(struct reader *r, struct roster *out)
{
    struct bytes line = line_value(r, BYTES("custodian "), "SYN 2.5");
    struct note_key key = field_key(r, line, NOTE_ED25519, "SYN 2.5");
    const struct note_key *last;

    if (out->custodian_count == ROSTER_CUSTODIANS_MAX) {
        reader_refuse(r, ERR_LIMIT, "SYN 2.5", "too many custodians");
        return;
    }
    last = &out->custodians[out->custodian_count];
    if (out->custodian_count > 0 && bytes_compare(last[-1].name, key.name) >= 0)
        reader_refuse(r, ERR_FORMAT, "SYN 2.5", "not in order of names");
    out->custodians[out->custodian_count++] = key;
}

static bool
host_lawful(struct bytes host, bool is_ipv6)
{
    if (host.size == 0 || host.size > ROSTER_HOST_SIZE_MAX)
        return false;
    for (size_t i = 0; i < host.size; i++) {
        uint8_t c = host.p[i];
        bool common = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        bool more = is_ipv6 ? c == ':' : (c >= 'g' && c <= 'z') || c == '-';

        if (!common && !more && c != '.')
            return false;
    }
    return is_ipv6 || (host.p[0] != '-' && host.p[0] != '.');
}

/* "host:8700" or "[::1]:8700". */
bool
roster_address_parse(struct bytes text, struct roster_address *out)
{
    bool is_ipv6 = text.size > 0 && text.p[0] == '[';
    struct bytes host;
    struct bytes rest = bytes_slice(text, is_ipv6 ? 1 : 0, text.size);
    uint64_t port;

    host = bytes_split(&rest, is_ipv6 ? ']' : ':');
    if (is_ipv6 && bytes_split(&rest, ':').size > 0)
        return false;
    if (is_ipv6 && bytes_find(host, ':') == host.size)
        return false;
    if (!host_lawful(host, is_ipv6) ||
        !bytes_decimal(rest, UINT16_MAX, &port) || port == 0)
        return false;
    *out = (struct roster_address){host, (uint16_t)port};
    return true;
}

static void
addresses_read(struct reader *r, struct bytes field, struct roster_node *out)
{
    struct bytes rest = field;

    if (bytes_equal(field, BYTES("-")))
        return;
    do {
        bool more = bytes_find(rest, ',') < rest.size;
        struct bytes text = bytes_split(&rest, ',');

        if (out->address_count == ROSTER_ADDRESSES_MAX) {
            reader_refuse(r, ERR_LIMIT, "SYN 2.8", "too many addresses");
            return;
        }
        if (!roster_address_parse(text, &out->addresses[out->address_count]) ||
            (more && rest.size == 0)) {
            reader_refuse(r, ERR_FORMAT, "SYN 2.8", "no host and port");
            return;
        }
        out->address_count++;
    } while (rest.size > 0);
}

void
roster_keys_read(struct reader *r, struct bytes log, struct bytes cosign,
                 struct roster_node *out, const char *clause)
{
    struct bytes suffix = BYTES(ROSTER_COSIGNER_SUFFIX);
    struct bytes name;

    out->log = field_key(r, log, NOTE_ED25519, clause);
    out->cosign = field_key(r, cosign, NOTE_COSIGNATURE, clause);
    name = out->cosign.name;
    if (!bytes_equal(out->log.name, out->origin))
        reader_refuse(r, ERR_FORMAT, clause, "the log's key is another's");
    if (name.size != out->origin.size + suffix.size ||
        !bytes_begin(name, out->origin) ||
        !bytes_equal(bytes_slice(name, out->origin.size, name.size), suffix))
        reader_refuse(r, ERR_FORMAT, clause, "the cosigner is another");
}

void
roster_box_read(struct reader *r, struct bytes field, struct box_public *out,
                const char *clause)
{
    if (base64_parse_exact(field, out->b, sizeof(out->b)) != OK)
        reader_refuse(r, ERR_FORMAT, clause, "no key of a box");
}

/* SYN 2.8 */
static void
node_read(struct reader *r, struct roster *out)
{
    struct bytes line = line_value(r, BYTES("node "), "SYN 2.8");
    struct roster_node node = {
        .origin = field_origin(r, field_next(&line), "SYN 2.8")};
    struct bytes log;

    if (!roster_role_parse(field_next(&line), &node.role))
        reader_refuse(r, ERR_FORMAT, "SYN 2.8", "no role");
    log = field_next(&line);
    roster_keys_read(r, log, field_next(&line), &node, "SYN 2.8");
    field_hex(r, field_next(&line), node.tls_pin.b, HASH_SIZE, "SYN 2.8");
    roster_box_read(r, field_next(&line), &node.box, "SYN 2.8");
    node.position = field_position(r, field_next(&line), "SYN 2.8");
    addresses_read(r, field_next(&line), &node);
    node.place = field_place(r, line, "SYN 2.8");
    if (out->node_count == ROSTER_NODES_MAX) {
        reader_refuse(r, ERR_LIMIT, "SYN 2.8", "too many nodes");
        return;
    }
    if (out->node_count > 0 &&
        bytes_compare(out->nodes[out->node_count - 1].origin, node.origin) >= 0)
        reader_refuse(r, ERR_FORMAT, "SYN 2.8", "not in order of origins");
    out->nodes[out->node_count++] = node;
}

/* SYN 2.9 */
static void
revoked_read(struct reader *r, struct roster *out)
{
    struct bytes line = line_value(r, BYTES("revoked "), "SYN 2.9");
    struct roster_revoked gone = {
        .origin = field_origin(r, field_next(&line), "SYN 2.9")};
    const struct roster_revoked *last;

    gone.version =
        field_number(r, field_next(&line), 2, out->version, "SYN 2.9");
    if (!roster_role_parse(field_next(&line), &gone.role))
        reader_refuse(r, ERR_FORMAT, "SYN 2.9", "no role");
    gone.log = field_key(r, line, NOTE_ED25519, "SYN 2.9");
    if (!bytes_equal(gone.log.name, gone.origin))
        reader_refuse(r, ERR_FORMAT, "SYN 2.9", "the log's key is another's");
    if (out->revoked_count == ROSTER_REVOKED_MAX) {
        reader_refuse(r, ERR_LIMIT, "SYN 2.9", "too many revoked nodes");
        return;
    }
    last = &out->revoked[out->revoked_count];
    if (out->revoked_count > 0 &&
        bytes_compare(last[-1].origin, gone.origin) >= 0)
        reader_refuse(r, ERR_FORMAT, "SYN 2.9", "not in order of origins");
    out->revoked[out->revoked_count++] = gone;
}

/* What the lines say together; each alone is lawful. */
static void
whole_check(struct reader *r, const struct roster *roster)
{
    if (r->fault.code != OK)
        return;
    if (roster->custodian_count < roster->threshold)
        reader_refuse(r, ERR_FORMAT, "SYN 2.5",
                      "fewer custodians than must sign");
    if (!roster_custodians_differ(roster))
        reader_refuse(r, ERR_CONFLICT, "SYN 2.5", "one key of two custodians");
    if (!roster_custodians_apart(roster))
        reader_refuse(r, ERR_CONFLICT, "SYN 2.5", "a custodian's is a node's");
    if (!roster_nodes_differ(roster))
        reader_refuse(r, ERR_CONFLICT, "SYN 2.8",
                      "two nodes share a name or "
                      "a key");
    if (!roster_logs_differ(roster))
        reader_refuse(r, ERR_CONFLICT, "SYN 2.9",
                      "a revoked node is one, or its key another's");
}

enum err
roster_parse(struct bytes text, struct roster *out, struct fault *fault)
{
    struct reader r = {.in = text};
    enum err e;

    *out = (struct roster){.version = 0};
    if (text.size > ROSTER_SIZE_MAX)
        return fault_set(fault, ERR_LIMIT, 0, "SYN 2.1",
                         "the roster is too long");
    if (!bytes_utf8(text))
        reader_refuse(&r, ERR_FORMAT, "SYN 2.1", "not UTF-8");
    head_read(&r, out);
    while (line_next(&r, BYTES("custodian ")))
        custodian_read(&r, out);
    while (line_next(&r, BYTES("node ")))
        node_read(&r, out);
    while (line_next(&r, BYTES("revoked ")))
        revoked_read(&r, out);
    if (reader_left(&r) == 0)
        whole_check(&r, out);
    e = reader_end(&r, "SYN 2.1", fault);
    if (e != OK)
        *out = (struct roster){.version = 0};
    return e;
}
