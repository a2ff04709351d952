# The whole build; no configure step. `make help` lists the targets.
#
#   make                  kufi in build/release
#   make MODE=debug       the same with sanitizers, in build/debug

MODE ?= release
BUILD := build/$(MODE)
CC := gcc
LIBRARIES := libsodium libcrypto libmicrohttpd libcurl jansson libcbor sqlite3 \
             libseccomp
CFLAGS_release := -O2 -flto=auto -fno-plt
CFLAGS_debug := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all \
                -fno-omit-frame-pointer
CFLAGS := -std=c11 -D_GNU_SOURCE -g -Wall -Wextra -Wconversion -Wshadow \
          -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef \
          -Wimplicit-fallthrough -Wno-sign-conversion -Werror \
          -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE -Isrc \
          $(CFLAGS_$(MODE)) \
          $(shell pkg-config --cflags $(LIBRARIES))
LDFLAGS := -pie -Wl,-z,relro,-z,now $(CFLAGS_$(MODE))
LDLIBS := $(shell pkg-config --libs $(LIBRARIES)) -linih -lpthread

SOURCES := $(sort $(wildcard src/*/*.c))
MAIN := src/cli/main.c
OBJECTS := $(patsubst src/%.c,$(BUILD)/obj/%.o,$(filter-out $(MAIN),$(SOURCES)))
TESTS := $(sort $(wildcard tests/unit/*.c tests/sim/*_test.c))
TEST_HELP := $(filter-out $(TESTS),$(sort $(wildcard tests/sim/*.c tests/*.c)))
TEST_PROGRAMS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(TESTS))

.PHONY: all tests
all: $(BUILD)/kufi
