// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#include "CSinewProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int private_pipe(int ends[2]) {
    if (pipe(ends) != 0) return -1;
    for (int index = 0; index < 2; index++) fcntl(ends[index], F_SETFD, FD_CLOEXEC);
    return 0;
}

static int start(const char *command, int child_input, int child_output, pid_t *child) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int result = posix_spawn_file_actions_init(&actions);
    if (result != 0) return result;
    result = posix_spawnattr_init(&attributes);
    if (result != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return result;
    }
    posix_spawn_file_actions_adddup2(&actions, child_input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, child_output, STDOUT_FILENO);
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGINT);
    sigaddset(&usual, SIGTERM);
    sigaddset(&usual, SIGHUP);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    char *const arguments[] = {"sh", "-c", (char *)command, 0};
    result = posix_spawn(child, "/bin/sh", &actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return result;
}

pid_t sinew_process_spawn(const char *command, int *input, int *output) {
    int to_child[2], from_child[2];
    if (private_pipe(to_child) != 0) return -1;
    if (private_pipe(from_child) != 0) {
        int saved = errno;
        close(to_child[0]);
        close(to_child[1]);
        errno = saved;
        return -1;
    }
    pid_t child = -1;
    int result = start(command, to_child[0], from_child[1], &child);
    close(to_child[0]);
    close(from_child[1]);
    if (result != 0) {
        close(to_child[1]);
        close(from_child[0]);
        errno = result;
        return -1;
    }
    fcntl(to_child[1], F_SETFL, O_NONBLOCK);
    fcntl(from_child[0], F_SETFL, O_NONBLOCK);
    *input = to_child[1];
    *output = from_child[0];
    return child;
}

int sinew_process_poll(pid_t child, int *number) {
    int status = 0;
    pid_t result;
    do result = waitpid(child, &status, WNOHANG);
    while (result < 0 && errno == EINTR);
    if (result == 0) return SINEW_PROCESS_RUNNING;
    if (result > 0 && WIFSIGNALED(status)) {
        *number = WTERMSIG(status);
        return SINEW_PROCESS_KILLED;
    }
    *number = result > 0 ? WEXITSTATUS(status) : 127;
    return SINEW_PROCESS_EXITED;
}
