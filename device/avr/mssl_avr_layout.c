/* SPDX-License-Identifier: ISC */
/* Holds mssl_avr_layout.h against the structs: an array of -1 elements does not
 * compile. No code. */
#include <stddef.h>

#include "mssl_avr_layout.h"
#include "mssl_dev_option.h"

#define CHECK(name, truth) typedef char check_##name[(truth) ? 1 : -1]
#define AT(field) offsetof(struct mssl_dev_session, field)

CHECK(key, AT(key) == S_KEY);
CHECK(sent, AT(sent) == S_SENT);
CHECK(received, AT(received) == S_RECEIVED);
CHECK(tasks, AT(tasks) == S_TASKS);
CHECK(fill, AT(fill) == S_FILL);
CHECK(unused, AT(unused) == S_UNUSED);
CHECK(ticks, AT(ticks) == S_TICKS);
CHECK(state, AT(state) == S_STATE);
CHECK(peer, AT(peer) == S_PEER);
CHECK(caller, AT(caller) == S_CALLER);
CHECK(slot, AT(caller.slot) == S_SLOT);
CHECK(param, AT(caller.param) == S_PARAM);
CHECK(host, AT(caller.host) == S_HOST);
CHECK(session_len, sizeof(struct mssl_dev_session) == S_LEN);

/* A session lies as its grant from the tasks on. */
CHECK(param_as_grant, S_PARAM - S_TASKS == MSSL_G_PARAM - MSSL_G_TASKS);
CHECK(host_as_grant, S_HOST - S_TASKS == MSSL_G_HOST - MSSL_G_TASKS);
CHECK(end_as_grant, S_TAKEN_END - S_TASKS == MSSL_GRANT_LEN - MSSL_G_TASKS);

CHECK(value, offsetof(struct mssl_dev_nonce, value) == N_VALUE);
CHECK(nonce_state, offsetof(struct mssl_dev_nonce, state) == N_STATE);
CHECK(nonce_len, sizeof(struct mssl_dev_nonce) == N_LEN);

#if MSSL_DEV_SIGNATURE
CHECK(forged, MSSL_DEV_STATUS_FORGED == 0x7e);
#endif
