/* What a process that holds secrets needs of the system and can't say in Swift. */
#ifndef OCTOLOG_CPROCESS_H
#define OCTOLOG_CPROCESS_H

#include <sys/prctl.h>

/* prctl(2) takes any number of arguments, which Swift does not import.

   Without this a pipe in /proc/sys/kernel/core_pattern gets the core whatever RLIMIT_CORE says, core(5), and any
   process of the same user can read the memory, ptrace(2). */
static inline int octolog_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

/* How many processors this process may run on; 1 where nobody can tell. sched_getaffinity(2) is GNU's, and so not
   imported. */
int octolog_processors(void);

/* The magic number of the file system that a file lies in, statfs(2), which is not imported either; 0 where nobody can
   tell. */
long octolog_file_system(const char *path);

#endif
