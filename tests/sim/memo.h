/*
 * In a simulation the same signatures are verified over and over by several
 * nodes, which would be most of its work. Verifying depends on nothing but its
 * arguments, so what was found good once is remembered. The linker puts this in
 * front of the real sign_verify(), see Makefile.
 */
#ifndef SIM_MEMO_H
#define SIM_MEMO_H

/* Forgets all. */
void memo_clear(void);

#endif
