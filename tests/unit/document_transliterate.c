/*
 * Shows the MRZ form of names: the examples of Doc 9303-3, every separator,
 * composed and decomposed spellings alike, what is refused and where, every
 * name cut at every byte, and output that grows until it fits.
 */
#include "document/transliterate.h"

#include <string.h>

#include "test.h"

#define FORM_SIZE_MAX 256

static const struct {
    const char *name;
    const char *form;
} CASES[] = {
    /* 9303-3 4.6 */
    {"D'ARTAGNAN", "DARTAGNAN"},
    {"MARIE-ELISE", "MARIE<ELISE"},
    {"ERIKSSON, ANNA MARIA", "ERIKSSON<<ANNA<MARIA"},
    /* 9303-4 4.2.3, 9303-7 7.2.3 */
    {"SMITH-JONES, SUSIE MARGARET", "SMITH<JONES<<SUSIE<MARGARET"},
    {"O'CONNOR, ENYA SIOBHAN", "OCONNOR<<ENYA<SIOBHAN"},
    {"VAN DER MUELLEN, MARTIN", "VAN<DER<MUELLEN<<MARTIN"},
    /* DOC 9.1, DOC 9.2: 9303-3 section 6 A */
    {"Thérèse Cañon", "THERESE<CANON"},
    {"Ångström Müller Öz", "AANGSTROEM<MUELLER<OEZ"},
    {"Çela Shkëlqim", "CELA<SHKELQIM"},
    {"Þór Æsir Ĳsbrand Œuf ẞ ß", "THOR<AESIR<IJSBRAND<OEUF<SS<SS"},
    {"Łódź Đorđe Øyvind Ğül İı", "LODZ<DORDE<OEYVIND<GUEL<II"},
    {"Ștefan Țepeș Nguyễn", "STEFAN<TEPES<NGUYEN"},
    /* Section 6 B */
    {"Горбачёв, Михаил", "GORBACHEV<<MIKHAIL"},
    {"ЩУКИН Юлия Татьяна", "SHCHUKIN<IULIIA<TATIANA"},
    {"Ђорђе Љубица Њего Ћосић Џон", "DORDE<LJUBITSA<NJEGO<COSIC<DZON"},
    {"Їжак Єва Ґудзь", "IZHAK<IEVA<GUDZ"},
    /* Section 6 C and its notes, B.5.7, B.5.9 */
    {"عبّاس", "EBBAS"},
    {"فضّة", "FXDZXDZXAH"},
    {"ابو بكر محمد بن زكريا الرازي", "ABW<BKR<MXHMD<BN<ZKRYA<ALRAZY"},
    {"نعيمة جميلة", "NEYMXAH<JMYLXAH"},
    {"جمال عبد الناصر", "JMAL<EBD<ALNAXSSR"},
    {"إسماعيل", "ISMAEYL"},
    {"مُحَمَّد", "MXHMMD"},
    {"ڤيان ڥ", "VYAN<XF"},
    {"كـريم", "KRYM"},
    /* DOC 9.3 */
    {"  A   B  ", "A<B"},
    {"A - B", "A<B"},
    {"A,B,C", "A<<B<C"},
    {"A , , B", "A<<B"},
    {"A,", "A"},
    {", B", "<<B"},
    {"،ب", "<<B"},
    {"A\tB\xC2\xA0"
     "C",
     "A<B<C"},
    {"A\xE2\x80\x93"
     "B",
     "A<B"},
    {"Jr. (A/B) \"C\"", "JR<AB<C"},
    {"N\xCA\xBB"
     "a",
     "NA"},
    {"L\xE2\x80\x99"
     "Abbé",
     "LABBE"},
    {"", ""},
    {"'", ""},
    {"ERIKSSON<<ANNA<MARIA<<<<", "ERIKSSON<<ANNA<MARIA"},
    {"<<GIVEN", "<<GIVEN"},
    {"A<B<<C<<D", "A<B<<C<D"},
    {"A<B, C", "A<B<<C"},
    /* DOC 9.4: decomposed */
    {"Mu\xCC\x88ller", "MUELLER"},
    {"A\xCC\x8Ase O\xCC\x88z e\xCC\x81", "AASE<OEZ<E"},
    {"A\xCC\xA3\xCC\x88", "AE"},
    {"u\xCC\x88\xCC\x84 \xC7\x96", "UE<UE"},
    {"И\xCC\x86 Е\xCC\x88", "I<E"},
    {"ا\xD9\x93 ا\xD9\x94 و\xD9\x94 ا\xD9\x95 ي\xD9\x94", "XAA<XAE<U<I<XI"},
    {"ا\xD9\x8E\xD9\x91\xD9\x94", "XAEXAE"},
    {"\xCC\x88"
     "A",
     "A"},
};

