/* SPDX-License-Identifier: ISC */
/* Opening the authority, and where the passphrase comes from. */
#include "authority_cli.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

int cli_error(struct cli *cli, mssl_auth_err err)
{
    return cli_fail(err, "%s", mssl_auth_why(cli->a));
}

int cli_open(struct cli *cli)
{
    char why[MSSL_AUTH_WHY_LEN];
    mssl_auth_err err = mssl_auth_open(&cli->a, cli->dir, why);

    return err ? cli_fail(err, "%s", why) : 0;
}

/* The signal that came while a person was asked, or 0. */
static volatile sig_atomic_t came;

/* -- From a file: its first line -- */

static int check_open_file(int fd, const char *path)
{
    struct stat st;

    if (fstat(fd, &st))
        return cli_fail(MSSL_AUTH_FILE, "%s: %s", path, strerror(errno));
    /* A pipe has no mode worth a check. */
    if (S_ISREG(st.st_mode) && st.st_mode & 077)
        return cli_fail(MSSL_AUTH_FILE, "%s has mode %04o, others could read it: "
                        "chmod 600 %s", path, (unsigned)(st.st_mode & 07777), path);
    return 0;
}

/* open_to: the signals that may come while a byte is awaited; NULL: not a person. */
static int first_line(int fd, char out[MSSL_AUTH_PASS_MAX + 1], const char *path,
                      const sigset_t *open_to)
{
    size_t len = 0;
    ssize_t n;

    for (;;) {
        struct pollfd p = { .fd = fd, .events = POLLIN };

        if (open_to && ppoll(&p, 1, NULL, open_to) < 0 && errno == EINTR) {
            if (came)
                return came;
            continue;
        }
        n = read(fd, out + len, 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return cli_fail(MSSL_AUTH_FILE, "%s: %s", path, strerror(errno));
        if (!n || out[len] == '\n')
            break;
        if (!out[len] || ++len > MSSL_AUTH_PASS_MAX)
            return cli_fail(MSSL_AUTH_FILE, "%s: its first line is no passphrase or PIN of 1 to %d "
                            "bytes", path, MSSL_AUTH_PASS_MAX);
    }
    out[len] = 0;
    if (!len)
        return cli_fail(MSSL_AUTH_FILE, "%s: its first line is empty, no passphrase or PIN", path);
    return 0;
}

static int from_file(char out[MSSL_AUTH_PASS_MAX + 1], const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC), err;

    if (fd < 0)
        return cli_fail(MSSL_AUTH_FILE, "%s: %s: name the file of the passphrase or PIN", path,
                        strerror(errno));
    err = check_open_file(fd, path);
    if (!err)
        err = first_line(fd, out, path, NULL);
    close(fd);
    return err;
}

/* -- From the terminal, unseen -- */

