/* SPDX-License-Identifier: ISC */
/* What mssl says when something goes wrong: the thing, the reason, the remedy. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control.h"
#include "mssl_json.h"
#include "mssl_link.h"
#include "mssl_wait.h"

static unsigned input_line;

void mssl_report_line(unsigned line)
{
    input_line = line;
}

/* For people only, and for those who want it: https://no-color.org */
static bool colours(void)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

    return isatty(STDERR_FILENO) && (no == NULL || no[0] == '\0') && term != NULL && term[0] != '\0'
        && strcmp(term, "dumb") != 0;
}

/* Arguments, lines and names of files are repeated here, and may be a stranger's: none of
 * their bytes commands the terminal. */
static void put_plain(const char *s)
{
    size_t n;

    for (; *s != '\0'; s += n) {
        for (n = 0; s[n] != '\0' && !cli_is_control(s[n]); n++)
            ;
        fprintf(stderr, "%.*s%s", (int)n, s, s[n] != '\0' ? "?" : "");
        n += s[n] != '\0';
    }
}

int mssl_report(int code, const char *thing, const char *reason, const char *remedy)
{
    fflush(stdout);
    fputs(colours() ? "\033[1;31mmssl:\033[0m " : "mssl: ", stderr);
    if (input_line > 0)
        fprintf(stderr, "line %u: ", input_line);
    put_plain(thing);
    fputs(": ", stderr);
    put_plain(reason);
    fprintf(stderr, "%s%s\n", remedy != NULL ? ": " : "", remedy != NULL ? remedy : "");
    mssl_json_error(code, thing, reason, remedy);
    return code;
}

int mssl_report_usage(const char *command)
{
    fputs(mssl_help(command), stderr);
    mssl_json_error(MSSL_EXIT_USAGE, command, "words are missing, too many, or do not go together", "see its --help");
    return MSSL_EXIT_USAGE;
}

static const char *file_remedy(mssl_err e)
{
    if (e == MSSL_E_EXISTS)
        return "choose another name or remove it";
    if (e == MSSL_E_MODE)
        return "it holds a key: chmod 600 it, and ask for a new grant if others could read it";
    if (e == MSSL_E_ROOM)
        return "this is no grant file";
    return NULL;
}

int mssl_report_file(mssl_err e, const char *path, const struct mssl_why *why)
{
    char thing[512];

    if (e == MSSL_E_FILE)
        return mssl_report(MSSL_EXIT_USAGE, path, strerror(errno), "check the path and its rights");
    if (e != MSSL_E_FORMAT)
        return mssl_report(MSSL_EXIT_USAGE, path, mssl_err_text(e), file_remedy(e));
    if (why->line > 0)
        snprintf(thing, sizeof thing, "%s: line %u", path, why->line);
    else
        snprintf(thing, sizeof thing, "%s", path);
    return mssl_report(MSSL_EXIT_USAGE, thing, why->reason, "ask the authority for the file again");
}

static int session_code(mssl_err e)
{
    if (e == MSSL_E_REFUSED)
        return MSSL_EXIT_REFUSED;
    if (e == MSSL_E_UNKNOWN)
        return MSSL_EXIT_UNKNOWN;
    if (MSSL_E_CLASS(e) == MSSL_E_FORGED)
        return MSSL_EXIT_FORGED;
    if (MSSL_E_CLASS(e) == MSSL_E_FIX || e == MSSL_E_CRYPTO)
        return MSSL_EXIT_USAGE;
    return MSSL_EXIT_CONNECTION;
}

static const char *session_remedy(mssl_err e, const char *what)
{
    if (MSSL_E_CLASS(e) == MSSL_E_FORGED && what == NULL)
        return "somebody is in the way, or the grant is not for this device's present epoch";
    if (e == MSSL_E_REFUSED)
        return "wrong address, revoked or outdated grant, or a busy device; --verbose says what this host knows";
    if (e == MSSL_E_UNKNOWN)
        return "the command may have run or not: find out before repeating it";
    if (MSSL_E_CLASS(e) == MSSL_E_FORGED)
        return "somebody is in the way: the command may have run or not";
    if (e == MSSL_E_NOT_RUN || MSSL_E_CLASS(e) == MSSL_E_RETRY || e == MSSL_E_COUNTER)
        return "try again";
    if (e == MSSL_E_TRUNCATED)
        return "what was answered is done, events may be missing";
    if (e == MSSL_E_ROOM)
        return "a command has at most 127 bytes of arguments";
    return NULL;
}

static const char *session_reason(mssl_err e)
{
    if (e == MSSL_E_NOT_RUN && mssl_interrupted())
        return "interrupted before the command was sent";
    if (e == MSSL_E_UNKNOWN && mssl_interrupted())
        return "interrupted before the answer came: the outcome is unknown";
    if (e == MSSL_E_TRUNCATED && mssl_interrupted())
        return "interrupted";
    return mssl_err_text(e);
}

int mssl_report_session(mssl_err e, const char *device, const char *what)
{
    return mssl_report(session_code(e), e == MSSL_E_ROOM && what != NULL ? what : device,
                       session_reason(e), session_remedy(e, what));
}

static int status_code(uint8_t status)
{
    switch (status) {
    case MSSL_STATUS_UNKNOWN:
    case MSSL_STATUS_DENIED:
    case MSSL_STATUS_SIGNATURE: return MSSL_EXIT_DENIED;
    case MSSL_STATUS_ARGUMENT:  return MSSL_EXIT_ARGUMENT;
    case MSSL_STATUS_BUSY:      return MSSL_EXIT_BUSY;
    default:                    return MSSL_EXIT_FAILED;
    }
}

int mssl_report_status(uint8_t status, const char *what, const char *text)
{
    static const char *const reasons[][2] = {
        [MSSL_STATUS_UNKNOWN]   = { "the device has no such task", "see mssl info" },
        [MSSL_STATUS_DENIED]    = { "not permitted by this grant", "ask the authority for a grant with this task" },
        [MSSL_STATUS_ARGUMENT]  = { "bad arguments", "see mssl info for the task's usage" },
        [MSSL_STATUS_SIGNATURE] = { "the device wants this grant's signature first", "it was sent and is still wanted: try again" },
        [MSSL_STATUS_BUSY]      = { "the device can't do this now", "try again, or use --wait" },
        [MSSL_STATUS_FAILED]    = { "the task failed on the device", NULL },
    };
    bool known = status >= 1 && status < sizeof reasons / sizeof reasons[0];
    const char *reason = known ? reasons[status][0] : "the device answered a status that mssl does not know";
    char both[MSSL_ANSWER_SIZE + 100];

    if (text[0] != '\0') {
        snprintf(both, sizeof both, "%s (%s)", reason, text);
        reason = both;
    }
    return mssl_report(status_code(status), what, reason,
                       known ? reasons[status][1] : "a newer mssl may know it");
}
