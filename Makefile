# The whole build, one file, no configure step. A new file needs no list to be
# edited: what lies in src/, tests/, fuzz/ and bench/ is found.

define HELP
make                kufi in build/release
make MODE=debug     the same with sanitizers, in build/debug
make tests          the test programs, in build/$$MODE/tests
make lint           the rules of docs/STYLE.md that a machine can check
make format         clang-format over our C
make fuzz           libFuzzer over every target; FUZZ_SECONDS=60, FUZZ_ONLY=mrz
make replay         the fuzz targets with every kept input, in build/$$MODE
make cover          which lines no test has walked, in build/cover/report
make bench          the benchmark programs, built; make bench-run runs them
make install        DESTDIR=, PREFIX=/usr/local
make clean          removes build/
endef

MODE ?= release
BUILD := build/$(MODE)
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60
FUZZ_ONLY ?= *

LIBRARIES := libsodium libcrypto libmicrohttpd gnutls libcurl jansson libcbor \
             sqlite3 libseccomp icu-i18n icu-uc expat libgfshare
WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Wundef -Wimplicit-fallthrough \
            -Wno-sign-conversion -Wno-missing-field-initializers \
            -Wno-string-conversion -Werror

CC_release := gcc
CC_debug := gcc
CC_cover := gcc
CC_fuzz := clang-14
CC_clang := clang-14
CC := $(CC_$(MODE))
ifeq ($(CC),)
$(error MODE is one of release, debug, cover, fuzz, clang)
endif

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all \
            -fno-omit-frame-pointer
MODE_release := -O2 -fno-plt -D_FORTIFY_SOURCE=2
MODE_debug := -O1 $(SANITIZE)
MODE_cover := -O0 --coverage -fprofile-update=atomic
MODE_fuzz := -O1 $(SANITIZE) -fsanitize=fuzzer-no-link
MODE_clang := -O1

CFLAGS := -std=c11 -D_GNU_SOURCE -g $(WARNINGS) -fstack-protector-strong \
          -fPIE -Isrc $(MODE_$(MODE)) \
          $(shell pkg-config --cflags $(LIBRARIES))
LDFLAGS := -pie -Wl,-z,relro,-z,now,--as-needed $(MODE_$(MODE))
LDLIBS := $(shell pkg-config --libs $(LIBRARIES)) -linih -lpthread
TEST_CFLAGS := $(CFLAGS) -Itests
BENCH_CFLAGS := $(CFLAGS) -Ibench -I/usr/include/postgresql
BENCH_LDLIBS := -lpq $(LDLIBS) -lm

