/*
 * A roster or a card that is read has one encoding, and finds its own nodes;
 * nothing that a custodian did not sign is taken. SYN 2.1, SYN 2.13
 */
#include <stdlib.h>

#include "crypto/crypto.h"
#include "sync/card.h"
#include "sync/roster.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
roster_check(struct bytes in)
{
    static uint8_t block[ROSTER_SIZE_MAX];
    static struct roster roster;
    static struct roster opened;
    struct writer w;

    if (roster_open(in, NULL, &opened, NULL) == OK && opened.threshold == 0)
        abort();
    if (roster_parse(in, &roster, NULL) != OK)
        return;
    writer_init(&w, block, sizeof(block));
    roster_encode(&w, &roster);
    if (writer_end(&w) != OK || !bytes_equal(writer_done(&w), in))
        abort();
    for (size_t i = 0; i < roster.node_count; i++)
        if (roster_find(&roster, roster.nodes[i].origin) != &roster.nodes[i] ||
            roster_find_revoked(&roster, roster.nodes[i].origin) != NULL)
            abort();
    /* The same version never follows itself. */
    if (roster_open(in, &roster, &opened, NULL) == OK)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = {data, size};
    struct roster_node node;

    if (crypto_init() != OK)
        abort();
    roster_check(in);
    if (card_open(in, &node, NULL) == OK && node.address_count != 0)
        abort();
    return 0;
}
