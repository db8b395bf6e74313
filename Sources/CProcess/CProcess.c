#define _GNU_SOURCE
#include "CProcess.h"

#include <malloc.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/vfs.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define OCTOLOG_SANITIZED 1
#endif
#endif

#if defined(__GLIBC__) && !defined(OCTOLOG_SANITIZED)
extern void __libc_free(void *memory);

/* The program's own free() overwrites what it frees: bytes of a log pass through many arrays of Swift's, whose memory
   would keep them until somebody else writes there. glibc lets a program define it, and calls it for all libraries,
   https://www.gnu.org/software/libc/manual/html_node/Replacing-malloc.html. mallopt(M_PERTURB) does the same for large
   blocks only: small ones go to a cache of the thread's before it is looked at (glibc 2.36). */
void free(void *memory)
{
    if (memory == NULL)
        return;
    explicit_bzero(memory, malloc_usable_size(memory));
    __libc_free(memory);
}
#endif

int octolog_processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    int count = CPU_COUNT(&set);
    return count > 0 ? count : 1;
}

long octolog_file_system(const char *path)
{
    struct statfs file;
    return statfs(path, &file) == 0 ? (long)file.f_type : 0;
}
