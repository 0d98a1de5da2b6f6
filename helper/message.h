/*
 * Messages of PROTOCOL.md: the one parser of the helper (message.c), and the one writer (reply.c).
 *
 * Nothing here allocates, and nothing follows a pointer that came from outside.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAGIC "PST1"	/* its last octet is the version */

enum {
	MAGIC_SIZE = 4, HEADER_SIZE = 16, ITEM_HEADER_SIZE = 4, NAME_SIZE = 255, SECRET_SIZE = 1024,
	REQUEST_SIZE = 20480, REPLY_SIZE = 65536,	/* 64 items of the largest kind that comes in such numbers, and room */
	ITEMS = 64, BATCH = 32		/* entries of a request, and descriptors of a reply */
};

enum tag {
	TAG_METHOD = 1, TAG_NAME, TAG_SECRET, TAG_SOURCE, TAG_LOCAL, TAG_ENTRY, TAG_IDENTITY, TAG_PLACE, TAG_POSITION,
	TAG_VERDICT = 32, TAG_UID, TAG_FORMAT, TAG_RESULT, TAG_LISTED, TAG_NEXT, TAG_SOCKET, TAG_REASON, TAG_METHODS
};

enum type {
	STATUS = 1, LISTEN, LOGIN,
	OPEN_MAILBOX = 16, OPEN_UPDATE, CREATE_MAILBOX, LIST, OPEN, RENAME, UNLINK, CREATE, SYNC,
	REPLY = 0x8000, REFUSED = 0xFFFF
};

/* Each is a bit, so that a set of them can be a rule. */
enum state { CONNECTED = 1, IN_MBOX = 2, IN_MAILDIR = 4 };
enum method { BY_SHADOW = 1, BY_PAM = 2, BY_VHOME = 4 };
enum format { MBOX = 1, MAILDIR = 2 };
enum verdict { ACCEPTED, DECLINED, UNAVAILABLE };
enum reason { NOT_THE_PEER = 1, OTHER_VERSION = 2 };
enum place { ROOT, NEW, CUR, TMP, PLACES };

struct item {
	uint16_t tag, length;
	const uint8_t *octets;	/* inside the buffer that was parsed */
};

struct message {
	enum type type;
	unsigned count;
	struct item items[ITEMS];
};

/* Where a connection stands: what it may ask next. */
struct dialogue {
	int connection;
	enum state state;
	uint32_t sequence;	/* of the last request */
	bool other_version;	/* the last packet was of another version of the protocol */
	uint32_t used;		/* bit N: a request that is good for once, line N of the table, has been used */
};

struct reply {
	size_t length;
	unsigned count, descriptors;
	int descriptor[BATCH];
	uint8_t octets[REPLY_SIZE];
};

/*
 * Checks a received packet completely against the table of permitted requests, and takes a step in the dialogue.
 * Nothing but other_version is changed when it says no.
 */
bool message_parse(struct dialogue *, const uint8_t *octets, size_t length, struct message *);

/* Waits for a packet, into a buffer of REQUEST_SIZE, and parses it; false at an end, a timeout, and anything unfit. */
bool message_receive(struct dialogue *, uint8_t *buffer, struct message *);

void reply_begin(struct reply *, const struct dialogue *, enum type request);
void reply_octets(struct reply *, enum tag, const void *octets, size_t length);
void reply_number(struct reply *, enum tag, uint64_t number, unsigned size);
/* Sends it with its descriptors, and closes them whether that worked or not. */
bool reply_send(struct reply *, int connection);

uint64_t number_at(const uint8_t *octets, unsigned size);
void number_put(uint8_t *octets, uint64_t number, unsigned size);
