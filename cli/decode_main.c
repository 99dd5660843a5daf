/* SPDX-License-Identifier: ISC */
/* mssl decode: its options, its files, its exit code. */
#include <errno.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "mssl_cli.h"

struct options {
    const char *file, *keylog, *tasks;
    uint16_t port;
    bool json;
};

static int take_port(struct options *o, const char *text)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);

    if (text[0] < '0' || text[0] > '9' || *end != '\0' || n < 1 || n > UINT16_MAX)
        return mssl_report(MSSL_EXIT_USAGE, text, "no port", "give 1 to 65535");
    o->port = (uint16_t)n;
    return MSSL_EXIT_DONE;
}

/* Takes the option argv[0]; *used: how many of argv it was. */
static int take_option(struct options *o, char **argv, int *used)
{
    bool port = strcmp(argv[0], "--port") == 0;
    const char **to = strcmp(argv[0], "--keylog") == 0 ? &o->keylog
        : strcmp(argv[0], "--tasks-table") == 0 ? &o->tasks : NULL;

    *used = 1;
    if (strcmp(argv[0], "--json") == 0) {
        o->json = true;
        return MSSL_EXIT_DONE;
    }
    if (to == NULL && !port)
        return mssl_report(MSSL_EXIT_USAGE, argv[0], "no such option", "see mssl decode --help");
    if (argv[1] == NULL)
        return mssl_report(MSSL_EXIT_USAGE, argv[0], "its value is missing", "see mssl decode --help");
    *used = 2;
    if (port)
        return take_port(o, argv[1]);
    *to = argv[1];
    return MSSL_EXIT_DONE;
}

static int take_words(struct options *o, char **argv)
{
    bool options = true;

    while (*argv != NULL) {
        int used = 1, code = MSSL_EXIT_DONE;
        if (options && strcmp(*argv, "--") == 0) {
            options = false;
        } else if (options && argv[0][0] == '-' && argv[0][1] != '\0') {
            code = take_option(o, argv, &used);
        } else if (o->file != NULL) {
            code = mssl_report(MSSL_EXIT_USAGE, *argv, "one capture at a time", "see mssl decode --help");
        } else {
            o->file = *argv;
        }
        if (code != MSSL_EXIT_DONE)
            return code;
        argv += used;
    }
    if (o->file != NULL)
        return MSSL_EXIT_DONE;
    return mssl_report_usage("decode");
}

static int load_keys(struct decode_keys **keys, const char *path)
{
    FILE *file = fopen(path, "r");
    char thing[512];
    unsigned line = 0;
    int error;

    if (file != NULL)
        *keys = decode_keys_read(file, &line);
    error = errno;
    if (file != NULL)
        fclose(file);
    errno = error;
    if (*keys != NULL)
        return MSSL_EXIT_DONE;
    if (line == 0)
        return mssl_report(MSSL_EXIT_USAGE, path, strerror(errno), "give a file that mssl --keylog wrote");
    snprintf(thing, sizeof thing, "%s: line %u", path, line);
    return mssl_report(MSSL_EXIT_USAGE, thing, "not MSSL_SESSION and three words in lower-case hex",
                       "give a file that mssl --keylog wrote");
}

static int load_table(struct mssl_task_table *table, const char *path)
{
    struct mssl_why why = { 0, "" };
    mssl_err e = mssl_task_table_read(table, path, &why);

    return e == MSSL_OK ? MSSL_EXIT_DONE : mssl_report_file(e, path, &why);
}

/* Microseconds. A file has seconds without a sign, libpcap gives those after 2038 with one. */
static uint64_t time_of(const struct timeval *ts)
{
    uint64_t s = ts->tv_sec < 0 ? (uint32_t)ts->tv_sec : (uint64_t)ts->tv_sec;

    return s * 1000000 + (uint64_t)ts->tv_usec;
}

/* Why libpcap did not open it, without the path that it may begin with. */
static const char *reason(const char *error, const char *path)
{
    size_t n = strlen(path);

    return strncmp(error, path, n) == 0 && strncmp(error + n, ": ", 2) == 0 ? error + n + 2 : error;
}

/* Reads all frames. The exit code, bad tags not counted. */
static int read_frames(pcap_t *pcap, struct decode_tcp *tcp, const char *path)
{
    struct pcap_pkthdr *head;
    const u_char *frame;
    uint64_t number = 0;
    int got, link = pcap_datalink(pcap);

    while ((got = pcap_next_ex(pcap, &head, &frame)) == 1) {
        struct decode_segment segment;
        number++;
        if (decode_link(&segment, link, frame, head->caplen)
            && !decode_tcp_input(tcp, &segment, number, time_of(&head->ts)))
            return mssl_report(MSSL_EXIT_USAGE, path, strerror(ENOMEM), "free some memory");
    }
    decode_tcp_end(tcp);
    if (got == PCAP_ERROR_BREAK)
        return MSSL_EXIT_DONE;
    return mssl_report(MSSL_EXIT_USAGE, path, pcap_geterr(pcap), "what came before it is shown");
}

static int decode(pcap_t *pcap, const struct options *o, const struct decode_keys *keys,
                  const struct mssl_task_table *table)
{
    struct decode_lines lines = { .out = stdout, .table = table };
    struct decode_tcp *tcp;
    int code;

    if (!decode_link_known(pcap_datalink(pcap)))
        return mssl_report(MSSL_EXIT_USAGE, o->file, "captured on a kind of link that mssl does not know",
                           "capture on Ethernet, 'any', loopback or raw IP");
    tcp = decode_tcp_new(o->port, keys, o->json ? decode_show_json : decode_show_text, &lines);
    if (tcp == NULL)
        return mssl_report(MSSL_EXIT_USAGE, o->file, strerror(ENOMEM), "free some memory");
    code = read_frames(pcap, tcp, o->file);
    decode_tcp_free(tcp);
    if (code == MSSL_EXIT_DONE && lines.messages == 0)
        return mssl_report(code, o->file, "nothing of MSSL is in it",
                           "give the devices' --port, and capture whole frames of IPv4");
    if (code == MSSL_EXIT_DONE && lines.bad_tags > 0)
        return mssl_report(MSSL_EXIT_FORGED, o->file, "a tag did not verify",
                           "the line says which: forged or replayed, or not the key of that session");
    return code;
}

int mssl_run_decode(char **argv)
{
    struct options o = { .port = MSSL_PORT };
    static struct mssl_task_table table;
    char error[PCAP_ERRBUF_SIZE] = "";
    struct decode_keys *keys = NULL;
    pcap_t *pcap = NULL;
    int code = take_words(&o, argv);

    if (code == MSSL_EXIT_DONE && o.tasks != NULL)
        code = load_table(&table, o.tasks);
    if (code == MSSL_EXIT_DONE && o.keylog != NULL)
        code = load_keys(&keys, o.keylog);
    if (code == MSSL_EXIT_DONE) {
        pcap = pcap_open_offline_with_tstamp_precision(o.file, PCAP_TSTAMP_PRECISION_MICRO, error);
        if (pcap == NULL)
            code = mssl_report(MSSL_EXIT_USAGE, o.file, reason(error, o.file), "give a capture in pcap or pcapng format");
    }
    if (code == MSSL_EXIT_DONE)
        code = decode(pcap, &o, keys, &table);
    if (pcap != NULL)
        pcap_close(pcap);
    decode_keys_free(keys);
    return code;
}
