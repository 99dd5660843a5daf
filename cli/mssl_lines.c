/* SPDX-License-Identifier: ISC */
/* Lines through libedit, or plainly from a pipe: see mssl_lines.h. */
#include "mssl_lines.h"

#include <errno.h>
#include <histedit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#define HISTORY_LINES 500

struct mssl_lines {
    const char *prompt;
    mssl_lines_wait *wait;
    void *ctx;
    EditLine *el;                   /* NULL: a pipe */
    History *history;
    mbstate_t mb;
    bool end;
    int error;                      /* errno of a read that failed */
    size_t have, at;                /* of the pipe's bytes in raw */
    char raw[512];
    char line[MSSL_LINE_MAX + 1];   /* one byte more than any command, so that too long shows */
};

static char *prompt_of(EditLine *el)
{
    struct mssl_lines *s = NULL;

    el_get(el, EL_CLIENTDATA, &s);
    return (char *)s->prompt;
}

/* One byte of standard input. 1, 0 the end, -1 an error. */
static int read_byte(struct mssl_lines *s, char *c)
{
    while (s->at == s->have) {
        ssize_t n;
        if (!s->wait(s->ctx)) {
            s->end = true;      /* what came of a line is not one */
            return 0;
        }
        n = read(STDIN_FILENO, s->raw, s->el != NULL ? 1 : sizeof s->raw);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n < 0)
            s->error = errno;
        if (n <= 0)
            return (int)n;
        s->have = (size_t)n;
        s->at = 0;
    }
    *c = s->raw[s->at++];
    return 1;
}

/* libedit asks for a character; meanwhile the session is served. */
static int read_char(EditLine *el, wchar_t *out)
{
    struct mssl_lines *s = NULL;
    size_t n;
    char c;

    el_get(el, EL_CLIENTDATA, &s);
    do {
        int got = read_byte(s, &c);
        if (got <= 0) {
            s->end = true;
            return got;
        }
        n = mbrtowc(out, &c, 1, &s->mb);
        if (n == (size_t)-1)
            memset(&s->mb, 0, sizeof s->mb);
    } while (n == (size_t)-1 || n == (size_t)-2);
    return 1;
}

static bool open_editor(struct mssl_lines *s)
{
    HistEvent event;

    s->el = el_init("mssl", stdin, stdout, stderr);
    s->history = history_init();
    if (s->el == NULL || s->history == NULL)
        return false;
    history(s->history, &event, H_SETSIZE, HISTORY_LINES);
    history(s->history, &event, H_SETUNIQUE, 1);
    el_set(s->el, EL_CLIENTDATA, s);
    el_set(s->el, EL_PROMPT, prompt_of);
    el_set(s->el, EL_EDITOR, "emacs");
    el_set(s->el, EL_SIGNAL, 0);
    el_set(s->el, EL_HIST, history, s->history);
    el_set(s->el, EL_GETCFN, read_char);
    el_source(s->el, NULL);
    return true;
}

struct mssl_lines *mssl_lines_open(const char *prompt, mssl_lines_wait *wait, void *ctx)
{
    struct mssl_lines *s = calloc(1, sizeof *s);

    if (s == NULL)
        return NULL;
    s->prompt = prompt;
    s->wait = wait;
    s->ctx = ctx;
    if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !open_editor(s)) {
        mssl_lines_close(s);
        return NULL;
    }
    return s;
}

bool mssl_lines_person(const struct mssl_lines *s)
{
    return s->el != NULL;
}

int mssl_lines_error(const struct mssl_lines *s)
{
    return s->error;
}

static char *next_edited(struct mssl_lines *s, size_t *len)
{
    HistEvent event;
    int n = 0;
    const char *line;

    /* Raw before the prompt shows and again at once after the line: what is typed
     * ahead while the terminal edits lines itself (Ctrl-D) would be lost. */
    el_set(s->el, EL_PREP_TERM, 1);
    line = el_gets(s->el, &n);
    el_set(s->el, EL_PREP_TERM, 1);
    if (line == NULL || n <= 0 || s->end) {
        putchar('\n');
        return NULL;
    }
    *len = (size_t)n;
    if (line[n - 1] == '\n')
        --*len;
    if (*len > MSSL_LINE_MAX)
        *len = MSSL_LINE_MAX;
    memcpy(s->line, line, *len);
    s->line[*len] = '\0';
    if (*len > 0)
        history(s->history, &event, H_ENTER, s->line);
    return s->line;
}

static char *next_plain(struct mssl_lines *s, size_t *len)
{
    char c = '\0';
    int got;

    *len = 0;
    while ((got = read_byte(s, &c)) > 0 && c != '\n')
        if (*len < MSSL_LINE_MAX)
            s->line[(*len)++] = c;
    s->line[*len] = '\0';
    if (got < 0)
        s->end = true;          /* what came of a line is not one */
    return !s->end && (got > 0 || *len > 0) ? s->line : NULL;
}

char *mssl_lines_next(struct mssl_lines *s, size_t *len)
{
    if (s->end)
        return NULL;
    return s->el != NULL ? next_edited(s, len) : next_plain(s, len);
}

void mssl_lines_hide(struct mssl_lines *s)
{
    if (s->el != NULL)
        fputs("\r\033[K", stdout);
}

void mssl_lines_show(struct mssl_lines *s)
{
    fflush(stdout);
    if (s->el != NULL)
        el_set(s->el, EL_REFRESH);
}

void mssl_lines_close(struct mssl_lines *s)
{
    if (s == NULL)
        return;
    if (s->history != NULL)
        history_end(s->history);
    if (s->el != NULL)
        el_end(s->el);
    free(s);
}
