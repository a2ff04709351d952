/*
 * A connection between a client and a server of one test, through which bytes
 * go both ways, that can change one of them or end early. It does not block.
 */
#ifndef TESTS_WIRE_H
#define TESTS_WIRE_H

#include "test.h"

enum way { OUT, BACK, WAYS };

/*
 * ends     towards the client and towards the server; -1: none
 * flip_at  byte that arrives changed, counted from 1; 0: none
 * cut_at   where the connection ends
 */
struct wire {
    int listen_fd;
    uint16_t port; /* where the client connects to */
    int ends[WAYS];
    size_t passed[WAYS];
    size_t flip_at[WAYS];
    size_t cut_at[WAYS];
};

void wire_open(struct wire *wire);
void wire_close(struct wire *wire);

/* As good as new. */
void wire_fresh(struct wire *wire);

/* Passes on what has come; the server listens at `port`. */
void wire_turn(struct wire *wire, uint16_t port);

/* Both ends are gone. */
void wire_cut(struct wire *wire);

/* A client's connection, which does not block. */
int wire_dial(uint16_t port);

#endif
