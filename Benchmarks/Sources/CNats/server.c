// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "CNats.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/prctl.h>
#endif

#define PATH_CAPACITY 512
#define START_TRIES 2000
#define START_PAUSE 5000000

/// The server, and its files; a signal handler ends and removes them.
static volatile pid_t server = -1;
static char directory[PATH_CAPACITY];
static char configuration[PATH_CAPACITY + 32];
static char log_file[PATH_CAPACITY + 32];
static char ports[PATH_CAPACITY + 64];

static void remove_files(void) {
    unlink(configuration);
    unlink(log_file);
    unlink(ports);
    rmdir(directory);
}

static void end_server(int signal_number) {
    if (server > 0) {
        kill(server, SIGKILL);
    }
    remove_files();
    _exit(128 + signal_number);
}

/// Makes the directory with the configuration: any free port of the loopback interface, whose number is to be written
/// to a file there. JetStream is off, and there is no monitoring port, as long as nothing else is said.
static int prepare_files(void) {
    const char *temporary = getenv("TMPDIR");
    snprintf(directory, sizeof directory, "%s/sinew-nats.XXXXXX", temporary == NULL ? "/tmp" : temporary);
    if (mkdtemp(directory) == NULL) {
        return errno;
    }
    snprintf(configuration, sizeof configuration, "%s/server.conf", directory);
    snprintf(log_file, sizeof log_file, "%s/server.log", directory);
    FILE *file = fopen(configuration, "w");
    if (file == NULL) {
        return errno;
    }
    fprintf(file, "listen: \"127.0.0.1:-1\"\nports_file_dir: \"%s\"\n", directory);
    return fclose(file) == 0 ? 0 : errno;
}

/// Becomes the server. It ends with this process, where the system can do that.
static void become_server(const char *program) {
#if defined(__linux__)
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    int log = open(log_file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execl(program, "nats-server", "-c", configuration, (char *)NULL);
    _exit(127);
}

/// Reads "127.0.0.1:PORT" out of the server's file of ports. Whether it is there.
static int read_endpoint(char *endpoint, size_t capacity) {
    static const char scheme[] = "nats://";
    char text[4096];
    FILE *file = fopen(ports, "r");
    if (file == NULL) {
        return 0;
    }
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    char *begin = strstr(text, scheme);
    char *end = begin == NULL ? NULL : strchr(begin, '"');
    if (end == NULL) {
        return 0;
    }
    *end = 0;
    snprintf(endpoint, capacity, "%s", begin + sizeof scheme - 1);
    return 1;
}

/// Writes the server's log to standard error.
static void show_log(void) {
    char text[4096];
    FILE *file = fopen(log_file, "r");
    if (file != NULL) {
        fwrite(text, 1, fread(text, 1, sizeof text, file), stderr);
        fclose(file);
    }
}

static int await_server(char *endpoint, size_t capacity) {
    for (int i = 0; i < START_TRIES; i++) {
        int status;
        if (read_endpoint(endpoint, capacity)) {
            return 0;
        }
        if (waitpid(server, &status, WNOHANG) == server) {
            server = -1;
            return ECHILD;
        }
        nanosleep(&(struct timespec){0, START_PAUSE}, NULL);
    }
    return ETIMEDOUT;
}

int cn_serve(const char *program, double *cpu) {
    char endpoint[128];
    int error = prepare_files();
    if (error != 0) {
        return error;
    }
    const int endings[] = {SIGTERM, SIGINT, SIGHUP, SIGALRM};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        signal(endings[i], end_server);
    }
    server = fork();
    if (server == 0) {
        become_server(program);
    }
    snprintf(ports, sizeof ports, "%s/nats-server_%ld.ports", directory, (long)server);
    error = server < 0 ? errno : await_server(endpoint, sizeof endpoint);
    if (error == 0) {
        cb_announce(endpoint);
        cb_wait_for_parent();
    } else {
        show_log();
    }
    if (server > 0) {
        struct rusage usage;
        int status;
        kill(server, SIGTERM);
        wait4(server, &status, 0, &usage);
        server = -1;
        *cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
               (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
    }
    remove_files();
    return error;
}
