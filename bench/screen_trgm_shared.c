/*
 * The same names and queries by PostgreSQL's pg_trgm: a GIN index, and a
 * threshold of similarity at which it finds nearly every changed name.
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen_shared.h"

/* 0.3 is pg_trgm's own; at 0.45 one letter in a name of twelve may be wrong. */
#define SIMILARITY "0.45"
#define QUERIES_MAX 200

static PGresult *
ask(PGconn *connection, const char *sql, ExecStatusType wanted)
{
    PGresult *result = PQexec(connection, sql);

    if (PQresultStatus(result) != wanted) {
        fprintf(stderr, "screen: %s", PQerrorMessage(connection));
        exit(3);
    }
    return result;
}

static void
run(PGconn *connection, const char *sql)
{
    PQclear(ask(connection, sql, PGRES_COMMAND_OK));
}

static void
names_copy(PGconn *connection, size_t names)
{
    PQclear(ask(connection, "COPY person FROM STDIN", PGRES_COPY_IN));
    for (size_t i = 0; i < names; i++) {
        struct people_person person;
        char line[3 * PEOPLE_PART_SIZE];
        int size;

        people_make(SCREEN_SEED, i, PEOPLE_LISTED, &person);
        size = snprintf(line, sizeof(line), "%zu\t%s %s\n", i, person.surname,
                        person.given);
        if (PQputCopyData(connection, line, size) != 1)
            screen_must(ERR_IO, "COPY");
    }
    if (PQputCopyEnd(connection, NULL) != 1)
        screen_must(ERR_IO, "COPY");
    PQclear(PQgetResult(connection));
    while (PQgetResult(connection) != NULL) {
    }
}

/* Milliseconds that the server's process for this connection has had of a
 * processor: what else is on the machine is no part of the answer. */
static double
server_ms(PGconn *connection)
{
    char path[64];
    char line[64];
    FILE *file;

    (void)snprintf(path, sizeof(path), "/proc/%d/schedstat",
                   PQbackendPID(connection));
    file = fopen(path, "r");
    if (file == NULL || fgets(line, sizeof(line), file) == NULL)
        screen_must(ERR_IO, path);
    (void)fclose(file);
    return strtod(line, NULL) / 1e6;
}

static double
queries_run(const struct screen_bench *bench, PGconn *connection)
{
    size_t count = bench->queries < QUERIES_MAX ? bench->queries : QUERIES_MAX;
    double start = server_ms(connection);

    for (size_t i = 0; i < count; i++) {
        struct screen_query_made query;
        char name[3 * PEOPLE_PART_SIZE];
        const char *values[1] = {name};
        PGresult *result;

        screen_query_make(bench, i, &query);
        (void)snprintf(name, sizeof(name), "%s %s", query.made.surname,
                       query.made.given);
        result =
            PQexecParams(connection, "SELECT id FROM person WHERE name % $1", 1,
                         NULL, values, NULL, NULL, 0);
        if (PQresultStatus(result) != PGRES_TUPLES_OK)
            screen_must(ERR_IO, "pg_trgm");
        PQclear(result);
    }
    return (server_ms(connection) - start) / (double)count;
}

double
screen_trgm(const struct screen_bench *bench, size_t names)
{
    struct os os = bench->os;
    PGconn *connection;
    uint64_t start;
    PGresult *result;
    double ms;

    if (getenv("PGHOST") == NULL)
        return 0;
    connection = PQconnectdb("");
    if (PQstatus(connection) != CONNECTION_OK)
        screen_must(ERR_IO, "PostgreSQL");
    run(connection, "CREATE EXTENSION IF NOT EXISTS pg_trgm");
    run(connection, "DROP TABLE IF EXISTS person");
    run(connection, "CREATE UNLOGGED TABLE person (id bigint, name text)");
    names_copy(connection, names);
    start = os.monotonic_ns(&os);
    run(connection, "CREATE INDEX person_name ON person USING gin"
                    " (name gin_trgm_ops)");
    run(connection, "VACUUM ANALYZE person");
    result = ask(connection, "SELECT pg_relation_size('person_name') >> 20",
                 PGRES_TUPLES_OK);
    printf("pg_trgm: GIN index over %zu names in %.1f s, %s MiB, threshold"
           " " SIMILARITY "\n",
           names, (double)(os.monotonic_ns(&os) - start) / 1e9,
           PQgetvalue(result, 0, 0));
    PQclear(result);
    run(connection, "SET max_parallel_workers_per_gather = 0");
    run(connection, "SET pg_trgm.similarity_threshold = " SIMILARITY);
    ms = queries_run(bench, connection);
    PQfinish(connection);
    return ms;
}