static const int ending[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
#define ENDINGS (sizeof ending / sizeof ending[0])

static void on_signal(int number)
{
    came = number;
}

/* Signals that end the program do so, but not before the terminal is as it was; a
 * stopped program would leave it without echo, so Ctrl-Z waits. */
static void hold_signals(struct sigaction old[ENDINGS], sigset_t *before)
{
    struct sigaction mine = { .sa_handler = on_signal };
    sigset_t held;
    size_t i;

    came = 0;
    sigemptyset(&held);
    sigaddset(&held, SIGTSTP);
    for (i = 0; i < ENDINGS; i++)
        sigaddset(&held, ending[i]);
    sigprocmask(SIG_BLOCK, &held, before);
    for (i = 0; i < ENDINGS; i++) {
        sigaction(ending[i], NULL, &old[i]);
        if (old[i].sa_handler != SIG_IGN)
            sigaction(ending[i], &mine, NULL);
    }
}

static void release_signals(const struct sigaction old[ENDINGS], const sigset_t *before)
{
    size_t i;

    for (i = 0; i < ENDINGS; i++)
        sigaction(ending[i], &old[i], NULL);
    if (came)
        raise(came);
    sigprocmask(SIG_SETMASK, before, NULL);
}

static int ask(int tty, const char *prompt, char out[MSSL_AUTH_PASS_MAX + 1])
{
    struct sigaction old[ENDINGS];
    struct termios shown, hidden;
    sigset_t before, open_to;
    int err;

    if (tcgetattr(tty, &shown))
        return cli_fail(MSSL_AUTH_PASSPHRASE, "the terminal cannot hide what is typed: use "
                        "a file");
    hidden = shown;
    hidden.c_lflag &= (tcflag_t)~ECHO;
    hidden.c_lflag |= ICANON;
    hold_signals(old, &before);
    open_to = before;
    sigaddset(&open_to, SIGTSTP);
    tcsetattr(tty, TCSAFLUSH, &hidden);
    dprintf(tty, "%s: ", prompt);
    err = first_line(tty, out, "passphrase", &open_to);
    tcsetattr(tty, TCSAFLUSH, &shown);
    dprintf(tty, "\n");
    if (came)
        mssl_wipe(out, MSSL_AUTH_PASS_MAX + 1);
    release_signals(old, &before);      /* and end by the signal that came */
    return err;
}

static int from_terminal(char out[MSSL_AUTH_PASS_MAX + 1], const char *option, const char *prompt,
                         int twice)
{
    char again[MSSL_AUTH_PASS_MAX + 1] = "";
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY), err;

    if (tty < 0)
        return cli_fail(MSSL_AUTH_PASSPHRASE, "a passphrase is wanted and there is no terminal: "
                        "use %s", option);
    err = ask(tty, prompt, out);
    if (!err && twice)
        err = ask(tty, "The same again", again);
    if (!err && twice && strcmp(out, again))
        err = cli_fail(MSSL_AUTH_PASSPHRASE, "the two passphrases differ: try again");
    mssl_wipe(again, sizeof again);
    close(tty);
    return err;
}

int cli_passphrase_from(const char *path, const char *option, const char *prompt,
                        char out[MSSL_AUTH_PASS_MAX + 1], int twice)
{
    return path && *path ? from_file(out, path) : from_terminal(out, option, prompt, twice);
}

int cli_passphrase(struct cli *cli, char out[MSSL_AUTH_PASS_MAX + 1], int twice)
{
    const char *path = cli->opt[OPT_PASSPHRASE_FILE];

    if (!path)
        path = getenv("MSSL_PASSPHRASE_FILE");
    return cli_passphrase_from(path, twice ? "--passphrase-file FILE (or --no-passphrase)"
                                           : "--passphrase-file FILE",
                               twice ? "New passphrase" : "Passphrase", out, twice);
}

static int pin_from_terminal(char out[MSSL_AUTH_PASS_MAX + 1])
{
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY), err;

    if (tty < 0)
        return cli_fail(MSSL_AUTH_PASSPHRASE, "a token's PIN is wanted and there is no terminal: use "
                                              "--pin-file FILE");
    err = ask(tty, "PIN of the token", out);
    close(tty);
    return err;
}

int cli_pin(struct cli *cli, char out[MSSL_AUTH_PASS_MAX + 1])
{
    const char *path = cli->opt[OPT_PIN_FILE];

    if (!path)
        path = getenv("MSSL_PIN_FILE");
    return path && *path ? from_file(out, path) : pin_from_terminal(out);
}

int cli_unlock_token(struct cli *cli)
{
    char pin[MSSL_AUTH_PASS_MAX + 1];
    mssl_auth_err wrong;
    int err;

    if (!mssl_auth_wants_pin(cli->a))
        return 0;
    err = cli_pin(cli, pin);
    if (!err) {
        wrong = mssl_auth_pin(cli->a, pin);
        if (wrong)
            err = cli_error(cli, wrong);
    }
    mssl_wipe(pin, sizeof pin);
    return err;
}

int cli_unlock(struct cli *cli)
{
    char pass[MSSL_AUTH_PASS_MAX + 1];
    mssl_auth_err wrong;
    int err = cli_open(cli);

    if (err || !mssl_auth_is_locked(cli->a))
        return err;
    err = cli_passphrase(cli, pass, 0);
    if (!err) {
        wrong = mssl_auth_unlock(cli->a, pass);
        if (wrong)
            err = cli_error(cli, wrong);
    }
    mssl_wipe(pass, sizeof pass);
    return err;
}
