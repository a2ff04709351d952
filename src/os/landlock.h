/* Which files a process may still open: the half of os/sandbox.h that Landlock
 * does. */
#ifndef OS_LANDLOCK_H
#define OS_LANDLOCK_H

#include "os/sandbox.h"

/*
 * The version of the kernel's Landlock goes into `abi`, 0 when it has none,
 * and then nothing is refused. ERR_IO when it has and yet says no.
 */
MUST_CHECK enum err landlock_enter(const struct sandbox *sandbox, int *abi);

#endif
