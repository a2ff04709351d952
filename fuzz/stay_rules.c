/*
 * Bytes through stay_rules_parse(), and a traveller judged by what was taken:
 * a refusal has its place and clause, a verdict only what there is. STY 4, 5.
 */
#include <stdlib.h>

#include "stay/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
    if (!holds)
        abort();
}

static void
judge(const struct stay_rules *rules, struct bytes nationality,
      struct stay_permit permit)
{
    static uint8_t block[4096];
    static const struct stay_crossing CROSSINGS[] = {
        {{20000}, false}, {{20050}, true},  {{20600}, false},
        {{20620}, false}, {{20690}, false}, {{20800}, true},
    };
    struct stay_question question = {.rules = rules,
                                     .crossings = CROSSINGS,
                                     .crossing_count = 6,
                                     .on = {20758}};
    struct stay_verdict verdict;
    struct arena arena;

    question.traveller.nationality = nationality;
    question.traveller.country = BYTES("ALB");
    question.traveller.document_code = BYTES("P");
    question.traveller.permit = permit;
    arena_init(&arena, block, sizeof(block));
    must(stay_judge(&question, &arena, &verdict) == OK);
    must(stay_status_word(verdict.status) != NULL);
    must(verdict.at_most.days_used >= verdict.answer.days_used);
    must(verdict.answer.has_last_allowed ==
         (verdict.answer.max_stay > 0 && !verdict.answer.endless));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t block[STAY_RULES_ARENA_SIZE];
    const struct stay_rules *rules;
    const struct stay_permit none = {0};
    const struct stay_permit visa = {.title = STAY_TITLE_VISA,
                                     .type = BYTES("C"),
                                     .has_valid = true,
                                     .valid_from = {20600},
                                     .valid_to = {20760},
                                     .entries_max = 3,
                                     .days_max = 30};
    struct fault fault = {0};
    struct arena arena;

    arena_init(&arena, block, sizeof(block));
    if (stay_rules_parse((struct bytes){data, size}, &arena, &rules, &fault) !=
        OK) {
        must(fault.code != OK && fault.at <= size);
        must(fault.clause != NULL || fault.code == ERR_LIMIT);
        return 0;
    }
    must(stay_rules_count(rules) <= STAY_RULES_MAX);
    judge(rules, BYTES("D"), none);
    judge(rules, BYTES("USA"), none);
    judge(rules, BYTES("EGY"), visa);
    return 0;
}
