/* SPDX-License-Identifier: ISC */
/* The MAC address that a device in the same network sees of this host. */
#ifndef MSSL_OWN_MAC_H
#define MSSL_OWN_MAC_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/* The MAC of the interface with the address own. false: there is none. */
bool mssl_own_mac(uint8_t mac[6], const struct sockaddr_in *own);

#endif
