#include "screen/set.h"

const char *
screen_list_state_word(enum screen_list_state state)
{
    static const char *const words[] = {
        [SCREEN_LIST_READY] = "ready",
        [SCREEN_LIST_MISSING] = "missing",
        [SCREEN_LIST_DAMAGED] = "damaged",
    };

    return words[state];
}