static const struct {
    const char *name;
    size_t at;
} REFUSED[] = {
    {"Anna 3", 5}, {"Γιώργος", 0},      {"A\x01", 1},
    {"李", 0},     {"\xFF", 0},         {"A\xC3", 0},
    {"ABә", 2},    {"\xED\xA0\x80", 0}, {"A\xF0\x9F\x98\x80", 1},
    {"A\x7F", 1},
};

static enum err
form_of(struct bytes name, size_t room, struct writer *w, struct fault *fault)
{
    static uint8_t block[FORM_SIZE_MAX];

    assert_true(room <= sizeof(block));
    writer_init(w, block, room);
    return transliterate(name, w, fault);
}

static void
test_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct writer w;

        assert_err(form_of(bytes_of(CASES[i].name), FORM_SIZE_MAX, &w, NULL),
                   OK);
        assert_bytes(writer_done(&w), bytes_of(CASES[i].form));
    }
}

/* The form of a form is the form: DOC 9.3. */
static void
test_twice(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct writer w;

        assert_err(form_of(bytes_of(CASES[i].form), FORM_SIZE_MAX, &w, NULL),
                   OK);
        assert_bytes(writer_done(&w), bytes_of(CASES[i].form));
    }
}

static void
test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
        struct fault fault = {0};
        struct writer w;

        assert_err(
            form_of(bytes_of(REFUSED[i].name), FORM_SIZE_MAX, &w, &fault),
            ERR_FORMAT);
        assert_int_equal(fault.at, REFUSED[i].at);
        assert_string_equal(fault.clause, "DOC 9.5");
    }
}

/* A name cut inside a character is no UTF-8; cut elsewhere it has a form. */
static void
test_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct bytes name = bytes_of(CASES[i].name);

        for (size_t size = 0; size < name.size; size++) {
            struct bytes cut = {name.p, size};
            struct writer w;

            assert_err(form_of(cut, FORM_SIZE_MAX, &w, NULL),
                       bytes_utf8(cut) ? OK : ERR_FORMAT);
        }
    }
}

static void
test_room(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct fault fault;
        struct writer w;

        for (size_t room = 0; room < strlen(CASES[i].form); room++) {
            assert_err(form_of(bytes_of(CASES[i].name), room, &w, &fault),
                       ERR_LIMIT);
            assert_string_equal(fault.clause, "DOC 9.6");
        }
    }
}

/* Every character of Unicode alone: an MRZ form or a refusal. */
static void
test_every_character(void **state)
{
    size_t with_form = 0;

    (void)state;
    for (uint32_t code = 0x80; code < 0x10000; code++) {
        uint8_t utf8[3];
        struct writer out;
        struct bytes form;
        struct bytes name;
        enum err e;

        if (code >= 0xD800 && code < 0xE000)
            continue;
        writer_init(&out, utf8, sizeof(utf8));
        if (code >= 0x800) {
            writer_u8(&out, (uint8_t)(0xE0 | code >> 12));
            writer_u8(&out, (uint8_t)(0x80 | (code >> 6 & 0x3F)));
        } else {
            writer_u8(&out, (uint8_t)(0xC0 | code >> 6));
        }
        writer_u8(&out, (uint8_t)(0x80 | (code & 0x3F)));
        name = writer_done(&out);
        e = form_of(name, FORM_SIZE_MAX, &out, NULL);
        form = writer_done(&out);
        with_form += e == OK && form.size > 0;
        for (size_t i = 0; i < form.size; i++)
            assert_true(form.p[i] >= 'A' && form.p[i] <= 'Z');
    }
    print_message("# %zu letters have a form\n", with_form);
    assert_true(with_form > 600);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),   cmocka_unit_test(test_twice),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_cut),
        cmocka_unit_test(test_room),    cmocka_unit_test(test_every_character),
    };

    return TEST_RUN(tests);
}