MAIN := src/cli/main.c
SOURCES := $(filter-out $(MAIN),$(sort $(wildcard src/*/*.c)))
OBJECTS := $(SOURCES:src/%.c=$(BUILD)/obj/%.o)
ARCHIVE := $(BUILD)/libkufi.a

# What tests share is every .c of tests/ and tests/sim/ that is no test itself.
TESTS := $(sort $(wildcard tests/unit/*.c tests/sim/*_test.c))
TEST_SHARED := $(filter-out $(TESTS),$(sort $(wildcard tests/*.c tests/sim/*.c)))
TEST_ARCHIVE := $(BUILD)/libtest.a
TEST_PROGRAMS := $(TESTS:tests/%.c=$(BUILD)/tests/%)

FUZZ_NAMES := $(patsubst fuzz/%.c,%,$(filter-out fuzz/replay.c,\
              $(sort $(wildcard fuzz/*.c))))
REPLAY_PROGRAMS := $(FUZZ_NAMES:%=$(BUILD)/replay/%)
FUZZ_PROGRAMS := $(FUZZ_NAMES:%=$(BUILD)/fuzz/%)

# What benchmarks share is every .c of bench/ whose name ends in _shared.
BENCH_SHARED := $(sort $(wildcard bench/*_shared.c))
BENCH_NAMES := $(patsubst bench/%.c,%,$(filter-out $(BENCH_SHARED),\
               $(sort $(wildcard bench/*.c))))
BENCH_PROGRAMS := $(BENCH_NAMES:%=$(BUILD)/bench/%)

# clang-tidy looks at a file again when its object is made again.
TIDY := $(SOURCES:%.c=$(BUILD)/tidy/%.ok) $(BUILD)/tidy/$(MAIN:.c=.ok) \
        $(TESTS:%.c=$(BUILD)/tidy/%.ok) $(TEST_SHARED:%.c=$(BUILD)/tidy/%.ok)

.PHONY: tidy flags
.PHONY: all tests replay fuzz-programs fuzz lint format cover bench bench-run \
        install clean help
.SECONDARY:
.DELETE_ON_ERROR:

all: $(BUILD)/kufi

export HELP
help:
	@echo "$$HELP"

# Programs

$(BUILD)/kufi: $(BUILD)/obj/cli/main.o $(ARCHIVE)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Made anew, so that what was deleted from src/ leaves it.
$(ARCHIVE): $(OBJECTS)
	@mkdir -p $(@D)
	rm -f $@ && ar qcsD $@ $^

$(TEST_ARCHIVE): $(TEST_SHARED:tests/%.c=$(BUILD)/obj/tests/%.o)
	@mkdir -p $(@D)
	rm -f $@ && ar qcsD $@ $^

$(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(TEST_ARCHIVE) $(ARCHIVE)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ -lcmocka -lm $(LDLIBS)

# What is put in front of functions of ours: tests/sim/bug.h, memo.c.
$(BUILD)/tests/sim/cluster_test: LDFLAGS += \
    -Wl,--wrap=witness_judge,--wrap=roster_open,--wrap=sign_verify

$(BUILD)/replay/%: $(BUILD)/obj/fuzz/%.o $(BUILD)/obj/fuzz/replay.o $(ARCHIVE)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/fuzz/%: $(BUILD)/obj/fuzz/%.o $(ARCHIVE)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)

$(BUILD)/bench/%: $(BUILD)/obj/bench/%.o \
                  $(BENCH_SHARED:bench/%.c=$(BUILD)/obj/bench/%.o) $(ARCHIVE)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(BENCH_LDLIBS)

# Objects; each depends on this file too, since its flags stand here.

$(BUILD)/obj/tests/%.o: tests/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(TEST_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/fuzz/%.o: fuzz/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/bench/%.o: bench/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(BENCH_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

# The assembler puts it into the program, unseen by -MMD.
$(BUILD)/obj/api/openapi.o: spec/openapi.json

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

$(BUILD)/tidy/src/%.ok: src/%.c $(BUILD)/obj/%.o .clang-tidy
	@mkdir -p $(@D)
	clang-tidy-14 --quiet $< -- $(CFLAGS) 2>$@.log || { cat $@.log; false; }
	@touch $@

$(BUILD)/tidy/tests/%.ok: tests/%.c $(BUILD)/obj/tests/%.o .clang-tidy
	@mkdir -p $(@D)
	clang-tidy-14 --quiet $< -- $(TEST_CFLAGS) 2>$@.log || \
	    { cat $@.log; false; }
	@touch $@

# Groups

tests: $(TEST_PROGRAMS)
replay: $(REPLAY_PROGRAMS)
fuzz-programs: $(FUZZ_PROGRAMS)
bench: $(BENCH_PROGRAMS)
tidy: $(TIDY)
flags:
	@printf '%s\n' $(CFLAGS)

bench-run: bench
	@set -e; for p in $(BENCH_PROGRAMS); do echo "# $$p"; $$p; done

fuzz:
	@$(MAKE) --no-print-directory MODE=fuzz fuzz-programs
	tools/fuzz "$(FUZZ_SECONDS)" "$(FUZZ_ONLY)"

lint:
	tools/lint

format:
	clang-format-14 -i $(wildcard src/*/*.[ch] tests/*.[ch] tests/*/*.[ch] \
	    fuzz/*.c bench/*.[ch])

cover:
	@$(MAKE) --no-print-directory MODE=cover tests
	tools/cover

install: $(BUILD)/kufi
	install -D -m 0755 $(BUILD)/kufi $(DESTDIR)$(PREFIX)/bin/kufi
	install -D -m 0644 docs/kufi.1 \
	    $(DESTDIR)$(PREFIX)/share/man/man1/kufi.1
	install -d $(DESTDIR)$(PREFIX)/share/doc/kufi/examples
	install -m 0644 packaging/config.ini packaging/*.sample \
	    packaging/*.sample.csv $(DESTDIR)$(PREFIX)/share/doc/kufi/examples
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|@BINDIR@|$(PREFIX)/bin|' packaging/kufi@.service \
	    >$(DESTDIR)$(PREFIX)/lib/systemd/system/kufi@.service

clean:
	rm -rf build
