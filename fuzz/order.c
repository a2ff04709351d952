/* An order that is read has one encoding, within its bounds, and names the
 * records that it says. SYN 3.1, SYN 3.3 */
#include <stdlib.h>

#include "crypto/crypto.h"
#include "sync/order.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
ranges_check(const struct order *order)
{
    uint64_t items = 0;

    for (size_t i = 0; i < order->range_count; i++) {
        const struct order_range *range = &order->ranges[i];

        if (range->last < range->first)
            abort();
        items += range->last - range->first + 1;
        if (order->kind == ORDER_WITHDRAW &&
            !order_names_record(order, range->name, range->last))
            abort();
    }
    if (items > ORDER_ITEMS_MAX)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t block[ORDER_SIZE_MAX];
    static struct order order;
    struct bytes in = {data, size};
    struct writer w;

    if (crypto_init() != OK)
        abort();
    if (order_parse(in, &order, NULL) != OK)
        return 0;
    writer_init(&w, block, sizeof(block));
    order_encode(&w, &order);
    if (writer_end(&w) != OK || !bytes_equal(writer_done(&w), in))
        abort();
    ranges_check(&order);
    return 0;
}
