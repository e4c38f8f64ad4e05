// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// What the command-line tool needs of the system and Swift cannot say alike on Linux and macOS.

#ifndef SINEW_PROCESS_H
#define SINEW_PROCESS_H

#include <sys/types.h>

/// Ignores SIGPIPE, and has SIGINT, SIGTERM and SIGHUP (unless that is ignored, as nohup does) written as a byte each
/// to a pipe. Returns the end to read from, or -1 with errno.
int sinew_process_forward_signals(void);

/// Runs `body` on a new thread that nobody waits for and that takes no signals but those that
/// stop a program in the background of a terminal: 0 or an error number.
int sinew_process_thread(void (*body)(void *), void *argument);

/// Starts `/bin/sh -c command` in a process group of its own, with the signals as they are by default. Its input and
/// output are pipes, whose other ends do not block. Returns its process id, or -1 with errno.
pid_t sinew_process_spawn(const char *command, int *input, int *output);

/// Duplicates the process's connected UNIX-domain streams, or with `networks` those over TCP, but for those that it was
/// started with, so that they stay open when their owner closes them. Returns how many there are, at most `limit`.
/// Looks at descriptors below 4096 only: streams with higher ones are passed over, and close with their owner.
int sinew_process_hold_streams(int networks, int *streams, int limit);

/// How many bytes the other end of a UNIX-domain stream has not read yet, or the other system of one over TCP has not
/// got; 0 where that cannot be told.
int sinew_process_unread(int stream);

/// What comes in on a stream.
enum {
    SINEW_PROCESS_SILENT = 0,
    SINEW_PROCESS_HEARD = 1,
    SINEW_PROCESS_ENDED = 2, ///< The other end was closed, or the connection failed.
};
/// Reads what has come in on a stream without waiting, and drops it.
int sinew_process_discard_input(int stream);

/// Tells the other end that nothing more comes.
void sinew_process_end_output(int stream);

/// How a child is doing.
enum {
    SINEW_PROCESS_RUNNING = 0,
    SINEW_PROCESS_EXITED = 1, ///< With `number`, its status.
    SINEW_PROCESS_KILLED = 2, ///< By the signal `number`.
};
/// Asks how a child is doing, without waiting.
int sinew_process_poll(pid_t child, int *number);

#endif
