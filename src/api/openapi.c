/*
 * GET /v1/openapi.json: spec/openapi.json, which the assembler puts into the
 * program as it is. API 4.11
 */
#include "api/call_int.h"

__asm__(".section .rodata\n"
        ".global openapi_text\n"
        ".global openapi_size\n"
        "openapi_text:\n"
        ".incbin \"spec/openapi.json\"\n"
        "openapi_text_end:\n"
        ".balign 8\n"
        "openapi_size:\n"
        ".quad openapi_text_end - openapi_text\n"
        ".previous\n");

extern const uint8_t openapi_text[];
extern const uint64_t openapi_size;

static void
begin(const struct api *api, struct api_call *call)
{
    (void)api;
    call->response = (struct response){.status = 200,
                                       .content_type = "application/json",
                                       .body = {openapi_text, openapi_size}};
}

const struct route route_openapi = {.id = ROUTE_OPENAPI,
                                    .path = "/v1/openapi.json",
                                    .method = METHOD_GET,
                                    .open = true,
                                    .begin = begin};
