/*
 * A parsed MRZ as the JSON object that `kufi mrz` and the API show. DOC 8.
 */
#ifndef DOCUMENT_MRZ_JSON_H
#define DOCUMENT_MRZ_JSON_H

#include "base/json.h"
#include "document/mrz_repair.h"

/* Larger than any object: all fields full, MRZ_FAULTS_MAX faults, a repair. */
#define MRZ_JSON_SIZE_MAX 8192

/* Writes one object; both structs are borrowed. */
void mrz_json_write(struct json_writer *j, const struct mrz *mrz,
                    const struct mrz_repair *repair);

/* The members `repair` and `repair_candidates` of an object under way. */
void mrz_json_write_repair(struct json_writer *j,
                           const struct mrz_repair *repair);

#endif
