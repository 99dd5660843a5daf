/* SPDX-License-Identifier: ISC */
/* Standard streams that are surely open. */
#ifndef CLI_STD_FDS_H
#define CLI_STD_FDS_H

#include <stdbool.h>

/* Opens what the caller left closed of descriptors 0, 1 and 2 on /dev/null: else
 * the next file or socket would get the number, and what is printed would go
 * into it. First thing in main. false: that can't be done, end. */
bool cli_std_fds(void);

#endif
