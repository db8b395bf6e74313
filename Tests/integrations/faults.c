// Loaded before the C library (LD_PRELOAD): lets a program fail at one of the calls by which it changes files.
//
//   FAULT=kill:N     the program is killed at the Nth such call; of what it was to write, half is written
//   FAULT=ENOSPC:N   from the Nth write on the disk is full; of that one, half is written
//   FAULT=EIO:N      from the Nth write on the disk is broken
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long at = -1;
static long calls;
static int fault;

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("FAULT");
    if (!text) return;
    fault = !strncmp(text, "kill:", 5) ? 0 : !strncmp(text, "ENOSPC:", 7) ? ENOSPC : EIO;
    at = atol(strchr(text, ':') + 1);
    // Its children are not to fail.
    unsetenv("FAULT");
    unsetenv("LD_PRELOAD");
}

// Whether the call at hand is the one; afterwards all are, unless the program is killed.
static int isDue(void) {
    return at >= 0 && __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST) >= at;
}

static void endIfKilled(void) {
    if (!fault) kill(getpid(), SIGKILL);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    if (descriptor == 2 || !isDue()) return real(descriptor, bytes, count);
    static int isFirst = 1;
    size_t half = count / 2;
    if (isFirst && half > 0) {
        isFirst = 0;
        ssize_t written = real(descriptor, bytes, half);
        endIfKilled();
        return written;
    }
    endIfKilled();
    errno = fault;
    return -1;
}

int fsync(int descriptor) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
    if (!fault && isDue()) endIfKilled();
    return real(descriptor);
}

int rename(const char *from, const char *to) {
    int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
    if (!fault && isDue()) endIfKilled();
    return real(from, to);
}

int ftruncate(int descriptor, off_t length) {
    int (*real)(int, off_t) = dlsym(RTLD_NEXT, "ftruncate");
    if (!fault && isDue()) endIfKilled();
    return real(descriptor, length);
}
