/* 201 with the record that the keeper has made, and where it is. API 4.2 */
#ifndef API_RECORDED_H
#define API_RECORDED_H

#include "api/call_int.h"

void recorded(const struct api *api, struct api_call *call,
              const struct answer *answer);

#endif
