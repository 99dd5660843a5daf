/* SPDX-License-Identifier: ISC */
/* lwIP's time, and its one network interface: at the other end of the faulty link. */
#include <stdlib.h>
#include <string.h>

#include <lwip/etharp.h>
#include <lwip/init.h>
#include <lwip/ip4_addr.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>
#include <lwip/sys.h>
#include <netif/ethernet.h>

#include "soak.h"

static struct netif netif;
static uint16_t deaf_port[64];          /* whom the link forgets, for a while */
static unsigned deaf_next;

u32_t sys_now(void)
{
    return (u32_t)(soak_us / 1000);
}

void soak_lwip_deafen(uint16_t port)
{
    deaf_port[deaf_next++ % (sizeof deaf_port / sizeof *deaf_port)] = port;
}

static int is_deaf(const uint8_t *ports)
{
    uint16_t a = (uint16_t)(ports[0] << 8 | ports[1]), b = (uint16_t)(ports[2] << 8 | ports[3]);

    for (size_t i = 0; i < sizeof deaf_port / sizeof *deaf_port; i++)
        if (deaf_port[i] && (deaf_port[i] == a || deaf_port[i] == b))
            return 1;
    return 0;
}

static err_t on_output(struct netif *n, struct pbuf *p)
{
    uint8_t frame[BOARD_FRAME_MAX];
    uint16_t len = pbuf_copy_partial(p, frame, sizeof frame, 0);

    (void)n;
    if (len > 38 && frame[12] == 8 && frame[13] == 0 && frame[23] == 6 && is_deaf(frame + 34))
        return ERR_OK;
    board_faults_put(&soak_link, soak_us, BOARD_TO_CHIP, frame, len);
    return ERR_OK;
}

void soak_host_frame(const uint8_t *frame, uint16_t len)
{
    struct pbuf *p;

    if (len > 38 && frame[12] == 8 && frame[13] == 0 && frame[23] == 6 && is_deaf(frame + 34))
        return;
    p = pbuf_alloc(PBUF_RAW, len, PBUF_RAM);
    if (!p)
        abort();
    pbuf_take(p, frame, len);
    if (netif.input(p, &netif) != ERR_OK)
        pbuf_free(p);
}

static err_t on_netif(struct netif *n)
{
    static const uint8_t mac[6] = { 0x52, 0x55, 10, 0, 2, 2 };

    memcpy(n->hwaddr, mac, sizeof mac);
    n->hwaddr_len = sizeof mac;
    n->mtu = 1500;
    n->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_LINK_UP;
    n->output = etharp_output;
    n->linkoutput = on_output;
    return ERR_OK;
}

void soak_lwip_start(void)
{
    ip4_addr_t ip, mask, gateway;

    lwip_init();
    IP4_ADDR(&ip, 10, 0, 2, 2);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP4_ADDR(&gateway, 0, 0, 0, 0);
    netif_add(&netif, &ip, &mask, &gateway, NULL, on_netif, ethernet_input);
    netif_set_up(&netif);
}
