/* SPDX-License-Identifier: ISC */
/* For Frama-C's headers: its 16-bit machine, with pointers of 16 bits too. */
#ifndef PROVE_AVR_MACHINE_H
#define PROVE_AVR_MACHINE_H

#define __FC_MACHDEP_X86_16
#include "__fc_machdep.h"

#undef __PTRDIFF_T
#undef __INTPTR_T
#undef __FC_INTPTR_MIN
#undef __FC_INTPTR_MAX
#undef __UINTPTR_T
#undef __FC_UINTPTR_MAX
#define __PTRDIFF_T int
#define __INTPTR_T int
#define __FC_INTPTR_MIN __FC_INT_MIN
#define __FC_INTPTR_MAX __FC_INT_MAX
#define __UINTPTR_T unsigned int
#define __FC_UINTPTR_MAX __FC_UINT_MAX

#endif
