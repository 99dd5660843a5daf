/* SPDX-License-Identifier: ISC */
/* The stack and its driver as one unit, for chips: smaller than file by file. */
#include "enc28j60.c"
#include "net_frame.c"
#include "net_arp.c"
#include "net_ip.c"
#include "net_conn.c"
#include "net_receive.c"
#include "net_tcp.c"
