/*
 * The list that bench/start.sh puts in force: invented people by the million,
 * as `kufi list import --source csv` reads them.
 *
 *     start COUNT
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/writer.h"
#include "people_shared.h"

#define SEED 1
#define LINE_SIZE 256

static void
line_write(uint64_t number, const struct people_person *person)
{
    uint8_t line[LINE_SIZE];
    struct writer w;

    writer_init(&w, line, sizeof(line));
    writer_decimal(&w, number);
    writer_u8(&w, ',');
    writer_bytes(&w, person->name.surname);
    writer_u8(&w, ',');
    writer_bytes(&w, person->name.given_names);
    writer_u8(&w, ',');
    if (person->person.birth_count > 0 &&
        person->birth.from.days == person->birth.to.days)
        date_write(&w, person->birth.from);
    else if (person->person.birth_count > 0)
        writer_decimal(&w, (uint64_t)date_civil(person->birth.from).year);
    writer_u8(&w, ',');
    writer_bytes(&w, person->nationality);
    writer_text(&w, ",wanted\n");
    fwrite(line, 1, w.at, stdout);
}

int
main(int argc, char **argv)
{
    uint64_t count = 0;

    if (argc != 2 || !bytes_decimal(bytes_of(argv[1]), UINT64_MAX, &count)) {
        fputs("usage: start COUNT\n", stderr);
        return 2;
    }
    puts("reference,surname,given,date of birth,nationality,reason");
    for (uint64_t i = 0; i < count; i++) {
        struct people_person person;

        people_make(SEED, i, PEOPLE_LISTED, &person);
        line_write(i, &person);
    }
    return ferror(stdout) != 0;
}
