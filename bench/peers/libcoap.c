/* SPDX-License-Identifier: ISC */
/* DTLS 1.2 with a pre-shared key through libcoap, OpenSSL below it: the command
 * is the payload of a POST, the answer that of its piggybacked response. libcoap
 * does its own I/O, over UDP; its server answers while it reads, like MSSL's core. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include <coap3/coap.h>

#include "peer.h"

#define WAIT_MS  1000           /* when the other end is another process */

static coap_context_t *contexts[2];
static coap_dtls_spsk_t server_psk;
static coap_dtls_cpsk_t client_psk;

/* What the server has seen: counts that an end waits for. */
static unsigned connected, served, ended;

struct end {
    int side;
    coap_session_t *session;            /* the host's */
    unsigned connected, served, ended;  /* the counts when the device's end began */
};

/* The answer that came last, for whichever session waits. */
static uint8_t answer[4 * PEER_DATA_MAX];
static size_t answer_len;
static uint8_t command[4 * PEER_DATA_MAX];
static size_t command_len;

static coap_address_t address(void)
{
    coap_address_t a;

    coap_address_init(&a);
    a.size = sizeof a.addr.sin;
    a.addr.sin.sin_family = AF_INET;
    a.addr.sin.sin_port = htons(carrier_port);
    inet_pton(AF_INET, carrier_address, &a.addr.sin.sin_addr);
    return a;
}

static int server_event(coap_session_t *session, coap_event_t event)
{
    (void)session;
    connected += event == COAP_EVENT_DTLS_CONNECTED;
    ended += event == COAP_EVENT_DTLS_CLOSED;
    return 0;
}

static void server_post(coap_resource_t *resource, coap_session_t *session, const coap_pdu_t *request,
                        const coap_string_t *query, coap_pdu_t *response)
{
    uint8_t out[PEER_DATA_MAX];
    const uint8_t *data;
    size_t n;

    (void)resource;
    (void)session;
    (void)query;
    if (!coap_get_data(request, &n, &data) || n > PEER_DATA_MAX)
        return;
    memcpy(command, data, n);
    command_len = n;
    n = job_answer_len(n);
    job_answer(out, n);
    coap_pdu_set_code(response, COAP_RESPONSE_CODE_CHANGED);
    coap_add_data(response, n, out);
    served++;
}

static coap_response_t host_response(coap_session_t *session, const coap_pdu_t *sent,
                                     const coap_pdu_t *received, const coap_mid_t id)
{
    const uint8_t *data;
    size_t n;

    (void)session;
    (void)sent;
    (void)id;
    if (coap_get_data(received, &n, &data) && n <= sizeof answer) {
        memcpy(answer, data, n);
        answer_len = n;
    }
    return COAP_RESPONSE_OK;
}

static bool make_server(void)
{
    coap_resource_t *resource = coap_resource_init(coap_make_str_const("c"), 0);
    coap_address_t a = address();

    contexts[PEER_DEVICE] = coap_new_context(NULL);
    if (contexts[PEER_DEVICE] == NULL || resource == NULL)
        return false;
    server_psk.version = COAP_DTLS_SPSK_SETUP_VERSION;
    server_psk.psk_info.key.s = peer_psk;
    server_psk.psk_info.key.length = sizeof peer_psk;
    coap_register_handler(resource, COAP_REQUEST_POST, server_post);
    coap_add_resource(contexts[PEER_DEVICE], resource);
    coap_register_event_handler(contexts[PEER_DEVICE], server_event);
    return coap_context_set_psk2(contexts[PEER_DEVICE], &server_psk) == 1
        && coap_new_endpoint(contexts[PEER_DEVICE], &a, COAP_PROTO_DTLS) != NULL;
}

