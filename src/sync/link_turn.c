/* The link's memory, and the log that is in turn. */
#include "sync/link_int.h"

#include <string.h>

#define STATE_ROOM STATE_TEXT_SIZE_MAX
#define NOTE_ROOM NOTE_SIZE_MAX

/* ----- Memory. ----- */

struct block
link_state_room(const struct link *link)
{
    return (struct block){link->memory, STATE_ROOM};
}

struct block
link_note_room(const struct link *link)
{
    return (struct block){link->memory + STATE_ROOM, NOTE_ROOM};
}

struct block
link_work(const struct link *link)
{
    return (struct block){link->memory + STATE_ROOM + NOTE_ROOM,
                          LINK_MEMORY_SIZE - STATE_ROOM - NOTE_ROOM};
}

struct bytes
link_note(const struct link *link)
{
    return (struct bytes){link_note_room(link).p, link->note_size};
}

bool
link_note_set(struct link *link, struct bytes note)
{
    if (note.size > NOTE_ROOM)
        return false;
    memmove(link_note_room(link).p, note.p, note.size);
    link->note_size = note.size;
    return true;
}

/* ----- The log in turn. ----- */

const struct roster_node *
link_peer(const struct link_turn *turn)
{
    return roster_find(turn->host->roster, link_origin(turn->link));
}

const struct roster_node *
link_own(const struct link_turn *turn)
{
    return roster_find(turn->host->roster, turn->host->origin);
}

/* Nodes, then revoked ones. */
struct bytes
link_log_origin(const struct link_turn *turn)
{
    const struct roster *roster = turn->host->roster;
    size_t at = turn->link->at;

    if (at < roster->node_count)
        return roster->nodes[at].origin;
    return roster->revoked[at - roster->node_count].origin;
}

bool
link_is_own(const struct link_turn *turn)
{
    return bytes_equal(link_log_origin(turn), turn->host->origin);
}

struct mirrors_log *
link_mirror(const struct link_turn *turn)
{
    return mirrors_of(turn->host->mirrors, turn->host, link_log_origin(turn));
}

const struct state_log *
link_theirs(const struct link_turn *turn)
{
    return state_find_log(&turn->link->state, link_log_origin(turn));
}

struct link_log *
link_log_of(struct link *link, const struct hash *name)
{
    struct link_log *log;

    for (size_t i = 0; i < link->log_count; i++)
        if (hash_equal(&link->logs[i].name, name))
            return &link->logs[i];
    /* Rosters have changed so often that it is simpler to begin anew. */
    if (link->log_count == STATE_LOGS_MAX)
        link->log_count = 0;
    log = &link->logs[link->log_count++];
    *log = (struct link_log){.name = *name};
    return log;
}

void
link_refuse(const struct link_turn *turn, const char *trouble)
{
    struct link *link = turn->link;

    link->figures.trouble = trouble;
    link->moving = false;
    link->past_due = false;
    link->part = PART_END;
    link->log->refused_ns = turn->now_ns + LINK_REFUSED_NS;
}
