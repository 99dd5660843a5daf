/* SPDX-License-Identifier: ISC */
/* What each error means, for a person: see mssl.h 3. */
#include "mssl.h"

const char *mssl_err_text(mssl_err e)
{
    switch (e) {
    case MSSL_OK:          return "done";
    case MSSL_E_ARGUMENT:  return "a value is outside its range";
    case MSSL_E_FORMAT:    return "not in the expected form";
    case MSSL_E_ROOM:      return "too long";
    case MSSL_E_STATE:     return "not possible in this state of the session";
    case MSSL_E_FILE:      return "the file can't be used";
    case MSSL_E_EXISTS:    return "the file exists already";
    case MSSL_E_MODE:      return "others may read or write the file";
    case MSSL_E_TAG:       return "what came is forged, replayed or reordered";
    case MSSL_E_RECORD:    return "what came is no record that a device sends";
    case MSSL_E_SIGNATURE: return "the grant is not signed by this authority";
    case MSSL_E_REFUSED:   return "the device closed the connection without a word";
    case MSSL_E_CUT:       return "the connection ended before the device had proven itself";
    case MSSL_E_NOT_RUN:   return "the device closed the session before the command ran";
    case MSSL_E_COUNTER:   return "the session has used up its records";
    case MSSL_E_TRUNCATED: return "the connection ended without an authenticated close";
    case MSSL_E_UNKNOWN:   return "the connection was lost before the answer came";
    case MSSL_E_CRYPTO:    return "the crypto library failed";
    case MSSL_E_ENROL_BUSY: return "the device checks another host's signature";
    case MSSL_E_ENROL_SIZE: return "the device wants a signature of another length";
    case MSSL_E_ENROL_BAD: return "the device finds the grant's signature bad";
    default:               return "unknown error";
    }
}
