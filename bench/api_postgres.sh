#!/bin/bash
# pgbench against the PostgreSQL of the environment, for bench/api.sh. The row
# has the members of a crossing and the indexes that Kufi's tables have: by
# record, by document, by person, by time, by idempotency key.
#
#   api_postgres.sh CLIENTS...
set -euo pipefail

folder=$KUFI_BENCH_FOLDER
seconds=$KUFI_BENCH_SECONDS
bin=$(echo /usr/lib/postgresql/*/bin | tr ' ' '\n' | sort -V | tail -n 1)

psql -q -v ON_ERROR_STOP=1 <<'SQL'
CREATE TABLE inspection (id bigserial PRIMARY KEY, time timestamptz, direction
  smallint, line_1 text, line_2 text, document_number text, decided bigint);
CREATE TABLE crossing (id bigserial PRIMARY KEY, inspection bigint, time
  timestamptz, direction smallint, decision smallint, reasons smallint, lane
  text, format text, code text, issuing_state text, document_number text,
  surname text, given_names text, nationality text, date_of_birth text, sex
  text, date_of_expiry text, optional_1 text, optional_2 text, request bytea);
CREATE INDEX ON crossing (issuing_state, document_number, time);
CREATE INDEX ON crossing (surname, date_of_birth, given_names);
CREATE INDEX ON crossing (time);
CREATE UNIQUE INDEX ON crossing (request);
SQL

crossing="INSERT INTO crossing (inspection, time, direction, decision, reasons,
  lane, format, code, issuing_state, document_number, surname, given_names,
  nationality, date_of_birth, sex, date_of_expiry, optional_1, optional_2,
  request) VALUES (:i, now(), 0, 0, 0, '3', 'TD3', 'P', 'UTO', 'X' || :n,
  'SAMPLE' || :n / 5, 'INVENTED', 'UTO', '1974-08-12', 'F', '2030-01-01', '',
  '', decode(md5(:i || '/' || random()), 'hex'));"
cat >"$folder/one.sql" <<SQL
\\set n random(1, 400000)
\\set i random(1, 1000000000)
$(echo "$crossing" | tr '\n' ' ')
SQL
cat >"$folder/two.sql" <<SQL
\\set n random(1, 400000)
INSERT INTO inspection (time, direction, line_1, line_2, document_number) VALUES (now(), 0, 'P<UTOSAMPLE<<INVENTED<<<<<<<<<<<<<<<<<<<<<<<', 'X' || :n || '6UTO7408122F3001013<<<<<<<<<<<<<<<0', 'X' || :n) RETURNING id AS i \\gset
WITH done AS (UPDATE inspection SET decided = 1 WHERE id = :i) $(echo "$crossing" | tr '\n' ' ')
SQL

percentile() { # of the third column of pgbench's logs, in ms
    cat "$folder"/log.* | awk '{print $3}' | sort -n |
        awk '{v[NR] = $1} END {printf "p50 %.2f ms, p99 %.2f ms",
            v[int(NR * 0.5)] / 1000, v[int(NR * 0.99)] / 1000}'
}

for n in "$@"; do
    for kind in one two; do
        rm -f "$folder"/log.*
        tps=$("$bin/pgbench" -n -M prepared -c "$n" -j "$((n < 2 ? 1 : 2))" \
            -T "$seconds" -f "$folder/$kind.sql" -l \
            --log-prefix="$folder/log" 2>/dev/null |
            sed -n 's/^tps = \([0-9]*\).*without.*/\1/p')
        echo "postgres_crossings_${kind}_transaction_${n}_clients $tps /s" \
            "($(percentile))"
    done
done
