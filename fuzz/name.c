/*
 * Two names in any script, parted by a line end, read with ICU and without, and
 * compared: what comes out is within its bounds, and a name is restored from
 * what an index keeps of it. SCR 2, 4.
 */
#include <stdlib.h>
#include <string.h>

#include "screen/name.h"
#include "screen/score.h"
#include "screen/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
    if (!holds)
        abort();
}

static struct person_name
parts_of(struct bytes text)
{
    struct person_name parts = {0};
    size_t at = bytes_find(text, '<');

    if (at == text.size) {
        parts.whole = text;
        return parts;
    }
    parts.surname = bytes_slice(text, 0, at);
    parts.given_names = bytes_slice(text, at + 1, text.size);
    parts.truncated = bytes_find(parts.given_names, '<') == 0;
    return parts;
}

static bool
letter(uint8_t c, bool vowelless)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (vowelless && c >= 'a' && c <= 'z');
}

static void
token_check(const struct token *token, const struct token *again)
{
    must(token->text_size > 0 && token->text_size <= TOKEN_TEXT_MAX);
    must(token->fold_size <= TOKEN_TEXT_MAX);
    for (size_t i = 0; i < token->text_size; i++)
        must(letter(token->text[i], token->vowelless));
    must(again->text_size == token->text_size);
    must(memcmp(again->text, token->text, token->text_size) == 0);
    must(again->fold_size == token->fold_size);
    must(memcmp(again->fold, token->fold, token->fold_size) == 0);
    must(again->skeleton == token->skeleton && again->kind == token->kind);
    must(again->family == token->family && again->weight == token->weight);
    must(again->vowelless == token->vowelless && again->cut == token->cut);
}

/* A name is what its words' texts make of it: an index keeps no more. */
static void
name_check(const struct name *name)
{
    struct name again = {.token_count = name->token_count};

    must(name->token_count <= NAME_TOKENS_MAX);
    for (size_t i = 0; i < name->token_count; i++) {
        const struct token *token = &name->tokens[i];

        token_init(&again.tokens[i],
                   (struct bytes){token->text, token->text_size},
                   (enum token_part)token->part);
        again.tokens[i].cut = token->cut;
    }
    name_of_tokens(&again, name->truncated);
    for (size_t i = 0; i < name->token_count; i++)
        token_check(&name->tokens[i], &again.tokens[i]);
}

static bool
read_checked(const struct script *script, const struct person_name *parts,
             struct name *out)
{
    enum err e = name_read(script, parts, out);

    must(e == OK || e == ERR_FORMAT);
    must(e == OK || out->token_count == 0);
    name_check(out);
    return e == OK;
}

static void
score(const struct subject *query, const struct subject *listed)
{
    struct score out;

    score_persons(query, listed, &out);
    must(out.points <= SCORE_MAX);
    must(out.reason_count <= SCORE_REASONS_MAX);
    for (size_t i = 0; i < out.reason_count; i++)
        must(score_reason_text(out.reasons[i]) != NULL);
}

static void
compare(const struct person_name parts[2], const struct name names[2])
{
    struct person persons[2] = {{.name_count = 1, .names = &parts[0]},
                                {.name_count = 1, .names = &parts[1]}};
    struct subject a = {&persons[0], &names[0]};
    struct subject b = {&persons[1], &names[1]};

    score(&a, &b);
    score(&b, &a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct script script;
    static bool open;
    struct bytes rest = {data, size};
    struct person_name parts[2];
    struct name names[2];

    if (!open) {
        must(script_open(&script) == OK);
        open = true;
    }
    parts[0] = parts_of(bytes_split(&rest, '\n'));
    parts[1] = parts_of(rest);
    for (int with = 0; with < 2; with++) {
        const struct script *used = with == 1 ? &script : NULL;

        if (read_checked(used, &parts[0], &names[0]) &&
            read_checked(used, &parts[1], &names[1]))
            compare(parts, names);
    }
    return 0;
}