static bool make_host(void)
{
    contexts[PEER_HOST] = coap_new_context(NULL);
    if (contexts[PEER_HOST] == NULL)
        return false;
    client_psk.version = COAP_DTLS_CPSK_SETUP_VERSION;
    client_psk.psk_info.identity.s = (const uint8_t *)PEER_PSK_NAME;
    client_psk.psk_info.identity.length = sizeof PEER_PSK_NAME - 1;
    client_psk.psk_info.key.s = peer_psk;
    client_psk.psk_info.key.length = sizeof peer_psk;
    coap_register_response_handler(contexts[PEER_HOST], host_response);
    return true;
}

/* Where this process serves is known only when an end begins. */
static bool setup(void)
{
    coap_startup();
    coap_set_log_level(LOG_EMERG);
    coap_dtls_set_log_level(LOG_EMERG);
    return make_host();
}

static void *begin(int side)
{
    struct end *e;
    coap_address_t a = address();

    if (side == PEER_DEVICE && contexts[PEER_DEVICE] == NULL && !make_server())
        return NULL;
    e = calloc(1, sizeof *e);
    if (e == NULL)
        return NULL;
    e->side = side;
    e->connected = connected;
    e->served = served;
    e->ended = ended;
    if (side == PEER_DEVICE)
        return e;
    e->session = coap_new_client_session_psk2(contexts[side], NULL, &a, COAP_PROTO_DTLS, &client_psk);
    if (e->session != NULL)
        return e;
    free(e);
    return NULL;
}

static bool turn(const struct end *e)
{
    return coap_io_process(contexts[e->side], carrier_alone ? WAIT_MS : COAP_IO_NO_WAIT) >= 0;
}

static int handshake(void *p)
{
    struct end *e = p;

    if (!turn(e))
        return PEER_BAD;
    if (e->side == PEER_DEVICE)
        return connected > e->connected ? PEER_DONE : PEER_MORE;
    return coap_session_get_state(e->session) == COAP_SESSION_STATE_ESTABLISHED ? PEER_DONE : PEER_MORE;
}

static bool end_write(void *p, const uint8_t *data, size_t n)
{
    struct end *e = p;
    coap_pdu_t *pdu;
    uint8_t token[8];
    size_t token_len;

    if (e->side == PEER_DEVICE)
        return true;
    answer_len = 0;
    pdu = coap_new_pdu(COAP_MESSAGE_CON, COAP_REQUEST_CODE_POST, e->session);
    if (pdu == NULL)
        return false;
    coap_session_new_token(e->session, &token_len, token);
    return coap_add_token(pdu, token_len, token) && coap_add_option(pdu, COAP_OPTION_URI_PATH, 1, (const uint8_t *)"c")
        && coap_add_data(pdu, n, data) && coap_send(e->session, pdu) != COAP_INVALID_MID;
}

static int end_read(void *p, uint8_t *out, size_t room)
{
    struct end *e = p;
    const uint8_t *from = e->side == PEER_HOST ? answer : command;
    size_t n;

    if (!turn(e))
        return PEER_BAD;
    if (e->side == PEER_DEVICE && served == e->served)
        return PEER_MORE;
    n = e->side == PEER_HOST ? answer_len : command_len;
    e->served = served;
    if (n > room)
        return PEER_BAD;
    memcpy(out, from, n);
    return (int)n;
}

static bool end_close(void *p)
{
    struct end *e = p;

    if (e->session != NULL)
        coap_session_release(e->session);
    e->session = NULL;
    return true;
}

/* libcoap's client waits for no close of the server's. */
static int closed(void *p)
{
    struct end *e = p;

    if (e->side == PEER_HOST)
        return PEER_DONE;
    if (!turn(e))
        return PEER_BAD;
    return ended > e->ended ? PEER_DONE : PEER_MORE;
}

static void end_free(void *p)
{
    end_close(p);
    free(p);
}

static const char *version(void)
{
    return coap_package_version();
}

const struct peer peers[] = {
    { "libcoap-dtls12-psk", "CoAP over DTLS 1.2, PSK", version, true, setup, begin, handshake, end_write,
      end_read, end_close, closed, end_free },
    { 0 },
};
